"""What the robot plays and speaks: how to wait for its end, and how texts and addresses are written for it."""

import asyncio
from xml.sax.saxutils import escape

from homeassistant.components import media_source
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant

from .api import Event
from .coordinator import MistyCoordinator
from .topics import AUDIO_DONE

# No announcement is longer; then the end was missed.
LONGEST_SECONDS = 300.0
# How long a text takes at most: until it is made and fetched, and then in the slowest of voices.
FETCHING_SECONDS = 20.0
SECONDS_PER_CHARACTER = 0.3
# The sound before an announcement is a short one.
CHIME_SECONDS = 30.0
# Home Assistant's dialog for a new voice assistant waits no longer for the robot to fetch its sound.
CONNECTION_TEST_SECONDS = 30.0


def seconds_to_speak(text: str | None) -> float:
    """Return how long a text that Home Assistant speaks takes at most; anything else may take the longest.

    A robot that is held by its scruff or whose battery is weak takes the command and plays nothing, so it reports no
    end.
    """
    return min(FETCHING_SECONDS + SECONDS_PER_CHARACTER * len(text), LONGEST_SECONDS) if text else LONGEST_SECONDS


async def async_play_to_end(coordinator: MistyCoordinator, name: str, seconds: float = LONGEST_SECONDS) -> None:
    """Play a stored sound or a URL and return when the robot reports its end, or after a while.

    While only its event connection is down, no end is reported and this does not wait.

    Raises HomeAssistantError when the robot refuses or is away, or the connection is lost meanwhile.
    """

    def is_end(event: Event) -> bool:
        return event.values.get("name") in (name, None)

    if not coordinator.is_connected:
        await coordinator.async_post("audio/play", fileName=name)
        return
    async with coordinator.async_expecting(AUDIO_DONE, is_end) as ended:
        await coordinator.async_post("audio/play", fileName=name)
        try:
            async with asyncio.timeout(seconds):
                await ended
        except TimeoutError:
            return


async def async_url_for(hass: HomeAssistant, media_id: str, entity_id: str | None = None) -> str:
    """Return an address of Home Assistant's media (or any URL) that the robot can fetch from."""
    if media_source.is_media_source_id(media_id):
        media_id = (await media_source.async_resolve_media(hass, media_id, entity_id)).url
    return async_process_play_media_url(hass, media_id)


def speakable(text: str) -> str:
    """Return a text as the robot takes it: SSML as it is, anything else with its markup characters escaped."""
    return text if text.lstrip().startswith("<speak") else escape(text)
