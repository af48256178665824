"""The picture: still, MJPEG shared among viewers, RTSP address."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.rotoclear.api import STREAM_TYPE, Viewer
from custom_components.rotoclear.api.stream import Splitter
from custom_components.rotoclear.push.errors import CannotConnect, InvalidAnswer, PushError
from tests.waiting import eventually


async def test_still(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    image = await async_get_image(hass, entity_of("camera", "camera"))
    assert image.content.startswith(b"\xff\xd8")
    assert image.content_type == "image/jpeg"


async def test_light_changes_the_picture(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    camera = entity_of("camera", "camera")
    dark = await async_get_image(hass, camera)
    await hass.services.async_call("light", "turn_on", {"entity_id": entity_of("light", "light0")}, blocking=True)
    bright = await async_get_image(hass, camera)
    assert dark.content != bright.content


async def test_still_that_fails_is_told(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.set_fault("status", 503)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_of("camera", "camera"))


async def test_viewers_share_one_upstream_connection(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    await async_setup_component(hass, "http", {})
    client = await hass_client()
    assert unit.camera.viewers == 0
    url = f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}"
    viewers = [await client.get(url) for _ in range(4)]
    for viewer in viewers:
        assert viewer.status == 200
        part = await viewer.content.readuntil(b"\r\n\r\n")
        assert b"Content-Type: image/jpeg" in part
        assert (await viewer.content.readexactly(2)) == b"\xff\xd8"
    assert unit.camera.viewers == 1
    assert loaded.runtime_data.stream.viewers == 4

    for viewer in viewers:
        viewer.close()
    await eventually(lambda: unit.camera.viewers == 0, 5)
    assert loaded.runtime_data.stream.viewers == 0


async def test_stream_ends_with_the_unit(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    client = await hass_client()
    viewer = await client.get(f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}")
    await viewer.content.readexactly(2)
    await unit.power_off()
    await asyncio.wait_for(viewer.content.read(), 5)
    assert loaded.runtime_data.stream.viewers == 0


async def test_stream_that_the_unit_refuses(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    unit.set_fault("status", 503)
    client = await hass_client()
    viewer = await client.get(f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}")
    assert viewer.status == 502


async def test_unload_ends_the_stream(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    client = await hass_client()
    viewer = await client.get(f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}")
    await viewer.content.readexactly(2)
    await hass.config_entries.async_unload(loaded.entry_id)
    await asyncio.wait_for(viewer.content.read(), 5)
    await eventually(lambda: unit.camera.viewers == 0)


async def test_rtsp_address(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    camera = entity_of("camera", "camera")
    unit.command("change", rtspOn=False)
    coordinator = loaded.runtime_data
    await eventually(lambda: coordinator.data["rtspOn"] is False)
    state = hass.states.get(camera)
    assert state is not None
    assert state.attributes["supported_features"] == 0

    unit.command("change", rtspOn=True, rtspPort=1025)
    await eventually(lambda: hass.states.get(camera).attributes["supported_features"] == 2)
    assert await async_get_stream_source(hass, camera) == "rtsp://127.0.0.1:1025/"
    hass.config_entries.async_update_entry(loaded, options={**loaded.options, "rtsp_path": "/live/1"})
    assert await async_get_stream_source(hass, camera) == "rtsp://127.0.0.1:1025/live/1"


async def test_recording_shows_on_the_camera(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    unit.command("change", record="start")
    await reaches(entity_of("camera", "camera"), "recording")


# The splitter of the multipart stream -----------------------------------------------------------

JPEG = b"\xff\xd8" + b"picture" * 50 + b"\xff\xd9"


def split(*chunks: bytes) -> list[bytes]:
    """Feed a stream in these chunks and return its pictures."""
    splitter = Splitter()
    parts = [part for chunk in chunks for part in splitter.feed(chunk)]
    return [picture_of(part) for part in parts]


def picture_of(part: bytearray) -> bytes:
    """Return the picture in a part of ours, whose header must be right."""
    header, _, rest = bytes(part).partition(b"\r\n\r\n")
    boundary = STREAM_TYPE.partition("boundary=")[2]
    picture = rest.removesuffix(b"\r\n")
    lines = [f"--{boundary}", "Content-Type: image/jpeg", f"Content-Length: {len(picture)}"]
    assert header.decode().split("\r\n") == lines
    assert len(rest) == len(picture) + 2
    return picture


def part(length: bool) -> bytes:
    header = f"Content-Length: {len(JPEG)}\r\n" if length else ""
    return f"--b\r\nContent-Type: image/jpeg\r\n{header}\r\n".encode() + JPEG + b"\r\n"


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_pictures_are_found_however_the_stream_is_cut(length: bool, size: int) -> None:
    body = part(length) * 3 + b"--b--\r\n"
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert split(*chunks) == [JPEG] * 3


def test_stream_that_is_not_multipart() -> None:
    with pytest.raises(InvalidAnswer):
        split(*[b"x" * 5000] * 5)


@pytest.mark.parametrize("header", [b"--b\r\nContent-Length: 99999999999\r\n\r\n", b"--b\r\n\r\n"])
def test_endless_picture_is_refused(header: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        split(header, *[b"x" * 1_000_000] * 20)


@pytest.mark.parametrize(
    "line", [b"content-length : 364", b"CONTENT-LENGTH:364  ", b"X: 1\r\nContent-Length:\t364\r\nX: 2"]
)
def test_length_is_read_however_it_is_written(line: bytes) -> None:
    with_tail = JPEG + b"\xff\xd9\r\n--tail"
    line = line.replace(b"364", str(len(with_tail)).encode())
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + with_tail + b"\r\n") == [with_tail]


@pytest.mark.parametrize("line", [b"X-Content-Length: 3", b"Content-Length: 3x", b"Content-Length: " + b"1" * 5000])
def test_what_is_no_length_is_not_taken_for_one(line: bytes) -> None:
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + JPEG + b"\r\n--b--") == [JPEG]


def test_header_of_the_unit_is_not_passed_on() -> None:
    hostile = b"--b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(JPEG)
    assert split(hostile + JPEG + b"\r\n") == [JPEG]


class SlowViewer:
    """A viewer who takes a picture only when told to."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.ready = asyncio.Event()
        self.viewer = Viewer(self.write)

    async def write(self, part: bytearray) -> None:
        self.got.append(bytes(part))
        await self.ready.wait()
        self.ready.clear()


async def test_slow_viewer_gets_the_latest_picture_and_then_the_end() -> None:
    slow = SlowViewer()
    for name in (b"first", b"second", b"latest"):
        slow.viewer.offer(bytearray(name))
    slow.viewer.end(CannotConnect("over"))
    assert slow.got == [b"first"]
    for _ in range(2):
        assert not slow.viewer.over.done()
        slow.ready.set()
        await asyncio.sleep(0.01)
    assert slow.got == [b"first", b"latest"]
    with pytest.raises(PushError, match="over"):
        await slow.viewer.over


async def test_viewer_who_leaves_while_slow_gets_nothing_more() -> None:
    slow = SlowViewer()
    slow.viewer.offer(bytearray(b"first"))
    slow.viewer.offer(bytearray(b"second"))
    slow.viewer.leave()
    slow.ready.set()
    await asyncio.sleep(0.01)
    assert slow.got == [b"first"]


@pytest.mark.parametrize("at_once", [True, False])
async def test_viewer_who_cannot_be_written_to_is_over(at_once: bool) -> None:
    tries: list[bytes] = []

    async def write(part: bytearray) -> None:
        tries.append(bytes(part))
        if not at_once:
            await asyncio.sleep(0)
        raise ConnectionResetError

    viewer = Viewer(write)
    viewer.offer(bytearray(b"first"))
    with pytest.raises(ConnectionResetError):
        await viewer.over
    viewer.offer(bytearray(b"second"))
    assert tries == [b"first"]


async def test_stalled_viewer_holds_nobody_up(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    unit.command("change", recordingResolution="4K", recordingFps=60, recordingPictureQuality=100)
    client = await hass_client()
    url = f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}"
    stalled, watching = await client.get(url), await client.get(url)
    got = 0
    async with asyncio.timeout(20):
        # More than any socket's buffers hold for the one who does not read.
        while got < 40_000_000:
            got += len(await watching.content.readany())
    assert loaded.runtime_data.stream.viewers == 2
    stalled.close()
    await eventually(lambda: loaded.runtime_data.stream.viewers == 1, 5)
    watching.close()
    await eventually(lambda: unit.camera.viewers == 0, 5)


async def test_stream_that_falls_silent_ends(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.api.client.STREAM_SECONDS", 0.5)
    client = await hass_client()
    viewer = await client.get(f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}")
    await viewer.content.readexactly(2)

    waking = asyncio.Event()
    monkeypatch.setattr(unit.camera, "next_frame", waking.wait)
    await asyncio.wait_for(viewer.content.read(), 5)
    assert loaded.runtime_data.stream.viewers == 0
    waking.set()
