"""The kinds of files on a robot: where each is listed, read and deleted, and what Home Assistant calls them."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from homeassistant.components.media_player import MediaClass

from .api import MistyClient
from .api.model import Asset

# What the robot names the recordings of the voice satellite: docs/protocol/misty.md#capturing-speech.
VOICE_PREFIX = "capture_"
# docs/protocol/misty.md#stored-files. A browser plays or shows these; it runs none of them.
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
    """One kind of files. `path` reads and deletes, with the file's name in `argument`."""

    list_path: str
    path: str
    argument: str
    media_class: MediaClass
    default_type: str
    holds: Callable[[Asset], bool] = lambda _: True

    def arguments(self, name: str) -> Mapping[str, str]:
        """Return the arguments of a command for one file."""
        return {self.argument: name}

    def type_of(self, name: str) -> str:
        """Return a file's content type by the ending of its name; another kind's ending counts for nothing."""
        found = TYPES.get(PurePosixPath(name).suffix.lower(), self.default_type)
        return found if found.split("/")[0] == self.default_type.split("/")[0] else self.default_type

    async def assets(self, client: MistyClient) -> list[Asset]:
        """Return the files, a person's own ones first. Raises PushError."""
        found = filter(self.holds, await client.assets(self.list_path))
        return sorted(found, key=lambda asset: (asset.is_system, asset.name.lower()))


def is_file_name(name: str) -> bool:
    """Return True for a name that stays in its folder, wherever the robot keeps that."""
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
    """What a media source id of ours names: a robot, a shelf on it, or a file there ("" for none)."""

    entry_id: str
    shelf: str
    name: str

    @property
    def identifier(self) -> str:
        """Return the id without the parts that are not there."""
        return "/".join(filter(None, self))


def parse_place(identifier: str) -> Place:
    """Return what an id names."""
    entry_id, _, rest = identifier.partition("/")
    shelf, _, name = rest.partition("/")
    return Place(entry_id, shelf, name)
