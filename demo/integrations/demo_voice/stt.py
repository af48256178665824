"""Speech-to-text that always returns the same sentence."""

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
    """Add the entity."""
    async_add_entities([DemoRecogniser()])


class DemoRecogniser(SpeechToTextEntity):
    """The speech-to-text entity."""

    _attr_name = "Demo voice"
    _attr_unique_id = "demo_voice"

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return the supported language."""
        return ["en"]

    @property
    @override
    def supported_formats(self) -> list[AudioFormats]:
        """Return the format of satellites."""
        return [AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[AudioCodecs]:
        """Return the codec of satellites."""
        return [AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[AudioBitRates]:
        """Return the bit rate of satellites."""
        return [AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[AudioSampleRates]:
        """Return the sample rate of satellites."""
        return [AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[AudioChannels]:
        """Return the channel of satellites."""
        return [AudioChannels.CHANNEL_MONO]

    @override
    async def async_process_audio_stream(self, metadata: SpeechMetadata, stream: AsyncIterable[bytes]) -> SpeechResult:
        """Read the whole stream and return the sentence, or an error if there was no audio."""
        size = sum([len(piece) async for piece in stream])
        if not size:
            return SpeechResult(None, SpeechResultState.ERROR)
        return SpeechResult(SENTENCE, SpeechResultState.SUCCESS)
