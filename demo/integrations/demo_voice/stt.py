"""Understands one and the same sentence in any speech."""

from collections.abc import AsyncIterable
from typing import Any, override

from homeassistant.components.stt import (
    AudioBitRates,
    AudioChannels,
    AudioCodecs,
    AudioFormats,
    AudioSampleRates,
    SpeechMetadata,
    SpeechResult,
    SpeechResultState,
    SpeechToTextEntity,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

SENTENCE = "turn on Misty 0123 Flashlight"


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Any], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the only one there is."""
    async_add_entities([DemoRecogniser()])


class DemoRecogniser(SpeechToTextEntity):
    """The recogniser."""

    _attr_name = "Demo voice"
    _attr_unique_id = "demo_voice"

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return the only language."""
        return ["en"]

    @property
    @override
    def supported_formats(self) -> list[AudioFormats]:
        """Return what every satellite sends."""
        return [AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[AudioCodecs]:
        """Return what every satellite sends."""
        return [AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[AudioBitRates]:
        """Return what every satellite sends."""
        return [AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[AudioSampleRates]:
        """Return what every satellite sends."""
        return [AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[AudioChannels]:
        """Return what every satellite sends."""
        return [AudioChannels.CHANNEL_MONO]

    @override
    async def async_process_audio_stream(self, metadata: SpeechMetadata, stream: AsyncIterable[bytes]) -> SpeechResult:
        """Listen to the end."""
        heard = sum([len(piece) async for piece in stream])
        if not heard:
            return SpeechResult(None, SpeechResultState.ERROR)
        return SpeechResult(SENTENCE, SpeechResultState.SUCCESS)
