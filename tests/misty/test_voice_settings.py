"""Settings of the satellite: assistant, finished speaking detection, wake word and mute switch."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.assist_pipeline.pipeline import async_create_default_pipeline
from homeassistant.components.assist_pipeline.vad import VadSensitivity
from homeassistant.components.assist_satellite import entity
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

from .assistant import SATELLITE, SWITCH, Recogniser, listen

MUTE = "switch.misty_mute_microphones"


async def switch(hass: HomeAssistant, entity_id: str, on: bool) -> None:
    await hass.services.async_call(
        "switch", "turn_on" if on else "turn_off", {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


async def select(hass: HomeAssistant, entity_id: str, option: str) -> None:
    data = {ATTR_ENTITY_ID: entity_id, "option": option}
    await hass.services.async_call("select", "select_option", data, blocking=True)


class Second(Recogniser):
    """Speech-to-text of another assistant."""

    _attr_name = "Second"


async def test_the_selected_assistant_is_used(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator
) -> None:
    second = Second()
    await hass.data["entity_components"]["stt"].async_add_entities([second])
    assert await async_create_default_pipeline(hass, "stt.second", "tts.speaker", "Butler")
    await hass.async_block_till_done()
    assert state_of(hass, "select.misty_assistant").state == "preferred"
    await select(hass, "select.misty_assistant", "Butler")
    await listen(hass, simulator)
    assert simulator.command("key_phrase")
    await eventually(lambda: simulator.robot.voice.is_recording)
    assert simulator.command("talk", text="what time is it")
    await eventually(lambda: bool(second.heard), 10)
    assert not recogniser.heard


async def test_the_dialog_of_home_assistant_configures_the_satellite(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, hass_ws_client: WebSocketGenerator
) -> None:
    """It has the selects and the wake word, and switches listening on and off."""
    client = await hass_ws_client()

    async def ask(command: str, **data: Any) -> Any:
        await client.send_json_auto_id({"type": f"assist_satellite/{command}", "entity_id": SATELLITE, **data})
        answer = await client.receive_json()
        assert answer["success"], answer
        return answer["result"]

    configuration = await ask("get_configuration")
    assert configuration["pipeline_entity_id"] == "select.misty_assistant"
    assert configuration["vad_entity_id"] == "select.misty_finished_speaking_detection"
    assert configuration["available_wake_words"] == [
        {"id": "hey_misty", "wake_word": "Hey, Misty!", "trained_languages": ["en"]}
    ]
    # It is active before a choice, because the setup of a satellite asks the user to say it.
    assert configuration["active_wake_words"] == ["hey_misty"]
    assert not simulator.state()["listening"]
    await ask("set_wake_words", wake_word_ids=["hey_misty"])
    assert simulator.state()["listening"]
    assert state_of(hass, SWITCH).state == "on"
    await ask("set_wake_words", wake_word_ids=[])
    assert not simulator.state()["listening"]
    assert state_of(hass, SWITCH).state == "off"
    assert (await ask("get_configuration"))["active_wake_words"] == []


async def test_the_setup_of_a_satellite_waits_for_the_wake_word(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "assist_satellite/intercept_wake_word", "entity_id": SATELLITE})
    await eventually(lambda: bool(simulator.state()["listening"]))
    await eventually(lambda: state_of(hass, SWITCH).state == "on")
    assert simulator.command("key_phrase")
    await eventually(lambda: simulator.robot.voice.is_recording)
    assert simulator.command("talk", text="hello")
    answers = [await client.receive_json() for _ in range(2)]
    assert [one["event"] for one in answers if one["type"] == "event"] == [{"wake_word_phrase": "Hey, Misty!"}]


async def test_finished_speaking_detection_is_passed_to_the_pipeline(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next conversation uses it."""
    silences: list[float] = []
    run = entity.async_pipeline_from_audio_stream

    async def note(*args: Any, **kwargs: Any) -> None:
        silences.append(kwargs["audio_settings"].silence_seconds)
        await run(*args, **kwargs)

    monkeypatch.setattr(entity, "async_pipeline_from_audio_stream", note)
    detection = "select.misty_finished_speaking_detection"
    assert sorted(state_of(hass, detection).attributes["options"]) == ["aggressive", "default", "relaxed"]
    await select(hass, detection, "relaxed")
    await listen(hass, simulator)
    assert simulator.command("key_phrase")
    await eventually(lambda: simulator.robot.voice.is_recording)
    assert simulator.command("talk", text="what time is it")
    await eventually(lambda: bool(silences), 10)
    assert silences == [VadSensitivity.to_seconds(VadSensitivity.RELAXED)]


async def test_a_muted_robot_does_not_listen_or_record(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, device_id: str
) -> None:
    """It listens again when it is unmuted."""
    await listen(hass, simulator)
    await switch(hass, MUTE, True)
    assert not simulator.state()["listening"]
    simulator.drop_connections()
    simulator.record.clear()
    await simulator.record.wait_for("connected", seconds=10)
    await eventually(lambda: "KeyPhraseRecognized" in simulator.state()["subscriptions"])
    assert not simulator.state()["listening"], "the robot listens after a reconnect"

    async def refused(domain: str, service: str, *, response: bool = False, **data: Any) -> None:
        with pytest.raises(HomeAssistantError) as caught:
            await hass.services.async_call(domain, service, data, blocking=True, return_response=response)
        assert caught.value.translation_key == "muted", service

    question = {ATTR_ENTITY_ID: SATELLITE, "question": "Hello?", "preannounce": False}
    await refused("assist_satellite", "ask_question", response=True, **question)
    await refused("misty", "record_audio", device_id=device_id, file_name="x.wav")
    await refused("misty", "record_video", device_id=device_id)
    await hass.services.async_call("misty", "record_video", {"device_id": device_id, "mute": True}, blocking=True)
    assert not simulator.record.of("spoke")
    await switch(hass, MUTE, False)
    assert simulator.state()["listening"]


async def test_mute_is_restored_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator
) -> None:
    """The robot listens for the key phrase only after it is unmuted."""
    mock_restore_cache(hass, [State(MUTE, "on"), State(SWITCH, "on")])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, SWITCH).state == "on"
    assert not simulator.state()["listening"]
    await switch(hass, MUTE, False)
    assert simulator.state()["listening"]


async def test_the_selects_are_available_without_connection(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """They are settings of Home Assistant, which a pipeline needs when it starts."""
    await simulator.stop()
    await reaches("light.misty_chest_led", "unavailable")
    assert state_of(hass, "select.misty_assistant").state == "preferred"
    assert state_of(hass, "select.misty_finished_speaking_detection").state == "default"
