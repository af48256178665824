"""The events of the simulator follow docs/protocol/misty.md. Each test cites the headings."""

import asyncio
from typing import Any

import pytest

from simulators.misty import MistySimulator
from tests.waiting import eventually

from .bare_clients import Listener, Robot


@pytest.mark.parametrize(
    ("operator", "value", "passes"),
    [
        ("=", "0.4", True),
        ("==", 0.4, True),
        ("!=", 0.4, False),
        (">", 0.3, True),
        ("<", "0.3", False),
        (">=", 0.4, True),
        ("=>", 0.4, True),
        ("<=", 0.4, True),
        ("exists", "0", True),
        ("empty", "0", False),
        ("unknown", "0", False),
    ],
)
async def test_conditions_of_a_subscription(
    events: Listener, simulator: MistySimulator, operator: str, value: Any, passes: bool
) -> None:
    """Source: docs/protocol/misty.md#conditions."""
    simulator.command("distance", sensor="toffc", metres=0.4)
    conditions = [
        {"Property": "sensorid", "Inequality": "=", "Value": "toffc"},
        {"Property": "DistanceInMeters", "Inequality": operator, "Value": value},
    ]
    await events.subscribe("TimeOfFlight", DebounceMs=0, EventConditions=conditions)
    assert await events.silent() is not passes


async def test_debounce_and_return_property_of_a_subscription(events: Listener, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#debounce, docs/protocol/misty.md#return-property."""
    await events.subscribe("BumpSensor", DebounceMs=None, ReturnProperty="IsContacted")
    for pressed in (True, False):
        simulator.command("bump", sensor="bfr", pressed=pressed)
    assert (await events.next())["message"] is True
    assert await events.silent(), "the release was sent within the default debounce of 250 ms"
    simulator.set_fault("lossless")
    for pressed in (True, False):
        simulator.command("bump", sensor="bfr", pressed=pressed)
    assert [(await events.next())["message"] for _ in range(2)] == [True, False]


async def test_unsubscribe_without_a_name_ends_all_subscriptions(events: Listener, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#unsubscribe."""
    await events.subscribe("BumpSensor", "a")
    await events.subscribe("TouchSensor", "b")
    await events.websocket.send_json({"Operation": "unsubscribe"})
    await eventually(lambda: not simulator.robot.hub.by_name)
    simulator.command("bump", sensor="bfr")
    assert await events.silent(0.1), "an event was sent"


async def test_return_property_can_be_the_sensor_name(events: Listener, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#return-property, docs/protocol/misty.md#conditions."""
    await events.subscribe("BumpSensor", DebounceMs=0, ReturnProperty="SensorName")
    simulator.command("bump", sensor="bfr")
    assert (await events.next())["message"] == "Bump_FrontRight"


async def test_names_of_a_lost_connection_stay_registered(
    events: Listener, simulator: MistySimulator, session: Any
) -> None:
    """The sources differ about which connection can unsubscribe them.

    Source: docs/protocol/misty.md#unsubscribe, docs/protocol/misty.md#subscription-names.
    """
    url = f"http://127.0.0.1:{simulator.port}/pubsub"
    async with session.ws_connect(url) as websocket:
        await Listener(websocket).subscribe("BumpSensor", "mine")
    await eventually(lambda: "mine" in simulator.robot.hub.ghosts)
    await events.websocket.send_json({"Operation": "unsubscribe", "EventName": "mine"})
    assert "Cannot register" in await events.subscribe("BumpSensor", "mine")
    simulator.set_fault("unsubscribe_foreign")
    await events.websocket.send_json({"Operation": "unsubscribe", "EventName": "mine"})
    assert "registered" in await events.subscribe("BumpSensor", "mine")
    async with session.ws_connect(url) as websocket:
        await websocket.send_json({"Operation": "unsubscribe", "EventName": "mine"})
        await eventually(lambda: not simulator.robot.hub.by_name)


async def test_values_set_by_a_test_do_not_change_by_themselves(session: Any) -> None:
    """Source: docs/protocol/misty.md#rules-of-our-simulator."""
    simulator = MistySimulator(alive=True)
    await simulator.start()
    simulator.command("distance", sensor="toffc", metres=0.1)
    simulator.command("battery", charge=0.1)
    await asyncio.sleep(0.5)
    assert simulator.robot.body.distance["toffc"] == 0.1
    assert simulator.robot.body.distance["tofr"] != 0.1
    assert simulator.robot.system.is_charging
    await simulator.stop()


async def test_a_subscription_without_filter_receives_one_sensor_only(events: Listener) -> None:
    """Source: docs/protocol/misty.md#grouped-sensors."""
    await events.subscribe("TimeOfFlight", DebounceMs=250)
    assert len({(await events.next())["message"]["sensorId"] for _ in range(3)}) == 1


async def test_answers_are_sorted_and_have_timestamps(robot: Robot) -> None:
    """Source: docs/protocol/misty.md#timestamps, docs/protocol/misty.md#answers."""
    answer = await robot.result("battery")
    assert list(answer) == sorted(answer)
    assert len(answer["created"]) == len("2026-11-20T23:59:00.0000000Z")
