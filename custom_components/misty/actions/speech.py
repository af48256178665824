"""Actions for speech and sound."""

import asyncio
from uuid import uuid4

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..api import Event
from ..const import DOMAIN
from ..coordinator import MistyCoordinator
from ..playback import async_play_to_end, async_url_for, speakable
from ..topics import SPEECH_DONE, VOICE
from .model import MEDIA, Action, given, milliseconds, seconds_or_milliseconds

SPEECH_SECONDS = 120.0
CAPTURE_SECONDS = 45.0

# The names of fields in seconds.
SILENCE, LONGEST = "silence_duration", "speech_duration"

SPEAK = {
    vol.Required("text"): cv.string,
    vol.Optional("flush", default=False): cv.boolean,
    vol.Optional("wait", default=False): cv.boolean,
}
PLAY_AUDIO = {
    vol.Required("media_content_id"): MEDIA,
    vol.Optional("volume"): vol.Coerce(int),
    vol.Optional("wait", default=False): cv.boolean,
}
CAPTURE_SPEECH = {
    vol.Optional("require_key_phrase", default=False): cv.boolean,
    **seconds_or_milliseconds(SILENCE, "silence_timeout"),
    **seconds_or_milliseconds(LONGEST, "max_speech_length"),
    vol.Optional("speech_recognition_grammar"): cv.string,
}


async def _speak(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Speak with the robot's own voice; `wait` waits for the end."""
    utterance = f"ha_{uuid4().hex}"
    arguments = {"text": speakable(call.data["text"]), "flush": call.data["flush"], "utteranceId": utterance}
    if not call.data["wait"]:
        await robot.async_post("tts/speak", **arguments)
        return
    async with robot.async_expecting(
        SPEECH_DONE, lambda event: event.values.get("utteranceId") in (utterance, None)
    ) as ended:
        await robot.async_post("tts/speak", **arguments)
        event = await _event_in(ended, SPEECH_SECONDS)
    if event.values.get("error"):
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="speech_interrupted")


async def _play_audio(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Play a stored sound or a URL; `wait` waits for the end."""
    name = call.data["media_content_id"]
    if "/" in name:
        name = await async_url_for(call.hass, name)
    if "volume" in call.data:
        await robot.async_post("audio/volume", volume=call.data["volume"])
    if call.data["wait"]:
        await async_play_to_end(robot, name)
    else:
        await robot.async_post("audio/play", fileName=name)


async def _capture_speech(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Record speech, and return the name of the recording, and the text if the robot recognizes it."""
    arguments = given(
        call,
        requireKeyPhrase="require_key_phrase",
        speechRecognitionGrammar="speech_recognition_grammar",
    )
    arguments["silenceTimeout"] = milliseconds(call, SILENCE, "silence_timeout")
    arguments["maxSpeechLength"] = milliseconds(call, LONGEST, "max_speech_length")
    async with robot.async_expecting(VOICE, lambda _: True) as recorded:
        await robot.async_post("audio/speech/capture", **arguments)
        event = await _event_in(recorded, CAPTURE_SECONDS)
    return {
        "success": bool(event.values["success"]),
        "text": _text(event, "speechRecognitionResult"),
        "file_name": _text(event, "filename"),
        "message": _text(event, "errorMessage"),
    }


def _text(event: Event, name: str) -> str | None:
    value = event.values.get(name)
    return value if isinstance(value, str) and value else None


async def _event_in(future: asyncio.Future[Event], seconds: float) -> Event:
    """Wait for an event and return it. Raises HomeAssistantError if it does not come in time."""
    try:
        async with asyncio.timeout(seconds):
            return await future
    except TimeoutError:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_event") from None


SPEECH_ACTIONS = (
    Action("speak", _speak, SPEAK),
    Action("play_audio", _play_audio, PLAY_AUDIO),
    Action("capture_speech", _capture_speech, CAPTURE_SPEECH, SupportsResponse.ONLY),
)
