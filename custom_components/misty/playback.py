"""Playing a sound to its end, and finding where the robot gets it."""

import asyncio

from homeassistant.components import media_source
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant

from .api import Event
from .coordinator import MistyCoordinator
from .topics import AUDIO_DONE

# No announcement is longer; then the end was missed.
LONGEST_SECONDS = 300.0


async def async_play_to_end(coordinator: MistyCoordinator, name: str, seconds: float = LONGEST_SECONDS) -> None:
    """Play a stored sound or a URL and return when the robot reports its end, or after a while.

    Raises HomeAssistantError when the robot refuses or is away.
    """

    def is_end(event: Event) -> bool:
        return event.values.get("name") in (name, None)

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
