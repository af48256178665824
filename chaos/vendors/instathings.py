"""Instathings: a cloud project with a WebSocket and HTTP commands, and a gateway without commands."""

import random
import time
from typing import Any

from chaos.result import Row
from chaos.subject import Flood, Subject
from harness.vendors.instathings import CLOUD, GATEWAY
from simulators.instathings.house import GATEWAY as HUB, things

# The device of the watched entity.
WATCHED = "knxLux001"
IDLE = 0.8
PING = 0.6


async def _ways_cut(subject: Subject, rng: random.Random) -> Row:
    # Imported late, because Home Assistant has to be imported after the certificates are made.
    from chaos.trials.instathings import cut_in_turn

    return await cut_in_turn(subject, rng)


def _unknown(simulator: Any, n: int, _: str) -> None:
    """Send a reading of a device that is not in the project."""
    payload = {"value": n, "text": "x" * 20_000}
    simulator.publish("data", {"ts": round(time.time() * 1000), "deviceId": f"flood{n}", "data": payload, "id": f"{n}"})


def _gateway(simulator: Any, n: int, _: str) -> None:
    simulator.command("connect", connected=n % 2 == 1)


def _pairing(simulator: Any, n: int, _: str) -> None:
    if n % 2:
        simulator.command("unpair", device="flood")
    else:
        simulator.command("pair", device="flood", label="Flood", payload={"temperature": 20.5})


def _made_up(simulator: Any, n: int, _: str) -> None:
    """Send a reading of a new device with 500 keys."""
    payload = {f"key_{key}": key for key in range(500)}
    event = {"payload": payload, "deviceId": f"flood{n}", "ts": "2026-01-01T00:00:00.000Z", "_id": f"{n:024x}"}
    simulator.command("emit", event="data", payload=event)


def _shrink(simulator: Any) -> None:
    """Leave the gateway and the watched device."""
    house = simulator.house
    house.things = {name: house.things[name] for name in (HUB, WATCHED)}


CLOUD_FLOODS = (
    Flood(name="unknown devices", send=_unknown, rate=400),
    Flood(name="gateway comes and goes", send=_gateway, count=1000, rate=200, flaps=True),
    Flood(name="device is paired again", send=_pairing, count=400, rate=100, flaps=True),
)
GATEWAY_FLOODS = (
    Flood(
        name="devices without end",
        send=_made_up,
        count=200,
        rate=50,
        most_megabytes=400.0,
        log_words=("some are left out",),
    ),
)

GATEWAY_SHORTENED = {
    "common.client.socketio:PING_SECONDS": PING,
    "common.client.socketio:LEAST_PING_SECONDS": PING,
    "common.client.socketio:CONNECT_SECONDS": 1.5,
    "api.gateway:REQUEST_SECONDS": 1.5,
}

SUBJECTS = (
    Subject(
        endpoint=CLOUD,
        options={"http_seconds": 0},
        # Silence is noticed after up to two idle times, and the wait for the answer is half of one.
        notices=2.5 * IDLE,
        shortened={
            "api.cloud_socket:IDLE_SECONDS": IDLE,
            "api.cloud_socket:CONNECT_SECONDS": 1.5,
            "api.cloud:REQUEST_SECONDS": 1.5,
            "api.token:TOKEN_SECONDS": 1.5,
            "api.latest:PAUSE_SECONDS": 0.5,
            "cloud:FIRST_SECONDS": 1.0,
            **GATEWAY_SHORTENED,
        },
        floods=CLOUD_FLOODS,
        forget=lambda simulator: simulator.store.forget(WATCHED),
        shrink=_shrink,
        trials={"ways cut in turn": _ways_cut},
    ),
    Subject(
        endpoint=GATEWAY,
        # A gateway cannot list its devices; the option lists those with stored readings.
        options={"devices": [thing.id for thing in things() if thing.id != HUB]},
        notices=2 * PING,
        shortened=GATEWAY_SHORTENED,
        floods=GATEWAY_FLOODS,
    ),
)
