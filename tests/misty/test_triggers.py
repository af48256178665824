"""Triggers and conditions of a robot."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty.const import DOMAIN
from custom_components.misty.trigger import TRIGGERS
from simulators.misty import MistySimulator
from tests.automations import Run, automate, holds, offered
from tests.states import state_of
from tests.waiting import eventually

# For each trigger: its options, the event type, a message that triggers, and messages that do not.
CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any], tuple[dict[str, Any], ...]]] = {
    "touched": (
        {"zone": ["headfront", "chin"]},
        "TouchSensor",
        {"sensorPosition": "HeadFront", "isContacted": True},
        ({"sensorPosition": "Scruff", "isContacted": True}, {"sensorPosition": "HeadFront", "isContacted": False}),
    ),
    "bumped": (
        {"bumper": "bfr"},
        "BumpSensor",
        {"sensorId": "bfr", "isContacted": True},
        ({"sensorId": "bfl", "isContacted": True}, {"sensorId": "bfr", "isContacted": False}),
    ),
    "key_phrase_heard": ({}, "KeyPhraseRecognized", {"confidence": 80}, ()),
    "person_recognized": (
        {"person": ["ada"]},
        "FaceRecognition",
        {"label": "Ada"},
        ({"label": "Bob"}, {"label": None}, {"label": "unknown person"}),
    ),
    "stranger_seen": ({}, "FaceRecognition", {"label": "unknown person"}, ({"label": "Ada"}, {"label": None})),
    "face_learned": (
        {"result": "complete"},
        "FaceTraining",
        {"isProcessComplete": True},
        ({"isProcessComplete": False}, {"messageType": "Error"}),
    ),
    "object_seen": (
        {"object": "cup"},
        "ObjectDetection",
        {"description": "cup"},
        ({"description": "chair"},),
    ),
    "tag_seen": ({"tag": "7"}, "ArTagDetection", {"tagId": 7}, ({"tagId": 8},)),
    "charger_seen": ({}, "ChargerPoseMessage", {"homogeneousMatrix": [1.0] * 16}, ()),
    "voice_recorded": ({}, "VoiceRecord", {"success": True}, ({"success": False, "errorCode": 3},)),
    "recording_started": ({}, "SourceFocusConfigMessage", {"gainStep": 1}, ()),
    "speech_finished": ({"result": "finished"}, "TextToSpeechComplete", {}, ({"interrupted": True},)),
    "sound_finished": ({}, "AudioPlayComplete", {"metaData": {"name": "a.wav"}}, ()),
    "hazard_noticed": (
        {},
        "HazardNotification",
        {"driveStopped": [{"sensorName": "Front right hazard", "inHazard": True}]},
        ({"driveStopped": []},),
    ),
    "halted": ({}, "HaltCommand", {}, ()),
    "skill_changed": (
        {"action": "started", "skill": "Dance"},
        "SkillSystemStateChange",
        {"action": "Started", "name": "Dance"},
        ({"action": "Stopped", "name": "Dance"}, {"action": "Started", "name": "Wave"}),
    ),
    "skill_data_received": ({}, "SkillData", {"message": "hello"}, ()),
    "skill_message_received": ({}, "UserSkillData", {"hello": "world"}, ()),
    "backpack_message_received": ({}, "SerialMessage", {"message": "beep"}, ()),
    "critical_status_reported": ({}, "CriticalStatusMessage", {"message": "hot"}, ()),
}


def test_every_trigger_is_tested() -> None:
    assert CASES.keys() == TRIGGERS.keys()


async def test_the_editor_offers_triggers_and_conditions(
    hass: HomeAssistant, loaded: MockConfigEntry, device_id: str
) -> None:
    triggers, conditions = await offered(hass, DOMAIN, device_id)
    assert triggers >= {"touched", "bumped", "key_phrase_heard", "person_recognized", "skill_changed"}
    assert conditions == {"sees_somebody", "is_moving", "is_standing_still", "notices_a_hazard", "notices_no_hazard"}


@pytest.mark.usefixtures("everything_enabled")
async def test_messages_run_only_the_automations_of_their_trigger(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, device_id: str
) -> None:
    simulator.set_fault("lossless")
    wanted = {event for _, event, _, _ in CASES.values()}
    await eventually(lambda: wanted <= set(simulator.state()["subscriptions"]), 20)
    target = {"device_id": device_id}
    done = await automate(hass, *(Run(f"misty.{name}", target, case[0]) for name, case in CASES.items()))
    for name, (_, event, right, wrong) in CASES.items():
        done.clear()
        for message in (*wrong, right):
            simulator.command("event", type=event, message=message)
        await eventually(partial(done.__contains__, f"misty.{name}"), otherwise=partial("{} did not run".format, name))
        await hass.async_block_till_done()
        assert done.count(f"misty.{name}") == 1, name
        assert {one.removeprefix("misty.") for one in done} <= {
            other for other, case in CASES.items() if case[1] == event
        }


async def test_a_person_in_view_triggers_once(
    hass: HomeAssistant, loaded: MockConfigEntry, device_id: str, entity_of: Callable[[str, str], str]
) -> None:
    """The robot reports a face each second. Another face triggers again, and the same one after a while.

    It also triggers after the clock was set back.
    """
    done = await automate(hass, Run("misty.person_recognized", {"device_id": device_id}))
    face, now = entity_of("event", "face"), dt_util.utcnow()
    for seconds, label, count in (
        (0, "Ada", 1),
        (1, "Ada", 1),
        (10, "Ada", 1),
        (1, "Bob", 2),
        (1, "Ada", 3),
        (11, "Ada", 4),
        (-3600, "Ada", 5),
    ):
        now += timedelta(seconds=seconds)
        attributes = {"event_type": "face_recognized", "label": label}
        hass.states.async_set(face, now.isoformat(), attributes, timestamp=now.timestamp())
        await hass.async_block_till_done()
        assert len(done) == count, label


async def test_the_condition_sees_somebody_has_a_period(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    device_id: str,
    entity_of: Callable[[str, str], str],
) -> None:
    """The period is an option."""
    target, face = {"device_id": device_id}, entity_of("event", "face")
    await eventually(lambda: "FaceRecognition" in simulator.state()["subscriptions"], 20)
    assert not await holds(hass, "misty.sees_somebody", target)
    simulator.command("event", type="FaceRecognition", message={"label": "Ada"})
    await eventually(lambda: state_of(hass, face).attributes.get("label") == "Ada")
    for options, wanted in (({}, True), ({"person": "ada"}, True), ({"person": ["Bob"]}, False)):
        assert await holds(hass, "misty.sees_somebody", target, within={"minutes": 5}, **options) is wanted
    time_seen = dt_util.utcnow() - timedelta(seconds=11)
    hass.states.async_set(face, time_seen.isoformat(), {"event_type": "face_detected"})
    assert not await holds(hass, "misty.sees_somebody", target)
    assert await holds(hass, "misty.sees_somebody", target, within={"minutes": 1})
    hass.states.async_set(face, (time_seen + timedelta(hours=6)).isoformat(), {"event_type": "face_detected"})
    assert not await holds(hass, "misty.sees_somebody", target), "the time of the face is in the future"


async def test_conditions_of_movement_and_hazards(hass: HomeAssistant, loaded: MockConfigEntry, device_id: str) -> None:
    """They are those of the binary sensors."""
    target = {"device_id": device_id}
    for name, expected in (
        ("is_moving", False),
        ("is_standing_still", True),
        ("notices_a_hazard", False),
        ("notices_no_hazard", True),
    ):
        assert await holds(hass, f"misty.{name}", target) is expected
    coordinator = loaded.runtime_data
    coordinator.apply({("LocomotionCommand", "", "linearVelocity"): 20})
    await hass.async_block_till_done()
    assert await holds(hass, "misty.is_moving", target)
