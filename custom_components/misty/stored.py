"""The stored files of a robot as media: shelves of one kind of files, and their media source ids."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from homeassistant.components.media_player import MediaClass

from .api import MistyClient
from .api.model import Asset

# The beginning of the names of speech recordings: docs/protocol/misty.md#capturing-speech.
VOICE_PREFIX = "capture_"
# Browsers do not execute these types. Source: docs/protocol/misty.md#stored-files.
TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".aac": "audio/aac",
    ".wma": "audio/x-ms-wma",
    ".mp4": "video/mp4",
    ".wmv": "video/x-ms-wmv",
}


class Shelf(NamedTuple):
    """A kind of stored files. A file is read and deleted by `path`, with its name in `argument`."""

    list_path: str
    path: str
    argument: str
    media_class: MediaClass
    default_type: str
    holds: Callable[[Asset], bool] = lambda _: True

    def arguments(self, name: str) -> Mapping[str, str]:
        """Return the arguments of a command for a file."""
        return {self.argument: name}

    def type_of(self, name: str) -> str:
        """Return the content type for the suffix of a file name; suffixes of other kinds are ignored."""
        found = TYPES.get(PurePosixPath(name).suffix.lower(), self.default_type)
        return found if found.split("/")[0] == self.default_type.split("/")[0] else self.default_type

    async def assets(self, client: MistyClient) -> list[Asset]:
        """Return the files by name, system assets last. Raises PushError."""
        found = filter(self.holds, await client.assets(self.list_path))
        return sorted(found, key=lambda asset: (asset.is_system, asset.name.lower()))


def is_file_name(name: str) -> bool:
    """Return True if a name cannot lead out of the folder."""
    return name not in ("", ".", "..") and not {"/", "\\", "\0"} & set(name)


def _is_voice(asset: Asset) -> bool:
    return asset.name.startswith(VOICE_PREFIX)


SHELVES = {
    "pictures": Shelf("images/list", "images", "fileName", MediaClass.IMAGE, "image/jpeg"),
    "sounds": Shelf("audio/list", "audio", "fileName", MediaClass.MUSIC, "audio/wav", lambda a: not _is_voice(a)),
    "voice": Shelf("audio/list", "audio", "fileName", MediaClass.MUSIC, "audio/wav", _is_voice),
    "videos": Shelf("videos/list", "videos", "fileName", MediaClass.VIDEO, "video/mp4"),
    "recordings": Shelf("videos/recordings/list", "videos/recordings", "name", MediaClass.VIDEO, "video/mp4"),
}


class Place(NamedTuple):
    """A robot, a shelf of it, or a file on that; parts that are not given are ""."""

    entry_id: str
    shelf: str
    name: str

    @property
    def identifier(self) -> str:
        """Return the media source id."""
        return "/".join(filter(None, self))


def parse_place(identifier: str) -> Place:
    """Return the place of a media source id."""
    entry_id, _, rest = identifier.partition("/")
    shelf, _, name = rest.partition("/")
    return Place(entry_id, shelf, name)
