"""Misty: robots with all their events."""

from dataclasses import replace
import itertools
import json
from typing import Any

import aiohttp
from yarl import URL

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.misty import ROBOT

from ..workload import Command, Workload

PER_UNIT = 170
# Event types, sensors and names of the values of all measurements. Three robots have 51.
DRIFTING = (
    *(("TimeOfFlight", sensor, "distanceInMeters") for sensor in ("toffr", "toffl", "toffc", "tofr")),
    *(("TimeOfFlight", sensor, "distanceInMeters") for sensor in ("tofdfr", "tofdfl", "tofdrr", "tofdrl")),
    *(("ActuatorPosition", sensor, "value") for sensor in ("ahp", "ahr", "ahy", "ala", "ara")),
    *(("DriveEncoders", "", name) for name in ("leftDistance", "rightDistance", "leftVelocity", "rightVelocity")),
)
DRIFTING_KEYS = (
    *("distance_right", "distance_left", "distance_center", "distance_back"),
    *("edge_tofdfr", "edge_tofdfl", "edge_tofdrr", "edge_tofdrl"),
    *("position_ahp", "position_ahr", "position_ahy", "position_ala", "position_ara"),
    *("encoder_left_distance", "encoder_right_distance", "encoder_left_velocity", "encoder_right_velocity"),
)
# Flags that are the state of one entity each.
CHANGING = (
    ("BatteryCharge", '{"isCharging":%s}'),
    ("PRUMessage", '{"active":%s}'),
    ("SelfState", '{"cameraStatus":{"isTakingPicture":%s}}'),
)
# The prefix of the subscriptions of the integration.
OURS = "ha_"
# Each has another number, because a robot keeps the names of closed connections.
_FLOORS = (f"floor_{number}" for number in itertools.count())


def _simulator(_size: int, unit: int) -> Any:
    from simulators.misty.simulator import SOURCES

    # Only the events of the benchmark: a robot at rest sends twenty events per second.
    SOURCES.clear()
    return ROBOT.simulator(serial=_serial(unit))


def _serial(unit: int) -> str:
    return f"20193600{unit:03}"


def _entry(port: int, _size: int, unit: int) -> Entry:
    return replace(ROBOT.entry(Address(LOOPBACK, port)), unique_id=_serial(unit))


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    """Subscribe to the events of the command's echo."""
    websocket = await session.ws_connect(f"ws://127.0.0.1:{port}/pubsub")
    subscribe = {"Operation": "subscribe", "Type": "LocomotionCommand", "DebounceMs": 0, "EventName": next(_FLOORS)}
    await websocket.send_json(subscribe)
    await websocket.receive()
    return websocket


def _frame(topic: str, message: str) -> str:
    """Return an event of a topic; `_addressed` inserts the name of the subscription."""
    return f'{topic}\n{{"eventName":"%s","message":{message}}}'


def _addressed(simulator: Any, text: str) -> str:
    topic, _, frame = text.partition("\n")
    type_, _, sensor = topic.partition(" ")
    for name, subscription in simulator.robot.hub.by_name.items():
        wanted = {condition["Value"] for condition in subscription.conditions}
        if name.startswith(OURS) and subscription.type == type_ and wanted <= {sensor}:
            return frame.replace("%s", name, 1)
    raise ValueError(f"there is no subscription to {topic}")


def _change(number: int, _size: int) -> str:
    turn, place = divmod(number, len(CHANGING))
    topic, message = CHANGING[place]
    return _frame(topic, message % ("false" if turn % 2 else "true"))


def _flood(number: int, _size: int) -> str:
    turn, place = divmod(number, len(DRIFTING))
    type_, sensor, name = DRIFTING[place]
    return _frame(f"{type_} {sensor}", json.dumps({"sensorId": sensor, name: turn + 0.5}))


def _marker(number: int, _size: int) -> str:
    return _frame("LocomotionCommand", json.dumps({"linearVelocity": 0 if number % 2 else 20, "angularVelocity": 0}))


async def _stop(session: aiohttp.ClientSession, port: int, websocket: aiohttp.ClientWebSocketResponse) -> None:
    url = URL(f"http://127.0.0.1:{port}/api/drive")
    async with session.post(url, json={"linearVelocity": 0, "angularVelocity": 0}) as response:
        await response.read()
    while True:
        match (await websocket.receive_json()).get("message"):
            case {"linearVelocity": 0 | 0.0}:
                return


WORKLOAD = Workload(
    domain="misty",
    sizes=(50, 500, 5000),
    per_unit=PER_UNIT,
    simulator=_simulator,
    entry=_entry,
    messages={
        "change": _change,
        "same": lambda _number, _size: _frame("SelfState", '{"robotRunState":{"currentState":"Running"}}'),
        "flood": _flood,
        "marker": _marker,
    },
    marker=("binary_sensor", "{unique_id}_moving"),
    flooded=tuple(("sensor", f"{{unique_id}}_{key}") for key in DRIFTING_KEYS),
    connect=_connect,
    addressed=_addressed,
    command=Command(
        service="misty.drive",
        entity=("binary_sensor", "{unique_id}_moving"),
        raw=_stop,
        data={"linear_velocity": 10, "angular_velocity": 0},
    ),
)
