"""Messages become typed events. The integration subscribes only to the types that its entities need."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty.api import Event, Topic
from custom_components.misty.api.event_types import EVENT_TYPES
from custom_components.misty.common.client.wire import DropCounter
from simulators.misty import MistySimulator

from ..waiting import eventually


@pytest.mark.parametrize(
    ("name", "path", "right", "wrong"),
    [
        ("BatteryCharge", "isCharging", True, 1),
        ("BatteryCharge", "isCharging", False, 0.0),
        ("BatteryCharge", "voltage", 1, True),
        ("SelfState", "cameraStatus.isTakingPicture", True, 1),
    ],
)
def test_a_flag_is_not_a_number(name: str, path: str, right: Any, wrong: Any) -> None:
    """Such a value is unknown and counted, although True and 1 are equal in Python."""
    dropped = DropCounter()
    *parents, value = path.split(".")

    def read(raw: Any) -> Any:
        message = {value: raw}
        for parent in reversed(parents):
            message = {parent: message}
        event = EVENT_TYPES[name].read(message, dropped)
        assert event is not None
        return event.values[value]

    assert read(right) is right
    assert read(wrong) is None
    assert dropped.as_dict() == {f"{name}: wrong {value}": 1}


def test_events_without_required_values_are_dropped_and_counted() -> None:
    """A touch needs a contact and a valid name of a sensor."""
    dropped = DropCounter()
    for _ in range(3):
        assert EVENT_TYPES["TouchSensor"].read({"sensorPosition": "Chin"}, dropped) is None
        assert EVENT_TYPES["TouchSensor"].read({"isContacted": True, "sensorPosition": "x" * 1000}, dropped) is None
    assert dropped.as_dict() == {"TouchSensor: no isContacted": 3, "TouchSensor: no sensorPosition": 3}


@pytest.mark.parametrize("name", ["sensorId", "SensorId", "SENSORID"])
def test_names_of_values_ignore_case(name: str) -> None:
    """The oldest examples of the vendor have PascalCase."""
    event = EVENT_TYPES["BumpSensor"].read({name: "bfr", "IsContacted": True}, DropCounter())
    assert event == Event("BumpSensor", "bfr", {"isContacted": True})


async def test_every_repeated_event_is_delivered(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """A repeated value is stored again if it was changed in between."""
    coordinator = loaded.runtime_data
    received: list[Event] = []
    for topic in (Topic("HaltCommand"), Topic("BatteryCharge", 10000)):
        coordinator.subscriptions.add(topic)
        coordinator.subscribe_event(topic.type, received.append)
    await eventually(lambda: {"HaltCommand", "BatteryCharge"} <= set(simulator.state()["subscriptions"]))
    received.clear()
    key = ("BatteryCharge", "", "isCharging")
    for turn in range(1, 5):
        send(simulator, "BatteryCharge", {"created": f"{turn}", "isCharging": True, "voltage": 8.1})
        await eventually(lambda: coordinator.data[key] is True)
        coordinator.apply({key: False})
    for turn in range(1, 5):
        send(simulator, "HaltCommand", {"created": f"{turn}"})
    await eventually(lambda: [event.type for event in received].count("HaltCommand") == 4)


@pytest.mark.usefixtures("everything_enabled")
async def test_an_equal_message_after_a_reconnect_sets_the_state_again(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """A reconnect resets the state of a bumper."""
    bumper = entity_of("binary_sensor", "bump_bfr")
    pressed = {"sensorId": "bfr", "isContacted": True}
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    for _ in range(3):
        send(simulator, "BumpSensor", pressed)
    await reaches(bumper, "on")
    simulator.drop_connections()
    await reaches(bumper, STATE_UNAVAILABLE)
    await reaches(bumper, "off", 20)
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    send(simulator, "BumpSensor", pressed)
    await reaches(bumper, "on")


async def test_a_subscription_ends_with_its_last_user(loaded: MockConfigEntry, simulator: MistySimulator) -> None:
    coordinator, topic = loaded.runtime_data, Topic("IMU", 5000)
    coordinator.subscriptions.add(topic)
    coordinator.subscriptions.add(topic, Topic("WorldState", 5000))
    coordinator.subscriptions.remove(topic)
    await eventually(lambda: {"IMU", "WorldState"} <= set(simulator.state()["subscriptions"]))
    coordinator.subscriptions.remove(topic)
    await eventually(lambda: "IMU" not in simulator.state()["subscriptions"])
    assert "WorldState" in simulator.state()["subscriptions"]


async def test_all_entities_belong_to_the_device_of_the_robot(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """This is also true for disabled entities."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    entries = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    assert len(entries) > 100
    assert {entry.device_id for entry in entries} == {device.id}


def send(simulator: MistySimulator, event_type: str, message: dict[str, Any]) -> None:
    """Send a message to every subscription of a type at once, without its debounce."""
    for subscription in simulator.robot.hub.by_name.values():
        if subscription.type == event_type:
            frame = {"eventName": subscription.name, "message": message}
            subscription.connection.frames.put_nowait(orjson.dumps(frame).decode())


def _is_subscribed(simulator: MistySimulator, event: str) -> bool:
    return event in simulator.state()["subscriptions"]


@pytest.mark.usefixtures("everything_enabled")
async def test_event_types_of_event_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    """Long data are not in the attributes."""
    simulator.set_fault("lossless")
    for name, message, key, event_type in (
        ("FaceRecognition", {"label": None}, "face", "face_detected"),
        ("FaceRecognition", {"label": "unknown person"}, "face", "unknown_face"),
        ("FaceTraining", {"messageType": "Error"}, "face_training", "error"),
        ("FaceTraining", {"isProcessComplete": False}, "face_training", "progress"),
        ("TextToSpeechComplete", {"error": True, "interrupted": True}, "speech", "interrupted"),
        ("TextToSpeechComplete", {"error": True}, "speech", "error"),
        ("VoiceRecord", {"success": False, "errorCode": 3}, "voice_record", "failed"),
        ("BumpSensor", {"isContacted": False, "sensorId": "bfr"}, "bump", "released"),
        ("SkillSystemStateChange", {"action": "Stopped"}, "skill", "stopped"),
        ("UserSkillData", {"long": "x" * 5000}, "user_skill_data", "data"),
    ):
        entity_id = entity_of("event", key)
        await eventually(partial(_is_subscribed, simulator, name), 8)
        simulator.command("event", type=name, message=message)

        def is_event(entity_id: str = entity_id, event_type: str = event_type) -> bool:
            state = hass.states.get(entity_id)
            return state is not None and state.attributes["event_type"] == event_type

        await eventually(is_event)
    state = hass.states.get(entity_of("event", "user_skill_data"))
    assert state is not None
    assert "message" not in state.attributes


@pytest.mark.usefixtures("everything_enabled")
async def test_a_changed_attribute_is_written_with_an_equal_state(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    """The same person is seen in another direction."""
    entity_id = entity_of("sensor", "last_person")
    await eventually(partial(_is_subscribed, simulator, "FaceRecognition"))

    def has(bearing: int) -> bool:
        state = hass.states.get(entity_id)
        return state is not None and state.state == "Ada" and state.attributes.get("bearing") == bearing

    for bearing in (10, -10):
        send(simulator, "FaceRecognition", {"label": "Ada", "bearing": bearing})
        await eventually(partial(has, bearing))
