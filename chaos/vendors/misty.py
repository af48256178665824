"""Misty: a robot with a WebSocket for events, HTTP for commands, and no credentials."""

from typing import Any

from chaos.subject import Flood, Subject
from harness.vendors.misty import ROBOT

HEARTBEAT = 0.8
ANSWER = 1.5


def _skill(simulator: Any, n: int, _: str) -> None:
    skills = simulator.robot.skills
    skills.report(next(iter(skills.installed)), "Stopped" if n % 2 else "Started")


def _bumper(simulator: Any, n: int, _: str) -> None:
    """Press or release a bumper; each press is also a hazard."""
    simulator.command("bump", sensor=("bfr", "bfl", "brr", "brl")[n // 2 % 4], pressed=n % 2 == 0)


def _backpack(simulator: Any, n: int, _: str) -> None:
    simulator.event("SerialMessage", {"message": f"{n} " + "x" * 200_000})


def _stranger(simulator: Any, n: int, _: str) -> None:
    """Send an event of an unknown sensor, with a type that is subscribed to."""
    simulator.command(
        "event",
        type="TimeOfFlight",
        message={"sensorId": f"tof{n}", "sensorPosition": f"Position {n}", "distanceInMeters": n, "status": 0},
    )


FLOODS = (
    Flood(name="skills", send=_skill, flaps=True),
    Flood(name="bumpers", send=_bumper, flaps=True),
    Flood(name="backpack of 200 kB", send=_backpack, count=300, rate=100),
    Flood(name="unknown sensors", send=_stranger),
)

SUBJECTS = (
    Subject(
        endpoint=ROBOT,
        # The integration first requests whether the robot is updating its software.
        notices=2 * HEARTBEAT + ANSWER,
        # This status means that the robot is updating its software.
        tolerates=("status 503",),
        shortened={
            "coordinator:BATTERY_SECONDS": 0.8,
            "api.socket:HEARTBEAT_SECONDS": HEARTBEAT,
            "api.socket:CONNECT_SECONDS": 1.5,
            "api.socket:CLOSE_SECONDS": 0.3,
            "api.client:ANSWER_SECONDS": ANSWER,
            "api.client:SLOW_SECONDS": 3.0,
        },
        floods=FLOODS,
    ),
)
