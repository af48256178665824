"""Media source for the files on the robots: pictures, sounds, voice recordings, videos."""

from http import HTTPStatus
from typing import override
from urllib.parse import quote

from aiohttp import web
from homeassistant.components.http import HomeAssistantView
from homeassistant.components.media_player import BrowseError, MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from .api.model import asset_title
from .common.client.errors import PushError
from .common.client.images import image_type
from .const import DOMAIN
from .coordinator import MistyConfigEntry
from .stored import SHELVES, Place, Shelf, is_file_name, parse_place

FILE_URL = "/api/misty/file"
# A browser must not execute a file, or guess another type.
HEADERS = {
    "Cache-Control": "private, max-age=60",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@callback
def _robot(hass: HomeAssistant, entry_id: str) -> MistyConfigEntry | None:
    """Return the config entry of a robot if it is loaded."""
    entry: MistyConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry


async def async_get_media_source(hass: HomeAssistant) -> MistyMediaSource:
    """Return the media source of all robots."""
    return MistyMediaSource(hass)


class MistyMediaSource(MediaSource):
    """Robots, their shelves and their files."""

    name = "Misty II"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the URL of a file. Raises Unresolvable if it is not a file of a loaded robot."""
        place = parse_place(item.identifier or "")
        shelf = SHELVES.get(place.shelf)
        if shelf is None or not is_file_name(place.name) or _robot(self.hass, place.entry_id) is None:
            raise Unresolvable(translation_domain=DOMAIN, translation_key="no_such_file")
        return PlayMedia(_url(place), shelf.type_of(place.name))

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return the robots, the shelves of a robot, or the files of a shelf. Raises BrowseError."""
        # It is None for the root.
        place = parse_place(item.identifier or "")
        if not place.entry_id:
            entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
            return _folder(
                Place("", "", ""), "Misty II", [_folder(Place(e.entry_id, "", ""), e.title) for e in entries]
            )
        entry, titles = _robot(self.hass, place.entry_id), await self._async_shelf_titles()
        if entry is None:
            raise BrowseError(translation_domain=DOMAIN, translation_key="not_loaded")
        if not place.shelf:
            shelves = [_folder(place._replace(shelf=name), title) for name, title in titles.items()]
            return _folder(place, entry.title, shelves)
        if (shelf := SHELVES.get(place.shelf)) is None:
            raise BrowseError(translation_domain=DOMAIN, translation_key="no_such_file")
        try:
            assets = await shelf.assets(entry.runtime_data.client)
        except PushError as error:
            raise BrowseError(str(entry.runtime_data.error_for(error))) from None
        files = [_file(place._replace(name=asset.name), shelf) for asset in assets if is_file_name(asset.name)]
        return _folder(place, titles[place.shelf], files, shelf.media_class)

    async def _async_shelf_titles(self) -> dict[str, str]:
        """Return the titles of the shelves in the language of Home Assistant."""
        texts = await async_get_translations(self.hass, self.hass.config.language, "common", {DOMAIN})
        return {name: texts.get(f"component.{DOMAIN}.common.{name}", name) for name in SHELVES}


def _url(place: Place) -> str:
    return f"{FILE_URL}/{place.entry_id}/{place.shelf}/{quote(place.name, safe='')}"


def _folder(
    place: Place,
    title: str,
    children: list[BrowseMediaSource] | None = None,
    children_media_class: MediaClass = MediaClass.DIRECTORY,
) -> BrowseMediaSource:
    folder = BrowseMediaSource(
        domain=DOMAIN,
        identifier=place.identifier or None,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=title,
        can_play=False,
        can_expand=True,
        children_media_class=children_media_class,
    )
    folder.children = children
    return folder


def _file(place: Place, shelf: Shelf) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=place.identifier,
        media_class=shelf.media_class,
        media_content_type=shelf.type_of(place.name),
        title=asset_title(place.name),
        can_play=True,
        can_expand=False,
        thumbnail=_url(place) if shelf.media_class is MediaClass.IMAGE else None,
    )


class MistyFileView(HomeAssistantView):
    """Serves a file of a robot to authenticated users."""

    url = f"{FILE_URL}/{{entry_id}}/{{shelf}}/{{name}}"
    name = "api:misty:file"

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass

    async def get(self, request: web.Request, entry_id: str, shelf: str, name: str) -> web.StreamResponse:
        """Return the file, or the status Not Found, Unsupported Media Type or Bad Gateway."""
        entry, kind = _robot(self.hass, entry_id), SHELVES.get(shelf)
        if entry is None or kind is None or not is_file_name(name):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        pieces = entry.runtime_data.client.stream(kind.path, kind.arguments(name))
        response: web.StreamResponse | None = None
        try:
            async for piece in pieces:
                if response is None:
                    content_type = image_type(piece) if kind.media_class is MediaClass.IMAGE else kind.type_of(name)
                    if content_type is None:
                        return web.Response(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
                    response = web.StreamResponse(headers={**HEADERS, "Content-Type": content_type})
                    await response.prepare(request)
                await response.write(piece)
        except PushError:
            if response is None:
                return web.Response(status=HTTPStatus.BAD_GATEWAY)
            # The status is already sent. Without the last chunk, the client knows that the file is incomplete.
            if request.transport is not None:
                request.transport.close()
            return response
        finally:
            await pieces.aclose()
        if response is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        await response.write_eof()
        return response
