"""Misty: pushed by a WebSocket, commanded by HTTP, without any credentials."""

from typing import Any

from chaos.vendor import HOST, Command, Vendor
from simulators.misty import MistySimulator

SERIAL = "20193600123"
HEARTBEAT = 0.8
ANSWER = 1.5


def _entry(port: int, tls: bool) -> dict[str, Any]:
    return {"title": "Misty", "unique_id": SERIAL, "data": {"host": f"{HOST}:{port}"}}


def _change(simulator: Any, n: int) -> None:
    simulator.command("battery", charge=n / 100)


VENDORS = (
    Vendor(
        name="misty",
        domain="misty",
        simulator=lambda: MistySimulator(pace=0.05),
        entry=_entry,
        watched=("sensor", f"{SERIAL}_battery"),
        change=_change,
        shows=lambda state, n: round(float(state)) == n,
        command=Command(
            entity=("light", f"{SERIAL}_led"),
            service=("light", "turn_on"),
            argument=lambda n: {"rgb_color": [255, n, 0], "brightness": 255},
            received=lambda simulator, n: any(list(one["color"]) == [255, n, 0] for one in simulator.record.of("led")),
        ),
        # Before it says so, the integration asks whether the robot is only updating its software.
        notices=2 * HEARTBEAT + ANSWER,
        # A robot that answers so is updating its software, and stays what it was.
        tolerates=("status 503",),
        tls=False,
        refuses_credentials=False,
        needs=("homeassistant",),
        shortened={
            "coordinator:BATTERY_SECONDS": 0.8,
            "api.socket:HEARTBEAT_SECONDS": HEARTBEAT,
            "api.socket:CONNECT_SECONDS": 1.5,
            "api.socket:CLOSE_SECONDS": 0.3,
            "api.client:ANSWER_SECONDS": ANSWER,
            "api.client:SLOW_SECONDS": 3.0,
        },
    ),
)
