"""What the robot plays and speaks: how to wait for its end, and how texts and addresses are written for it."""

import asyncio
from datetime import timedelta
from xml.sax.saxutils import escape

from homeassistant.components import media_source
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.network import is_hass_url
from yarl import URL

from .api import Event
from .const import DOMAIN
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

# The robot fetches at once; its HTTP is not encrypted.
SIGNED_FOR = timedelta(minutes=5)
# What a person may have the robot fetch of Home Assistant by its path.
OWN_MEDIA = (
    "/media/",
    "/local/",
    "/api/tts_proxy/",
    "/api/camera_proxy/",
    "/api/camera_proxy_stream/",
    "/api/image_proxy/",
)


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
    """Return an address of Home Assistant's media (or any URL) that the robot can fetch from, for minutes.

    Raises ServiceValidationError for a path of Home Assistant's that is no medium.
    """
    is_source = media_source.is_media_source_id(media_id)
    if is_source:
        media_id = (await media_source.async_resolve_media(hass, media_id, entity_id)).url
    try:
        url = URL(media_id)
        is_own = media_id.startswith("/") or is_hass_url(hass, media_id)
    except ValueError:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_medium") from None
    if is_own:
        if not is_source and not _is_own_medium(url):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_medium")
        if not url.query_string and not url.path.startswith(("/local/", "/api/tts_proxy/")):
            signed = URL(async_sign_path(hass, url.raw_path, SIGNED_FOR), encoded=True)
            media_id = str(url.join(signed)) if url.absolute else str(signed)
    return async_process_play_media_url(hass, media_id)


def _is_own_medium(url: URL) -> bool:
    """Return True for a path below one of Home Assistant's media; none leaves it again by dots."""
    parts = url.path.replace("\\", "/").split("/")
    return url.path.startswith(OWN_MEDIA) and not {".", ".."} & set(parts)


def speakable(text: str) -> str:
    """Return a text as the robot takes it: SSML as it is, anything else with its markup characters escaped."""
    return text if text.lstrip().startswith("<speak") else escape(text)
