"""Edges that the other tests pass by: odd answers, polling, restored listening, missed ends."""

from collections.abc import Callable
from functools import partial
import logging
from typing import Any

from aiohttp import web
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache

from custom_components.misty import coordinator as coordinator_module, key_phrase
from custom_components.misty.actions import speech
from custom_components.misty.api import File, MistyClient
from custom_components.misty.api.model import (
    parse_assets,
    parse_battery,
    parse_flag,
    parse_help,
    parse_skills,
    parse_volume,
)
from custom_components.misty.common.client.errors import InvalidAnswer
from custom_components.misty.common.client.wire import DropCounter
from custom_components.misty.playback import async_play_to_end
from custom_components.misty.polling import SLOW_QUERIES
from simulators.misty import MistySimulator
from tests.waiting import eventually


def test_shapes_that_are_not_documented() -> None:
    """Where the vendor tells no shape, any likely one is read and the rest is unknown."""
    assert [parse_volume(answer) for answer in (55, 54.6, {"volume": 7}, True, "7", 101, None)] == [
        55,
        55,
        7,
        None,
        None,
        None,
        None,
    ]
    assert [parse_flag(answer) for answer in (True, "True", "false", 1, None)] == [True, True, False, None, None]
    assert parse_help("a text") is None
    assert parse_help({"get": "x", "post": [{"endpoint": "/API/Led"}, 5, {}]}) == frozenset({("POST", "led")})
    assert [asset.name for asset in parse_assets(["a", {"name": "b"}, 5, {}])] == ["a", "b"]
    assert [skill.name for skill in parse_skills([{"UniqueId": "u", "Name": "n"}, {"name": "x"}, 3])] == ["n"]
    assert parse_assets(None) == []
    assert parse_skills("x") == []
    with pytest.raises(InvalidAnswer):
        parse_battery([], DropCounter())


@pytest.mark.parametrize("query", SLOW_QUERIES, ids=lambda query: query.path)
@pytest.mark.parametrize("answer", [None, "x", 5, [], {}, {"local": 5, "bumpSensors": 3, "openEyeMinMs": "x"}])
def test_queries_survive_any_answer(query: Any, answer: Any) -> None:
    """An answer of another shape is unknown, or what an empty one means."""
    assert set(query.parse(answer).values()) <= {None, False, 5}


def _is_subscribed(simulator: MistySimulator, event: str) -> bool:
    return event in simulator.state()["subscriptions"]


async def test_a_file_in_the_envelope(session: Any) -> None:
    """A robot that answers with base64 although asked for the file is understood; rubbish is told."""
    answers: list[Any] = [{"base64": "aGk=", "contentType": "audio/wav"}, {"base64": "%%%"}, {"name": "x"}]

    async def handle(_request: web.Request) -> web.Response:
        return web.json_response({"status": "Success", "result": answers.pop(0)})

    application = web.Application()
    application.router.add_get("/api/audio", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = MistyClient(session, f"127.0.0.1:{runner.addresses[0][1]}")
    assert await client.file("audio", {"fileName": "x.wav"}) == File(b"hi", "audio/wav")
    for _ in range(2):
        with pytest.raises(InvalidAnswer):
            await client.file("audio", {"fileName": "x.wav"})
    await runner.cleanup()


async def test_polling(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: MistySimulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is never pushed arrives with the next query; a failing query is no lost connection."""
    monkeypatch.setattr(coordinator_module, "BATTERY_SECONDS", 0.05)
    monkeypatch.setattr(coordinator_module, "SLOW_EVERY", 2)
    caplog.set_level(logging.DEBUG, "custom_components.misty")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    simulator.robot.voice.volume = 33

    def level() -> Any:
        state = hass.states.get("media_player.misty_speaker")
        return state and state.attributes.get("volume_level")

    await eventually(lambda: level() == 0.33)
    simulator.set_fault("status", 500)
    await eventually(lambda: "a query failed" in caplog.text)
    assert entry.runtime_data.last_update_success
    simulator.set_fault("status", 0)
    simulator.robot.system.run_state = "Updating"
    await eventually(lambda: hass.states.is_state("sensor.misty_run_state", "updating"))
    await entry.runtime_data.async_refresh_slow()
    simulator.robot.system.run_state = "Running"
    simulator.robot.skills.report("x", "Added")


async def test_key_phrase_is_restored_and_works_without_the_satellite(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was on is on again; with the satellite disabled nothing is recorded, and each hit arms anew."""
    monkeypatch.setattr(key_phrase, "REARM_SECONDS", 0.05)
    er.async_get(hass).async_get_or_create(
        "assist_satellite",
        "misty",
        "20193600123_satellite",
        config_entry=entry,
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    mock_restore_cache(hass, [State("switch.misty_listen_for_key_phrase", "on")])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await eventually(lambda: simulator.robot.voice.listening is not None)
    await eventually(lambda: "KeyPhraseRecognized" in simulator.state()["subscriptions"])
    armed = simulator.robot.voice.key_phrase_armed
    assert simulator.command("key_phrase")
    assert not simulator.record.of("recording")
    await eventually(lambda: simulator.robot.voice.key_phrase_armed > armed)
    state = hass.states.get("event.misty_key_phrase")
    assert state is not None
    assert state.attributes["confidence"] == 81


@pytest.mark.usefixtures("everything_enabled")
async def test_face_image(hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any) -> None:
    """The face that is shown can be looked at."""
    await hass.services.async_call(
        "select", "select_option", {ATTR_ENTITY_ID: "select.misty_face", "option": "e_Fear.jpg"}, blocking=True
    )

    def is_there() -> bool:
        state = hass.states.get("image.misty_face")
        return state is not None and state.state not in ("unknown", "unavailable")

    await eventually(is_there)
    client = await hass_client()
    response = await client.get("/api/image_proxy/image.misty_face")
    assert (await response.read()).startswith(b"\xff\xd8")


async def test_missed_ends(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    device_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An end that the robot never reports holds nobody for ever."""
    simulator.robot.pace = 100
    await async_play_to_end(loaded.runtime_data, "s_Joy.wav", seconds=0.1)
    monkeypatch.setattr(speech, "SPEECH_SECONDS", 0.1)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(
            "misty", "speak", {"device_id": device_id, "text": "x", "wait": True}, blocking=True
        )
    assert caught.value.translation_key == "no_event"


async def test_satellite_has_one_key_phrase(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: Any, simulator: MistySimulator
) -> None:
    """There is nothing to choose."""
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {"type": "assist_satellite/get_configuration", "entity_id": "assist_satellite.misty_voice"}
    )
    answer = await client.receive_json()
    assert answer["result"]["available_wake_words"] == []


@pytest.mark.usefixtures("everything_enabled")
async def test_event_types(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    """Each message becomes the right word."""
    simulator.set_fault("lossless")
    for name, message, key, word in (
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

        def told(entity_id: str = entity_id, word: str = word) -> bool:
            state = hass.states.get(entity_id)
            return state is not None and state.attributes["event_type"] == word

        await eventually(told)
    state = hass.states.get(entity_of("event", "user_skill_data"))
    assert state is not None
    assert "message" not in state.attributes
