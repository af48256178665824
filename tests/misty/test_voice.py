"""Conversations over real sockets: key phrase, recording, pipeline, and an answer from Home Assistant."""

import asyncio
import base64
from collections.abc import Callable
import io
import math
import struct
from typing import Any
import wave

from homeassistant.components.conversation import ConversationResult
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent
import pytest

from custom_components.misty import recording
from custom_components.misty.recording import to_pcm
from simulators.misty import MistySimulator
from simulators.misty.store import tone
from tests.waiting import eventually

from .assistant import SATELLITE, SWITCH, Recogniser, listen


def recorded(simulator: MistySimulator, kind: str, **details: Any) -> list[dict[str, Any]]:
    """Return entries of the record of the simulator."""
    return simulator.record.of(kind, **details)


async def test_a_question_is_answered_and_the_robot_listens_again(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """LED and face show the stages of the conversation, and are restored at its end."""
    await hass.services.async_call(
        "light", "turn_on", {ATTR_ENTITY_ID: "light.misty_chest_led", "rgb_color": [9, 8, 7]}, blocking=True
    )
    await listen(hass, simulator)
    simulator.record.clear()
    assert simulator.command("key_phrase")
    await simulator.record.wait_for("led", color=(0, 90, 255))
    phrase = tone(0.8, 300)
    assert simulator.command("talk", text="what time is it", wav=base64.b64encode(phrase).decode())
    fetched = await simulator.record.wait_for("fetched", seconds=10)
    assert fetched["status"] == 200
    assert fetched["size"] > 1000
    assert recogniser.heard == to_pcm(phrase)
    await reaches(SATELLITE, "idle", 10)
    await eventually(lambda: simulator.robot.voice.listening is not None, 5)
    assert simulator.robot.voice.listening is not None
    assert simulator.robot.voice.listening.key_phrase
    await eventually(lambda: simulator.robot.display.led == (9, 8, 7))
    assert simulator.robot.display.face == "e_DefaultContent.jpg"
    assert recorded(simulator, "led", color=(0, 200, 60)), "the LED does not show that the robot speaks"


async def test_an_announcement_returns_after_the_end_of_the_sound(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator
) -> None:
    await hass.services.async_call(
        "assist_satellite",
        "announce",
        {ATTR_ENTITY_ID: SATELLITE, "message": "The door is open", "preannounce": False},
        blocking=True,
    )
    assert recorded(simulator, "fetched")[-1]["status"] == 200
    assert simulator.robot.voice.playing is None


async def test_tts_speak_plays_on_the_speaker_of_the_robot(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator
) -> None:
    await hass.services.async_call(
        "tts",
        "speak",
        {ATTR_ENTITY_ID: "tts.speaker", "media_player_entity_id": "media_player.misty_speaker", "message": "hello"},
        blocking=True,
    )
    fetched = await simulator.record.wait_for("fetched")
    assert fetched["status"] == 200


async def test_the_speaker_is_idle_after_a_sound_with_a_long_url(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """A signed URL is longer than a state can be."""
    plays = {
        ATTR_ENTITY_ID: "media_player.misty_speaker",
        "media_content_type": "music",
        "media_content_id": f"{hass.config.internal_url}/local/sound.mp3?{'signed' * 100}",
    }
    await hass.services.async_call("media_player", "play_media", plays, blocking=True)
    await reaches("media_player.misty_speaker", "playing")
    await reaches("media_player.misty_speaker", "idle")


async def test_ask_question_responds_with_the_answer(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator
) -> None:
    """It needs no key phrase."""
    recogniser.text = "yes please"
    asking = hass.async_create_task(
        hass.services.async_call(
            "assist_satellite",
            "ask_question",
            {
                "entity_id": SATELLITE,
                "question": "Shall I?",
                "preannounce": False,
                "answers": [{"id": "yes", "sentences": ["yes [please]"]}],
            },
            blocking=True,
            return_response=True,
        )
    )
    await simulator.record.wait_for("recording", seconds=10)
    assert simulator.command("talk", text="yes please")
    answer = await asking
    assert answer is not None
    assert answer["id"] == "yes"


async def test_a_question_without_an_answer_raises_an_error(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "assist_satellite",
            "ask_question",
            {"entity_id": SATELLITE, "question": "Anybody?", "preannounce": False},
            blocking=True,
            return_response=True,
        )
    await reaches(SATELLITE, "idle")


async def test_a_conversation_continues_when_the_agent_asks_back(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next answer needs no key phrase."""
    turns: list[str] = []

    async def converse(*args: Any, **kwargs: Any) -> ConversationResult:
        turns.append("turn")
        response = intent.IntentResponse("en")
        response.async_set_speech("Which lamp?")
        return ConversationResult(response, "c1", continue_conversation=len(turns) == 1)

    monkeypatch.setattr("homeassistant.components.assist_pipeline.pipeline.conversation.async_converse", converse)
    await listen(hass, simulator)
    simulator.command("key_phrase")
    simulator.command("talk", text="turn on the lamp")
    await simulator.record.wait_for("recording", file="capture_Dialogue.wav", seconds=10)
    assert simulator.command("talk", text="the blue one")
    await eventually(lambda: len(turns) == 2, 10)
    await eventually(lambda: bool(simulator.robot.voice.listening and simulator.robot.voice.listening.key_phrase), 10)


async def test_silence_after_the_key_phrase_runs_no_pipeline(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The robot listens again."""
    await listen(hass, simulator)
    armed = simulator.robot.voice.key_phrase_armed
    simulator.command("key_phrase")
    await eventually(lambda: simulator.robot.voice.key_phrase_armed > armed, 10)
    assert recogniser.heard == b""
    await reaches(SATELLITE, "idle")


async def test_a_lost_connection_during_a_recording_ends_the_conversation(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The robot listens again after the reconnect."""
    await listen(hass, simulator)
    simulator.command("key_phrase")
    await asyncio.sleep(0.1)
    armed = simulator.robot.voice.key_phrase_armed
    simulator.drop_connections()
    await eventually(lambda: simulator.robot.voice.key_phrase_armed > armed, 10)
    await reaches(SATELLITE, "idle", 10)
    simulator.command("key_phrase")
    simulator.command("talk", text="what time is it")
    await eventually(lambda: bool(recogniser.heard), 10)
    await simulator.record.wait_for("fetched", seconds=10)
    await reaches(SATELLITE, "idle", 10)
    await eventually(lambda: simulator.robot.voice.listening is not None, 10)


async def test_an_invalid_recording_ends_the_conversation(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    await listen(hass, simulator)
    armed = simulator.robot.voice.key_phrase_armed
    simulator.command("key_phrase")
    simulator.command("talk", text="x", wav=base64.b64encode(b"no sound").decode())
    await eventually(lambda: simulator.robot.voice.key_phrase_armed > armed, 10)
    assert recogniser.heard == b""
    await reaches(SATELLITE, "idle")


async def test_the_robot_does_not_listen_when_the_switch_is_off(
    hass: HomeAssistant, recogniser: Recogniser, simulator: MistySimulator
) -> None:
    await listen(hass, simulator)
    await hass.services.async_call("switch", "turn_off", {ATTR_ENTITY_ID: SWITCH}, blocking=True)
    assert not simulator.command("key_phrase")


def wav(channels: int, rate: int, width: int = 2, seconds: float = 0.1) -> bytes:
    """Return a WAV file of a tone in the first channel."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        for index in range(int(seconds * rate)):
            first = struct.pack("<h", int(8000 * math.sin(index * 440 * 2 * math.pi / rate)))
            file.writeframesraw((first + b"\0\0" * (channels - 1))[: channels * width])
    return out.getvalue()


@pytest.mark.parametrize(("channels", "rate"), [(1, 16000), (2, 16000), (1, 44100), (2, 48000), (1, 8000)])
def test_recordings_are_converted_to_16_khz_mono(channels: int, rate: int) -> None:
    """The length stays the same."""
    samples = len(to_pcm(wav(channels, rate))) // 2
    assert abs(samples - 1600) <= 2
    assert max(memoryview(to_pcm(wav(channels, rate))).cast("h")) > 7000


@pytest.mark.parametrize("content", [b"", b"RIFF", wav(1, 16000, width=1), wav(1, 2000)])
def test_invalid_recordings_are_refused(content: bytes) -> None:
    """Recordings must have 16 bits."""
    with pytest.raises(ValueError):
        to_pcm(content)
    assert recording.RATE == 16000
