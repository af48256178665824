"""pimatic: a server with a Socket.IO connection."""

from collections.abc import Callable
from typing import Any

from chaos.subject import Flood, Subject
from harness.vendors.pimatic import SERVER

PING = 0.6


def _coming_and_going(simulator: Any, n: int, _: str) -> None:
    if n % 2:
        simulator.command("remove_device", device="flood")
    else:
        simulator.command("add_device", device="flood", title="Flood", like="dummy-temperature")


def _without_end(simulator: Any, n: int, _: str) -> None:
    simulator.command("add_device", device=f"flood-{n}", title=f"Flood {n}", like="dummy-temperature")


def _log(simulator: Any, n: int, _: str) -> None:
    simulator.command("log", level="error", text=f"{n} " + "x" * 2000)


def _rule(simulator: Any, n: int, _: str) -> None:
    simulator.command("put_group", group="flood", changes={"name": f"Flood {n}", "devices": []}, add=n == 0)


def _silent(simulator: Any) -> Callable[[], None]:
    """Let the server send no initial lists; return a function that undoes it."""
    usual, simulator.greeting = simulator.greeting, lambda _user: []

    def undo() -> None:
        simulator.greeting = usual

    return undo


def _early(simulator: Any, n: int, _: str) -> None:
    simulator.command("emit", event="messageLogged", payload={"msg": "x" * 900_000, "level": "info", "meta": {}})


FLOODS = (
    Flood(name="device comes and goes", send=_coming_and_going, count=400, rate=200, flaps=True),
    Flood(
        name="devices without end",
        send=_without_end,
        count=3000,
        rate=300,
        most_megabytes=200.0,
        log_words=("some are left out",),
    ),
    Flood(name="log", send=_log, flaps=True),
    Flood(name="group", send=_rule, flaps=True),
    Flood(name="events before lists", send=_early, count=150, rate=50, prepare=_silent),
)

SUBJECTS = (
    Subject(
        endpoint=SERVER,
        notices=2 * PING,
        shortened={
            "common.client.socketio:PING_SECONDS": PING,
            "common.client.socketio:LEAST_PING_SECONDS": PING,
            "common.client.socketio:CONNECT_SECONDS": 1.5,
            "api.client:INITIAL_SECONDS": 3.0,
            "api.client:REQUEST_SECONDS": 1.5,
        },
        floods=FLOODS,
        forget=lambda simulator: simulator.house.stored.clear(),
    ),
)
