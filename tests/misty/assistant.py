"""An assistant for the robot, and helpers to talk to it."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any

from homeassistant.components import conversation, stt, tts
from homeassistant.components.assist_pipeline.const import DATA_LAST_WAKE_UP
from homeassistant.components.assist_satellite import DOMAIN as ASSIST_SATELLITE
from homeassistant.components.conversation import ConversationResult
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
import pytest

from simulators.misty import MistySimulator
from simulators.misty.store import tone
from tests.waiting import eventually

SATELLITE = "assist_satellite.misty_voice"
SWITCH = "switch.misty_listen_for_key_phrase"


class Recogniser(stt.SpeechToTextEntity):
    """Speech-to-text that always returns the same text. `heard` is the sound that it received."""

    _attr_name = "Recogniser"
    supported_languages = ["en"]
    supported_formats = [stt.AudioFormats.WAV]
    supported_codecs = [stt.AudioCodecs.PCM]
    supported_bit_rates = [stt.AudioBitRates.BITRATE_16]
    supported_sample_rates = [stt.AudioSampleRates.SAMPLERATE_16000]
    supported_channels = [stt.AudioChannels.CHANNEL_MONO]

    def __init__(self) -> None:
        self.heard = b""
        self.text = "what time is it"
        # This is called before the text is returned.
        self.meanwhile: Callable[[], Any] = lambda: None

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        self.heard = b"".join([piece async for piece in stream])
        self.meanwhile()
        return stt.SpeechResult(self.text, stt.SpeechResultState.SUCCESS)


class Speaker(tts.TextToSpeechEntity):
    """Text-to-speech that returns the same short tone for every text."""

    _attr_name = "Speaker"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]

    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> tts.TtsAudioType:
        return "wav", tone(0.3)


async def listen(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """Switch on the switch for the key phrase, and wait until the robot listens."""
    await eventually(lambda: "KeyPhraseRecognized" in simulator.state()["subscriptions"])
    await hass.services.async_call("switch", "turn_on", {ATTR_ENTITY_ID: SWITCH}, blocking=True)
    await eventually(lambda: simulator.robot.voice.listening is not None)


def say_key_phrase(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """Say the key phrase as if the last time were long ago."""
    # Home Assistant ignores a key phrase soon after another one, as if a second satellite had heard the first.
    hass.data[DATA_LAST_WAKE_UP].clear()
    assert simulator.command("key_phrase")


async def ask(hass: HomeAssistant, simulator: MistySimulator, text: str = "what time is it") -> None:
    """Say the key phrase and then a text to the robot."""
    await listen(hass, simulator)
    say_key_phrase(hass, simulator)
    assert simulator.command("talk", text=text)


def is_listening(simulator: MistySimulator) -> bool:
    """Return True if the robot listens for the key phrase."""
    listening = simulator.robot.voice.listening
    return listening is not None and listening.key_phrase


async def announce(hass: HomeAssistant, message: str = "The door is open") -> None:
    """Announce a message on the robot."""
    await hass.services.async_call(
        ASSIST_SATELLITE,
        "announce",
        {ATTR_ENTITY_ID: SATELLITE, "message": message, "preannounce": False},
        blocking=True,
    )


def question(hass: HomeAssistant) -> asyncio.Task[Any]:
    """Start the action `ask_question`, and return its task."""
    return hass.async_create_task(
        hass.services.async_call(
            ASSIST_SATELLITE,
            "ask_question",
            {"entity_id": SATELLITE, "question": "Shall I?", "preannounce": False},
            blocking=True,
            return_response=True,
        )
    )


def set_agent_answer(
    monkeypatch: pytest.MonkeyPatch, speech: str, *, waits_for: asyncio.Event | None = None, asks_back: bool = False
) -> None:
    """Set the answer of the conversation agent, which it returns after `waits_for` is set."""

    async def converse(*args: Any, **kwargs: Any) -> ConversationResult:
        if waits_for is not None:
            await waits_for.wait()
        response = intent.IntentResponse("en")
        response.async_set_speech(speech)
        return ConversationResult(response, "c1", continue_conversation=asks_back)

    monkeypatch.setattr(conversation, "async_converse", converse)


def make_sounds_long(simulator: MistySimulator) -> None:
    """Make every sound and recording longer than a test."""
    simulator.robot.pace = 1000.0


async def wait_until_speaking(simulator: MistySimulator) -> None:
    """Wait until the robot plays a sound that it has fetched."""
    await simulator.record.wait_for("fetched", seconds=10)
    assert simulator.robot.voice.playing is not None


async def check_satellite_works(hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]) -> None:
    """Check that the satellite is idle, announces and answers."""
    await reaches(SATELLITE, "idle", 10)
    await eventually(lambda: is_listening(simulator) and "VoiceRecord" in simulator.state()["subscriptions"], 10)
    simulator.robot.pace = 0.05
    simulator.record.clear()
    await announce(hass)
    await reaches(SATELLITE, "idle")
    assert [entry["status"] for entry in simulator.record.of("fetched")] == [200]
    await ask(hass, simulator)
    await eventually(lambda: len(simulator.record.of("fetched")) == 2, 10)
    await reaches(SATELLITE, "idle", 10)
