"""The WebSocket for events: names of subscriptions, status frames, both versions, and invalid frames."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.misty.api import (
    EVENT_TYPES,
    Event,
    EventSocket,
    MistyClient,
    Topic,
)
from custom_components.misty.api.socket import MAX_EVENT_PARTS, NAME_TRIES
from custom_components.misty.common.client.errors import CannotConnect, PushRefused
from custom_components.misty.common.client.wire import DropCounter
from simulators.misty import MistySimulator

BUMP = Topic("BumpSensor")


@pytest.fixture
async def events(client: MistyClient) -> AsyncGenerator[EventSocket]:
    """Return an open WebSocket."""
    socket = await client.events("ha_test")
    yield socket
    await socket.close()


async def next_event(socket: EventSocket) -> Event:
    """Return the next event."""

    class Received(Exception):
        """Ends `run` after one event. Later events stay in the socket."""

    events: list[Event] = []

    def note(event: Event) -> None:
        events.append(event)
        raise Received

    async with asyncio.timeout(3):
        with suppress(Received):
            await socket.run(note)
    return events[0]


async def test_a_status_frame_is_no_event_and_names_are_unique(
    events: EventSocket, client: MistyClient, simulator: MistySimulator
) -> None:
    """Two connections have different names."""
    other = await client.events("ha_test")
    for socket in (events, other):
        await socket.subscribe(BUMP)
        await socket.subscribe(BUMP)
    await simulator.record.wait_for("subscribed")
    await asyncio.sleep(0.05)
    names = [entry["name"] for entry in simulator.record.of("subscribed")]
    assert len(set(names)) == len(names) == 2
    assert all(name.startswith("ha_test_") for name in names)
    simulator.command("bump", sensor="bfr")
    for socket in (events, other):
        assert await next_event(socket) == Event("BumpSensor", "bfr", {"isContacted": True})
    assert client.dropped.as_dict() == {}
    await other.close()


async def test_the_deprecated_version_has_equal_events(
    events: EventSocket, client: MistyClient, simulator: MistySimulator
) -> None:
    await client.call("POST", "websocket/version", {"version": "Deprecated"})
    await events.subscribe(Topic("TouchSensor"))
    await asyncio.sleep(0.05)
    simulator.command("touch", position="Chin")
    assert await next_event(events) == Event("TouchSensor", "Chin", {"isContacted": True})


async def test_all_sensors_report_with_one_subscription_each(events: EventSocket) -> None:
    for sensor in ("toffc", "tofr", "tofdrl"):
        await events.subscribe(Topic("TimeOfFlight", 200, ("SensorId", sensor)))
    sensors = {(await next_event(events)).sensor for _ in range(6)}
    assert sensors == {"toffc", "tofr", "tofdrl"}


async def test_closing_unregisters_all_names(client: MistyClient, simulator: MistySimulator) -> None:
    """A lost connection does not, but the next connection uses other names."""
    socket = await client.events("ha")
    await socket.subscribe(BUMP)
    await socket.subscribe(Topic("HaltCommand"))
    await socket.unsubscribe(BUMP)
    await simulator.record.wait_for("unsubscribed", type="BumpSensor")
    await socket.close()
    await simulator.record.wait_for("disconnected")
    assert not simulator.robot.hub.by_name
    assert not simulator.robot.hub.ghosts
    simulator.record.clear()
    socket = await client.events("ha")
    await socket.subscribe(BUMP)
    await simulator.record.wait_for("subscribed", type="BumpSensor")
    simulator.drop_connections()
    with pytest.raises(CannotConnect):
        await next_event(socket)
    await socket.close()
    await asyncio.sleep(0.05)
    assert len(simulator.robot.hub.ghosts) == 1


async def test_a_refused_subscription_is_tried_again_with_another_name(
    events: EventSocket, simulator: MistySimulator
) -> None:
    """It is given up after some tries."""
    simulator.set_fault("refuse_names", 2)
    await events.subscribe(BUMP)
    receiving = asyncio.create_task(next_event(events))
    await simulator.record.wait_for("subscribed", type="BumpSensor")
    simulator.command("bump", sensor="brl", pressed=False)
    assert (await receiving).values == {"isContacted": False}
    assert not events.refused
    simulator.set_fault("refuse_names", 100)
    await events.subscribe(Topic("HaltCommand"))
    receiving = asyncio.create_task(next_event(events))
    for _ in range(50):
        await asyncio.sleep(0.02)
        if events.refused:
            break
    assert events.refused == {Topic("HaltCommand")}
    assert simulator.faults["refuse_names"] == 100 - NAME_TRIES
    receiving.cancel()


async def test_invalid_frames_are_dropped_and_counted(
    events: EventSocket, client: MistyClient, simulator: MistySimulator
) -> None:
    """They do not end the connection."""
    await events.subscribe(BUMP)
    await simulator.record.wait_for("subscribed")
    hub = simulator.robot.hub
    subscription = next(iter(hub.by_name.values()))
    put = subscription.connection.frames.put_nowait
    for frame in (
        "{",
        "[]",
        "null",
        '{"eventName": 5, "message": {}}',
        '{"eventName": "unknown", "message": {}}',
        f'{{"eventName": "{subscription.name}"}}',
        f'{{"eventName": "{subscription.name}", "message": 5}}',
        f'{{"eventName": "{subscription.name}", "message": {{"sensorId": "bfr"}}}}',
        f'{{"eventName": "{subscription.name}", "message": {{"sensorId": 1, "isContacted": true}}}}',
        # Undocumented types are kept as they are: millions of objects would fill the memory.
        f'{{"eventName": "{subscription.name}", "message": [{"{},".join([""] * MAX_EVENT_PARTS)}0]}}',
    ):
        put(frame)
    await subscription.connection.websocket.send_bytes(b"\0")
    simulator.command("bump", sensor="bfl")
    assert (await next_event(events)).sensor == "bfl"
    assert sum(client.dropped.as_dict().values()) >= 10
    assert client.dropped.as_dict()["frame of too many parts"] == 1


async def test_the_connection_is_lost_when_pings_are_not_answered(
    client: MistyClient, simulator: MistySimulator
) -> None:
    """A robot that sends no events but answers pings stays connected."""
    events = await client.events("ha_test", heartbeat=0.1)
    await events.subscribe(BUMP)
    receiving = asyncio.create_task(next_event(events))
    await asyncio.sleep(0.4)
    assert not receiving.done()
    simulator.command("bump", sensor="bfr")
    assert (await receiving).sensor == "bfr"
    for connection in simulator.websockets:
        assert connection._req is not None
        assert connection._req.transport is not None
        connection._req.transport.pause_reading()
    with pytest.raises(CannotConnect):
        await next_event(events)
    await events.close()


async def test_a_refused_websocket_has_its_own_error(client: MistyClient, simulator: MistySimulator) -> None:
    """The robot can still be polled."""
    simulator.set_fault("no_websocket")
    with pytest.raises(PushRefused):
        await client.events("ha")
    await simulator.stop()
    with pytest.raises(CannotConnect):
        await client.events("ha")


SAMPLES: dict[str, tuple[Any, dict[str, Any]]] = {
    "BatteryCharge": (
        {"chargePercent": None, "current": -0.4, "state": "Discharging", "isCharging": False, "voltage": 8.1},
        {"chargePercent": None, "current": -0.4, "state": "discharging", "isCharging": False, "voltage": 8.1},
    ),
    "TextToSpeechComplete": ({"uttteranceId": "x", "error": True}, {"utteranceId": "x", "error": True}),
    "LocomotionCommand": (
        {"LinearVelocity": 5, "AngularVelocity": 0},
        {"linearVelocity": 5, "angularVelocity": 0},
    ),
    "HazardNotification": (
        {"bumpSensorsHazardState": [{"inHazard": True, "sensorName": "Bump_RearLeft"}], "criticalInternalError": 0},
        {"bumpSensorsHazardState": ("brl",), "criticalInternalError": 0},
    ),
    "SelfState": ({"robotRunState": {"currentState": "Updating"}}, {"runState": "updating"}),
    "IMU": ({"pitch": float("inf"), "roll": 1e300, "yaw": True}, {"pitch": None, "roll": None, "yaw": None}),
    "AudioPlayComplete": ({"metaData": {"name": "x.wav"}}, {"name": "x.wav"}),
    "UserSkillData": ("a word", {"message": "a word"}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_messages_are_parsed_into_typed_values(name: str) -> None:
    message, values = SAMPLES[name]
    event = EVENT_TYPES[name].read(message, DropCounter())
    assert event is not None
    assert event.values == values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_arbitrary_messages_become_an_event_or_are_counted(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EVENT_TYPES)))
    paths = [field.path for field in EVENT_TYPES[name].fields] + ["sensorId", "sensorPosition"]
    message: dict[str, Any] = {}
    for path in paths:
        *parents, last = path.split(".")
        target = message
        for parent in parents:
            target = target.setdefault(parent, {}) if isinstance(target, dict) else {}
        if isinstance(target, dict):
            target[last] = data.draw(JSON)
    dropped = DropCounter()
    assert EVENT_TYPES[name].read(message, dropped) is not None or dropped.as_dict()
