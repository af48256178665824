"""Playing and speaking: waiting for the end, and the URLs and texts that the robot accepts."""

import asyncio
from datetime import timedelta
from xml.sax.saxutils import escape

from homeassistant.components import media_source
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.components.media_source.const import URI_SCHEME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.network import is_hass_url
from yarl import URL

from .api import Event
from .const import DOMAIN
from .coordinator import MistyCoordinator
from .topics import AUDIO_DONE

# After this time the end of a sound was missed.
LONGEST_SECONDS = 300.0
# Time to synthesize and fetch speech, and to speak a character in a slow voice.
FETCHING_SECONDS = 20.0
SECONDS_PER_CHARACTER = 0.3
# Limit for the sound before an announcement.
CHIME_SECONDS = 30.0
# Limit for the test sound of Home Assistant's satellite setup.
CONNECTION_TEST_SECONDS = 30.0

# The robot fetches a URL at once. It is valid for a short time only, because it is sent unencrypted.
SIGNED_FOR = timedelta(minutes=5)
# Paths of Home Assistant that the robot may fetch.
OWN_MEDIA = (
    "/media/",
    "/local/",
    "/api/tts_proxy/",
    "/api/camera_proxy/",
    "/api/camera_proxy_stream/",
    "/api/image_proxy/",
)


def seconds_to_speak(text: str | None) -> float:
    """Return a limit for speaking a text, or LONGEST_SECONDS without a text.

    The robot reports no end if it is held by its scruff or its battery is low, because it does not play the sound then.
    """
    return min(FETCHING_SECONDS + SECONDS_PER_CHARACTER * len(text), LONGEST_SECONDS) if text else LONGEST_SECONDS


async def async_play_to_end(coordinator: MistyCoordinator, name: str, seconds: float = LONGEST_SECONDS) -> None:
    """Play a stored sound or a URL, and wait for its end, but no longer than `seconds`.

    Without an event connection it does not wait. Raises HomeAssistantError if the robot refuses, is not connected, or
    the connection is lost meanwhile.
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
    """Return a URL of a medium that the robot can fetch for some minutes.

    `media_id` is a media source id, a path of Home Assistant or a URL. Raises ServiceValidationError for a path that is
    not in OWN_MEDIA.
    """
    is_source = media_source.is_media_source_id(media_id)
    if is_source and media_id != URI_SCHEME:
        media_id = (await media_source.async_resolve_media(hass, media_id, entity_id)).url
    try:
        url = URL(media_id)
        is_own = media_id.startswith("/") or is_hass_url(hass, media_id)
    except ValueError:
        url, is_own = URL(), False
    # An address that begins with two slashes has a host.
    is_valid = (url.scheme or not url.absolute) and str(url) and media_id != URI_SCHEME
    if not is_valid or (is_own and not is_source and not _is_own_medium(url)):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_medium")
    if is_own and not url.query_string and not url.path.startswith(("/local/", "/api/tts_proxy/")):
        signed = URL(async_sign_path(hass, url.raw_path, SIGNED_FOR), encoded=True)
        media_id = str(url.join(signed)) if url.absolute else str(signed)
    return async_process_play_media_url(hass, media_id)


def _is_own_medium(url: URL) -> bool:
    """Return True if a path is in OWN_MEDIA and has no dot segments."""
    parts = url.path.replace("\\", "/").split("/")
    return url.path.startswith(OWN_MEDIA) and not {".", ".."} & set(parts)


def speakable(text: str) -> str:
    """Return a text for the robot to speak: SSML is not changed, in other texts markup is escaped."""
    return text if text.lstrip().startswith("<speak") else escape(text)
