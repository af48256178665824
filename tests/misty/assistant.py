"""An assistant for the robot: what hears and speaks in Home Assistant, and the way to talk to the robot."""

from collections.abc import AsyncIterable, Callable
from typing import Any

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline.const import DATA_LAST_WAKE_UP
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant

from simulators.misty import MistySimulator
from simulators.misty.store import tone
from tests.waiting import eventually

SATELLITE = "assist_satellite.misty_voice"
SWITCH = "switch.misty_listen_for_key_phrase"


class Recogniser(stt.SpeechToTextEntity):
    """Understands the same whatever is said, and keeps what it heard."""

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
        # What happens while it recognises.
        self.meanwhile: Callable[[], Any] = lambda: None

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        self.heard = b"".join([piece async for piece in stream])
        self.meanwhile()
        return stt.SpeechResult(self.text, stt.SpeechResultState.SUCCESS)


class Speaker(tts.TextToSpeechEntity):
    """Turns every text into the same short tone."""

    _attr_name = "Speaker"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]

    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> tts.TtsAudioType:
        return "wav", tone(0.3)


async def listen(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """Switch listening on and wait until the robot listens."""
    await eventually(lambda: "KeyPhraseRecognized" in simulator.state()["subscriptions"])
    await hass.services.async_call("switch", "turn_on", {ATTR_ENTITY_ID: SWITCH}, blocking=True)
    await eventually(lambda: simulator.robot.voice.listening is not None)


def say_key_phrase(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """Say the key phrase, long after it was said before."""
    # Home Assistant takes one key phrase soon after another for a second satellite that heard the same.
    hass.data[DATA_LAST_WAKE_UP].clear()
    assert simulator.command("key_phrase")


async def ask(hass: HomeAssistant, simulator: MistySimulator, text: str = "what time is it") -> None:
    """Say the key phrase and something to the robot."""
    await listen(hass, simulator)
    say_key_phrase(hass, simulator)
    assert simulator.command("talk", text=text)


def listens(simulator: MistySimulator) -> bool:
    """Tell whether the robot listens for the key phrase."""
    listening = simulator.robot.voice.listening
    return listening is not None and listening.key_phrase
