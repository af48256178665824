"""Every event type and every command of the vendor is used by an entity, an action or a query."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty import (
    assist_satellite,
    binary_sensor,
    button,
    camera,
    event,
    image,
    light,
    media_player,
    notify,
    number,
    select,
    sensor,
    switch,
    text,
    update,
)
from custom_components.misty.actions.commands import ROWS
from custom_components.misty.actions.files import KINDS
from custom_components.misty.api import ENDPOINTS, EVENT_TYPES
from custom_components.misty.polling import SLOW_QUERIES
from simulators.misty import MistySimulator
from simulators.misty.robot import EVENT_TYPES as SIMULATED
from tests.waiting import eventually

TABLES: tuple[tuple[Any, ...], ...] = (
    assist_satellite.SATELLITES,
    binary_sensor.BINARY_SENSORS,
    binary_sensor.SUMMARIES,
    button.BUTTONS,
    camera.STILLS,
    camera.STREAMS,
    event.EVENTS,
    image.IMAGES,
    image.MAPS,
    light.LEDS,
    light.FLASHLIGHTS,
    media_player.PLAYERS,
    notify.VOICES,
    notify.SCREENS,
    number.NUMBERS,
    select.FACES,
    select.PIPELINES,
    select.SENSITIVITIES,
    select.SETTINGS,
    sensor.SENSORS,
    sensor.DETAILED,
    sensor.DISTANCES,
    switch.SWITCHES,
    switch.ASSUMED,
    switch.KEY_PHRASES,
    switch.MUTES,
    text.TEXTS,
    update.UPDATES,
)

# A message of each event type (docs/protocol/misty.md#event-types), and the entity that it changes.
MESSAGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "ActuatorPosition": ({"sensorId": "ahp", "value": -12.0}, "sensor", "position_ahp"),
    "ArTagDetection": ({"dictionary": 3, "tagId": 7, "sensorId": "cv"}, "sensor", "last_tag"),
    "AudioPlayComplete": ({"metaData": {"name": "s_Joy.wav"}}, "event", "audio"),
    "BatteryCharge": ({"chargePercent": 0.5, "isCharging": True, "state": "Charging"}, "sensor", "battery"),
    "BumpSensor": ({"isContacted": True, "sensorId": "bfl"}, "binary_sensor", "bump_bfl"),
    "ChargerPoseMessage": ({"homogeneousMatrix": [1.0] * 16, "sensorId": "slam"}, "event", "charger"),
    "CriticalStatusMessage": ({"message": "x", "statuscode": "Low"}, "sensor", "critical_status"),
    "DriveEncoders": ({"leftDistance": 3.5, "sensorId": "enc"}, "sensor", "encoder_left_distance"),
    "FaceRecognition": ({"label": "unknown person", "bearing": 3}, "event", "face"),
    "FaceTraining": ({"isProcessComplete": True, "message": "x", "messageType": "Status"}, "event", "face_training"),
    "HaltCommand": ({}, "event", "halt"),
    "HazardNotification": (
        {"driveStopped": [{"inHazard": True, "sensorName": "Front left hazard"}]},
        "binary_sensor",
        "hazard",
    ),
    "IMU": ({"yaw": 33.0, "sensorId": "imu"}, "sensor", "imu_yaw"),
    "KeyPhraseRecognized": ({"confidence": 81}, "event", "key_phrase"),
    "LocomotionCommand": ({"LinearVelocity": 10, "AngularVelocity": 0}, "binary_sensor", "moving"),
    "ObjectDetection": ({"description": "cup", "confidence": 0.5}, "sensor", "last_object"),
    "PRUMessage": ({"alignment": 77}, "sensor", "coil_alignment"),
    "SelfState": ({"robotRunState": {"currentState": "Loading"}}, "sensor", "run_state"),
    "SerialMessage": ({"message": "hi"}, "sensor", "last_serial_message"),
    "SkillData": ({"data": {"a": 1}, "message": "m", "truncated": False}, "event", "skill_data"),
    "SkillSystemStateChange": ({"action": "Initiatlized", "guid": "g", "name": "n"}, "event", "skill"),
    "SlamStatus": ({"slamStatus": {"runMode": "Exploring", "status": 4}}, "sensor", "slam_mode"),
    "SourceFocusConfigMessage": ({"gainStep": 1}, "event", "sound_focus"),
    "SourceTrackDataMessage": ({"degreeOfArrivalSpeech": 90}, "sensor", "sound_direction"),
    "TextToSpeechComplete": ({"error": False, "interrupted": False, "uttteranceId": "u"}, "event", "speech"),
    "TimeOfFlight": ({"distanceInMeters": 0.7, "sensorId": "tofr", "status": 0}, "sensor", "distance_back"),
    "TouchSensor": ({"isContacted": True, "sensorId": "cap", "sensorPosition": "Chin"}, "binary_sensor", "touch_chin"),
    "UserSkillData": ({"anything": [1, 2]}, "event", "user_skill_data"),
    "VoiceRecord": ({"success": True, "filename": "a.wav", "speechRecognitionResult": "hi"}, "sensor", "last_phrase"),
    "WorldState": ({"objects": [{"id": 1}]}, "sensor", "seen_objects"),
    # Their content is undocumented, so it is not parsed (docs/protocol/misty.md#undocumented-events).
    "DialogAction": ({"x": 1}, "event", "dialog_action"),
    "ObstacleMap": ({"x": 1}, "event", "obstacle_map"),
    "PoseEstimation": ({"x": 1}, "event", "pose"),
    "RfCommMessage": ({"x": 1}, "event", "bluetooth_message"),
    "RfCommState": ({"x": 1}, "event", "bluetooth_state"),
    "RobotCommandMessage": ({"x": 1}, "event", "robot_command"),
    "RobotInteractionState": ({"x": 1}, "event", "robot_interaction"),
}

# Commands without an entity or action, and the reason. They can be sent with `misty.send_command`.
NOT_USED = {
    "network": ("networks", "bluetooth", "request", "manufacturing"),
    "an undocumented command of the vendor's SDK": (
        "actions", "cascadeclassifier", "conversations", "dialogs", "files", "python", "qrtags", "robotinteraction",
        "states", "temperature", "tutorials", "cameras/thermal", "tts/speakazure", "tts/stopazure", "audio/raw",
    ),
    "needs keys of a cloud service": (
        "audio/keyphrase/startazure", "audio/keyphrase/startgoogle", "audio/keyphrase/startvosk",
        "audio/speech/captureazure", "audio/speech/capturegoogle", "audio/speech/capturevosk",
    ),
    "another name of a command that is used": (
        "video/record", "video/rename", "video/settings", "text/clear",
    ),
    "settings of the layers of the display": (
        "images/settings", "text/settings", "videos/settings", "webviews/settings", "blink/images",
    ),
    "management of stored files and recordings": ("videos", "skills", "images", "audio"),
    "details of mapping": ("slam",),
    "debugging": ("logs", "help", "camera", "cameras/depth", "serial", "system/update/component"),
    "a video stream in an undocumented format": ("videostreaming",),
}  # fmt: skip


def test_every_event_type_is_parsed_and_tested() -> None:
    """The simulator, the integration and this test have the same 37."""
    assert set(SIMULATED) == set(EVENT_TYPES) == set(MESSAGES)
    assert len(MESSAGES) == 37


@pytest.mark.usefixtures("everything_enabled")
async def test_every_event_changes_an_entity(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    await eventually(lambda: set(simulator.state()["subscriptions"]) == set(MESSAGES), 10)
    simulator.set_fault("lossless")
    # The simulated robot sends no own events, which could change the entities back.
    simulator.set_fault("mute")
    for name, (message, platform, key) in MESSAGES.items():
        entity_id = entity_of(platform, key)
        before = hass.states.get(entity_id)
        assert before is not None, entity_id

        def changed(entity_id: str = entity_id, before: Any = before) -> bool:
            state = hass.states.get(entity_id)
            return state is not None and state.state not in (before.state, "unavailable")

        for _ in range(20):
            simulator.command("event", type=name, message=message)
            await asyncio.sleep(0.05)
            if changed():
                break
        assert changed(), f"{name} does not change {entity_id}, which is {before.state}"


def test_every_command_is_used_or_has_a_reason_not_to_be() -> None:
    """There are 227 commands. Entities, actions and queries use them."""
    used = {(action.method, action.path) for action in ROWS}
    used |= {("GET", query.path) for query in SLOW_QUERIES}
    used |= {("GET", "device"), ("GET", "battery"), ("GET", "websockets"), ("GET", "skills"), ("GET", "skills/running")}
    used |= {("GET", "audio"), ("GET", "audio/list")}
    for table in TABLES:
        for row in table:
            used |= {tuple(command.split(" ", 1)) for command in row.commands}
            for attribute in ("on", "off"):
                if hasattr(row, attribute):
                    used.add(("POST", getattr(row, attribute)[0]))
            for attribute in ("path",):
                if hasattr(row, attribute):
                    used.add(("POST", getattr(row, attribute)))
    paths = {path for _, path in used}
    strings = set(KINDS.values()) | {"tts/speak", "images/display", "display/settings", "avstreaming/start"}
    used |= {("POST", path) for path in strings | {"audio/speech/capture", "hazard/updatebasesettings", "audio/pause"}}
    not_used = tuple(prefix for prefixes in NOT_USED.values() for prefix in prefixes)
    unused = {
        (method, path)
        for method, path in ENDPOINTS
        if (method, path) not in used
        and not any(path == prefix or path.startswith(f"{prefix}/") for prefix in not_used)
        and path not in paths
    }
    assert not unused


@pytest.mark.usefixtures("everything_enabled")
async def test_send_command_sends_any_command(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, device_id: str
) -> None:
    response = await hass.services.async_call(
        "misty",
        "send_command",
        {"device_id": device_id, "method": "get", "endpoint": "logs/level"},
        blocking=True,
        return_response=True,
    )
    assert response == {"result": {"local": "Info", "remote": "Warn"}}
    assert er.async_get(hass).entities
