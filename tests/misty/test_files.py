"""Files on the robot and on the machine of Home Assistant, with unusual names and paths."""

import asyncio
from collections.abc import Callable
import os
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from simulators.misty import MistySimulator

type Call = Callable[..., Any]


@pytest.fixture
def call(hass: HomeAssistant, device_id: str) -> Call:
    """Return a function that calls an action of the robot, with a timeout."""

    async def run(service: str, **data: Any) -> None:
        async with asyncio.timeout(10):
            await hass.services.async_call("misty", service, {"device_id": device_id, **data}, blocking=True)

    return run


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may use."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent.parent / "outside.jpg")


def make_nothing(_: Path) -> None:
    """Make no file."""


@pytest.mark.parametrize("make", [make_pipe, make_link_to_nothing])
async def test_a_picture_is_not_written_through_a_link_or_into_a_pipe(
    call: Call, allowed: Path, make: Callable[[Path], None]
) -> None:
    """A link can lead outside the allowed folder, and writing into a pipe can block for ever."""
    make(allowed / "picture.jpg")
    with pytest.raises(ServiceValidationError) as caught:
        await call("take_picture", path=str(allowed / "picture.jpg"))
    assert caught.value.translation_key == "cannot_write"
    assert not (allowed.parent / "outside.jpg").exists()


@pytest.mark.parametrize(
    "make", [make_pipe, Path.mkdir, Path.touch, lambda _: None], ids=["pipe", "folder", "empty file", "no file"]
)
async def test_only_a_regular_file_with_content_is_uploaded(
    call: Call, simulator: MistySimulator, allowed: Path, make: Callable[[Path], None]
) -> None:
    sound = allowed / "sound.wav"
    make(sound)
    with pytest.raises(ServiceValidationError) as caught:
        await call("upload_asset", kind="audio", file_name="sound.wav", path=str(sound))
    assert caught.value.translation_key == "cannot_read"
    assert "sound.wav" not in simulator.robot.store.audio.saved


NAMES = {
    "the folder above": "..",
    "a path": "../../boot.wav",
    "a path of Windows": "..\\..\\boot.wav",
    "NUL": "a\0.wav",
    "two lines": "a\n.wav",
    "right to left": "a\u202evaw.wav",
    "300 characters": "x" * 300 + ".wav",
    "empty": "",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_an_invalid_file_name_is_refused(call: Call, simulator: MistySimulator, allowed: Path, name: str) -> None:
    """Recordings and pictures are also stored on the robot, and need no administrator."""
    sound = allowed / "sound.wav"
    sound.write_bytes(b"RIFF")
    simulator.record.clear()
    for action, fields in (
        ("record_audio", {}),
        ("take_picture", {}),
        ("delete_asset", {"kind": "audio"}),
        ("upload_asset", {"kind": "audio", "path": str(sound)}),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(action, file_name=name, **fields)
        assert caught.value.translation_key == "argument_pattern", action
    assert name not in simulator.robot.store.audio.saved


@pytest.mark.parametrize("name", ["bell.wav", "Glocke (groß).wav", "..bell.wav", "CON.wav", "ベル.wav"])
async def test_a_valid_file_name_is_accepted(call: Call, simulator: MistySimulator, allowed: Path, name: str) -> None:
    sound = allowed / "sound.wav"
    sound.write_bytes(simulator.robot.store.content(simulator.robot.store.audio, "s_Joy.wav"))
    await call("upload_asset", kind="audio", file_name=name, path=str(sound))
    assert name in simulator.robot.store.audio.saved
