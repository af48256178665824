"""Text-to-speech that hums, about as long as the text would take."""

import io
import math
import struct
from typing import Any, override
import wave

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

RATE = 16000
SECONDS_PER_LETTER = 0.05


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry[Any], async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the entity."""
    async_add_entities([DemoSpeaker()])


class DemoSpeaker(TextToSpeechEntity):
    """The text-to-speech entity."""

    _attr_name = "Demo voice"
    _attr_unique_id = "demo_voice"

    @property
    @override
    def default_language(self) -> str:
        """Return the supported language."""
        return "en"

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return the supported language."""
        return ["en"]

    @override
    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> TtsAudioType:
        """Return a tone for each letter, higher for later letters of the alphabet."""
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for letter in message.lower():
                hertz = 220 + 8 * (ord(letter) % 32) if letter.isalpha() else 0
                samples = (
                    int(6000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(int(RATE * SECONDS_PER_LETTER))
                )
                file.writeframesraw(b"".join(struct.pack("<h", sample) for sample in samples))
        return "wav", out.getvalue()
