"""Stored images, sounds, videos and recordings. Source: docs/protocol/misty.md#stored-files."""

import base64
import binascii
from dataclasses import dataclass, field
import io
import math
from pathlib import Path
import struct
from typing import TYPE_CHECKING, Any
import wave

from PIL import Image

from .parameters import Binary, Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

MEGABYTE = 1024 * 1024
SCREEN = (480, 272)
# The files that every robot has: docs/protocol/misty.md#default-assets.
ASSETS = (Path(__file__).parent / "assets.txt").read_text().split()


@dataclass
class Shelf:
    """Files of one kind: the default ones, the saved ones, and the limits."""

    kind: str
    system: set[str]
    endings: tuple[str, ...]
    limit: int
    saved: dict[str, bytes] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        """Return True if a file is stored."""
        return name in self.system or name in self.saved


class Store:
    """All shelves, and the video recordings."""

    def __init__(self) -> None:
        """Initialize with the files of every robot."""
        self.images = Shelf(
            "images", {name for name in ASSETS if name.startswith("e_")}, ("jpg", "jpeg", "gif", "png"), 3 * MEGABYTE
        )
        self.audio = Shelf(
            "audio", {name for name in ASSETS if name.startswith("s_")}, ("wav", "mp3", "wma", "aac"), 3 * MEGABYTE
        )
        self.videos = Shelf("videos", set(), ("mp4", "wmv"), 6 * MEGABYTE)
        self.recordings: dict[str, bytes] = {}

    def content(self, shelf: Shelf, name: str) -> bytes:
        """Return the bytes of a file; those of default files are generated."""
        if name in shelf.saved:
            return shelf.saved[name]
        if name not in shelf.system:
            raise Failure(f"There is no file {name}.")
        if shelf is self.images:
            from .picture import face, to_bytes

            return to_bytes(face(name, None), "JPEG")
        return tone(0.6, 330 + len(name) * 7)


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    """Return a WAV file in the format of the robot's recordings: 16-bit mono at 16 kHz."""
    samples = (int(9000 * math.sin(2 * math.pi * hertz * n / 16000)) for n in range(int(16000 * seconds)))
    data = b"".join(struct.pack("<h", sample) for sample in samples)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(data)
    return out.getvalue()


def seconds_of(content: bytes) -> float | None:
    """Return the duration of a WAV file in seconds; None if it is not a WAV file."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            return float(file.getnframes() / file.getframerate())
    except wave.Error, EOFError, ZeroDivisionError:
        return None


def mime_type(name: str) -> str:
    """Return the content type for the name of a file."""
    ending = name.rsplit(".", 1)[-1].lower()
    kinds = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "wav": "audio/wav"}
    return kinds.get(ending) or {"mp3": "audio/mpeg", "mp4": "video/mp4"}.get(ending, "application/octet-stream")


def sent(given: Parameters, shelf: Shelf) -> tuple[str, bytes]:
    """Return the name and the bytes of an upload in base64 or multipart."""
    content = given.get("file")
    if not isinstance(content, bytes):
        try:
            content = base64.b64decode(given.text("data"), validate=True)
        except binascii.Error, ValueError:
            raise Failure("Data is not base64.") from None
    name = given.text("fileName")
    if not name or not content:
        raise Failure("Missing FileName or Data.")
    if not name.lower().endswith(shelf.endings):
        raise Failure("The file's type is not supported.")
    if len(content) > shelf.limit:
        raise Failure("The file is too large.")
    return name, content


def _save(given: Parameters, shelf: Shelf) -> str:
    name, content = sent(given, shelf)
    if name in shelf and (name in shelf.system or not given.flag("overwriteExisting")):
        raise Failure(f"The file {name} exists.")
    shelf.saved[name] = content
    return name


def _delete(given: Parameters, shelf: Shelf) -> bool:
    name = given.text("fileName")
    if name in shelf.system:
        raise Failure(f"{name} is a system file.")
    if shelf.saved.pop(name, None) is None:
        raise Failure(f"There is no file {name}.")
    return True


def _read(robot: Robot, given: Parameters, shelf: Shelf, default_base64: bool) -> Any:
    name = given.text("fileName")
    content = robot.store.content(shelf, name)
    if not given.flag("base64", default_base64):
        return Binary(content, mime_type(name))
    return {"base64": base64.b64encode(content).decode(), "contentType": mime_type(name), "name": name}


def image_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.size
    except OSError:
        raise Failure("The picture cannot be read.") from None


@command("GET", "audio/list")
def audio_list(robot: Robot, _given: Parameters) -> Any:
    """List sounds."""
    return _listed(robot.store.audio)


@command("GET", "videos/list")
def video_list(robot: Robot, _given: Parameters) -> Any:
    """List uploaded videos."""
    return _listed(robot.store.videos)


@command("GET", "images/list")
def image_list(robot: Robot, _given: Parameters) -> Any:
    """List images with their sizes."""
    shelf = robot.store.images
    found = [{"height": SCREEN[1], "name": n, "systemAsset": True, "width": SCREEN[0]} for n in sorted(shelf.system)]
    for name, content in sorted(shelf.saved.items()):
        width, height = image_size(content)
        found.append({"height": height, "name": name, "systemAsset": False, "width": width})
    return found


def _listed(shelf: Shelf) -> list[dict[str, Any]]:
    return [{"name": name, "systemAsset": name in shelf.system} for name in sorted(shelf.system | set(shelf.saved))]


@command("GET", "audio")
def get_audio(robot: Robot, given: Parameters) -> Any:
    """Send a sound."""
    return _read(robot, given, robot.store.audio, False)


@command("GET", "images")
def get_image(robot: Robot, given: Parameters) -> Any:
    """Send an image. Unlike the other file commands, it has base64 as the default."""
    answer = _read(robot, given, robot.store.images, True)
    if isinstance(answer, dict):
        width, height = image_size(robot.store.content(robot.store.images, given.text("fileName")))
        answer |= {"height": height, "systemAsset": given.text("fileName") in robot.store.images.system, "width": width}
    return answer


@command("GET", "videos")
def get_video(robot: Robot, given: Parameters) -> Any:
    """Send a video."""
    return _read(robot, given, robot.store.videos, False)


@command("POST", "audio")
def post_audio(robot: Robot, given: Parameters) -> Any:
    """Store a sound, and play it if requested."""
    name = _save(given, robot.store.audio)
    if given.flag("immediatelyApply"):
        robot.voice.play(name)
    return [{"name": name, "userAddedAsset": True}]


@command("POST", "images")
def post_image(robot: Robot, given: Parameters) -> Any:
    """Store an image; resize and show it if requested."""
    if given.has("width") != given.has("height"):
        raise Failure("Provide both width and height or neither.")
    image_size(sent(given, robot.store.images)[1])
    name = _save(given, robot.store.images)
    shelf = robot.store.images
    if given.has("width"):
        with Image.open(io.BytesIO(shelf.saved[name])) as image:
            form = image.format
            image.thumbnail((given.whole("width", low=1), given.whole("height", low=1)))
            out = io.BytesIO()
            image.save(out, form)
            shelf.saved[name] = out.getvalue()
    if given.flag("immediatelyApply"):
        robot.display.show_image(name)
    width, height = image_size(shelf.saved[name])
    return [{"height": height, "name": name, "userAddedAsset": True, "width": width}]


@command("POST", "videos")
def post_video(robot: Robot, given: Parameters) -> Any:
    """Store a video, and show it if requested."""
    name = _save(given, robot.store.videos)
    if given.flag("immediatelyApply"):
        robot.display.show("video", name, given.text("layer", "DefaultVideoLayer"))
    return [{"name": name, "systemAsset": False}]


@command("DELETE", "audio")
def delete_audio(robot: Robot, given: Parameters) -> bool:
    """Delete an uploaded sound."""
    return _delete(given, robot.store.audio)


@command("DELETE", "images")
def delete_image(robot: Robot, given: Parameters) -> bool:
    """Delete an uploaded image."""
    return _delete(given, robot.store.images)


@command("DELETE", "videos")
def delete_video(robot: Robot, given: Parameters) -> bool:
    """Delete an uploaded video."""
    return _delete(given, robot.store.videos)


@command("GET", "videos/recordings/list")
def recordings(robot: Robot, _given: Parameters) -> Any:
    """List the names of recordings, without extensions."""
    return sorted(robot.store.recordings)


@command("GET", "videos/recordings")
def recording(robot: Robot, given: Parameters) -> Any:
    """Send a recording."""
    name = given.text("name", "misty_video")
    if name not in robot.store.recordings:
        raise Failure(f"There is no recording {name}.")
    content = robot.store.recordings[name]
    if given.flag("base64"):
        return {"base64": base64.b64encode(content).decode(), "contentType": "video/mp4", "name": name}
    return Binary(content, "video/mp4")


@command("DELETE", "videos/recordings")
def delete_recording(robot: Robot, given: Parameters) -> bool:
    """Delete a recording."""
    if robot.store.recordings.pop(given.text("name"), None) is None:
        raise Failure("There is no such recording.")
    return True


@command("POST", "videos/recordings/rename", "video/rename")
def rename_recording(robot: Robot, given: Parameters) -> bool:
    """Rename a recording."""
    old, new = given.text("oldName"), given.text("newName")
    if old not in robot.store.recordings or not new.replace("_", "").replace("-", "").isalnum():
        raise Failure("There is no such recording, or the name is not allowed.")
    robot.store.recordings[new] = robot.store.recordings.pop(old)
    return True
