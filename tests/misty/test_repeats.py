"""A message told again is not read again, and yet nothing of it is lost."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty.api import EVENT_TYPES, Event, Topic
from custom_components.misty.api.events import LONGEST, Reader
from custom_components.misty.common.client.wire import DropCounter
from simulators.misty import MistySimulator

from ..waiting import eventually


class Told:
    """A subscription of one type, told frames' messages."""

    def __init__(self, name: str) -> None:
        """Have read nothing yet."""
        self.reader = Reader(EVENT_TYPES[name])
        self.dropped = DropCounter()

    def __call__(self, message: dict[str, Any]) -> Event | None:
        """Read a message as it comes out of a frame."""
        written = orjson.dumps(message)
        return self.reader.read(orjson.loads(written), len(written), self.dropped)


def test_the_same_but_for_its_times_is_the_same_event() -> None:
    """The third of three alike is known; another value is another event."""
    told = Told("TimeOfFlight")
    message = {"sensorId": "toffc", "distanceInMeters": 0.5, "inHazard": False}
    first, second, third = (told({"created": f"2026-11-21T0{hour}:00:00Z", **message}) for hour in range(3))
    assert first == second
    assert third is second is not None
    assert told(message | {"expiry": "2026-11-21T09:00:00Z"}) is second
    changed = told(message | {"distanceInMeters": 0.6})
    assert changed is not None
    assert changed.values["distanceInMeters"] == 0.6
    other = told(message | {"distanceInMeters": 0.6, "sensorId": "tofr"})
    assert other is not None
    assert other.sensor == "tofr"


@pytest.mark.parametrize(
    ("name", "path", "right", "wrong"),
    [
        ("BatteryCharge", "isCharging", True, 1),
        ("BatteryCharge", "isCharging", False, 0.0),
        ("BatteryCharge", "voltage", 1, True),
        ("SelfState", "cameraStatus.isTakingPicture", True, 1),
    ],
)
def test_what_python_calls_equal_is_told_apart(name: str, path: str, right: Any, wrong: Any) -> None:
    """True is not 1: what is wrong becomes unknown, each time, and what is right is right again afterwards."""
    told = Told(name)
    *parents, value = path.split(".")

    def read(raw: Any) -> Any:
        message = {value: raw}
        for parent in reversed(parents):
            message = {parent: message}
        event = told(message)
        assert event is not None
        return event.values[value]

    for _ in range(3):
        assert read(right) is right
    for _ in range(3):
        assert read(wrong) is None
    assert sum(told.dropped.as_dict().values()) == 3
    for _ in range(3):
        assert read(right) is right


def test_what_is_refused_is_counted_each_time() -> None:
    """An event without what it is about, and one whose sensor has no name that a sensor can have."""
    told = Told("TouchSensor")
    for _ in range(3):
        assert told({"sensorPosition": "Chin"}) is None
        assert told({"isContacted": True, "sensorPosition": "x" * 1000}) is None
    assert told.dropped.as_dict() == {"TouchSensor: no isContacted": 3, "TouchSensor: no sensorPosition": 3}


def test_long_messages_are_not_kept() -> None:
    """What a robot may have remembered of it is bounded."""
    told = Told("SerialMessage")
    message = {"message": "ready", "more": "x" * LONGEST}
    events = [told(message) for _ in range(3)]
    assert events[0] == events[1] == events[2]
    assert events[2] is not events[1]
    assert told.reader._message is None


async def test_every_repeated_event_is_passed_on(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """Four halts are four events; a value told again holds again when something else was known meanwhile."""
    coordinator = loaded.runtime_data
    heard: list[Event] = []
    for topic in (Topic("HaltCommand"), Topic("BatteryCharge", 10000)):
        coordinator.want(topic)
        coordinator.subscribe_event(topic.type, heard.append)
    await eventually(lambda: {"HaltCommand", "BatteryCharge"} <= set(simulator.state()["subscriptions"]))
    heard.clear()
    key = ("BatteryCharge", "", "isCharging")
    for turn in range(1, 5):
        tell(simulator, "BatteryCharge", {"created": f"{turn}", "isCharging": True, "voltage": 8.1})
        await eventually(lambda: coordinator.data[key] is True)
        coordinator.apply({key: False})
    for turn in range(1, 5):
        tell(simulator, "HaltCommand", {"created": f"{turn}"})
    await eventually(lambda: [event.type for event in heard].count("HaltCommand") == 4)


async def test_what_was_told_before_a_loss_is_told_anew(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """The same message after a reconnect, which set its value back, sets it again."""
    bumper = entity_of("binary_sensor", "bump_bfr")
    pressed = {"sensorId": "bfr", "isContacted": True}
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    for _ in range(3):
        tell(simulator, "BumpSensor", pressed)
    await reaches(bumper, "on")
    simulator.drop_connections()
    await reaches(bumper, STATE_UNAVAILABLE)
    await reaches(bumper, "off", 20)
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    tell(simulator, "BumpSensor", pressed)
    await reaches(bumper, "on")


async def test_a_wish_lasts_as_long_as_anybody_has_it(loaded: MockConfigEntry, simulator: MistySimulator) -> None:
    """Two want it and one gives it up: it goes on; the other gives it up: it ends."""
    coordinator, topic = loaded.runtime_data, Topic("IMU", 5000)
    coordinator.want(topic)
    coordinator.want(topic, Topic("WorldState", 5000))
    coordinator.unwant(topic)
    await eventually(lambda: {"IMU", "WorldState"} <= set(simulator.state()["subscriptions"]))
    coordinator.unwant(topic)
    await eventually(lambda: "IMU" not in simulator.state()["subscriptions"])
    assert "WorldState" in simulator.state()["subscriptions"]


async def test_every_entity_is_of_the_robot(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """All entities, also the disabled ones, belong to the one device."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    entries = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    assert len(entries) > 100
    assert {entry.device_id for entry in entries} == {device.id}
    assert loaded.runtime_data.async_device().id == device.id


def tell(simulator: MistySimulator, event_type: str, message: dict[str, Any]) -> None:
    """Send a message to every subscription of a type, whenever the last one was sent."""
    for subscription in simulator.robot.hub.by_name.values():
        if subscription.type == event_type:
            frame = {"eventName": subscription.name, "message": message}
            subscription.connection.frames.put_nowait(orjson.dumps(frame).decode())
