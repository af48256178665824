"""The picture: still, MJPEG shared among viewers, RTSP address."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import StreamReader
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.rotoclear.api.stream import pictures
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


async def split(*chunks: bytes) -> list[bytes]:
    """Feed a stream in these chunks and return its pictures."""

    class Chunks:
        def __init__(self) -> None:
            self.left = [*chunks, b""]

        async def readany(self) -> bytes:
            return self.left.pop(0)

    content: Any = Chunks()
    stream: StreamReader = content
    return [picture async for picture in pictures(stream)]


def part(length: bool) -> bytes:
    header = f"Content-Length: {len(JPEG)}\r\n" if length else ""
    return f"--b\r\nContent-Type: image/jpeg\r\n{header}\r\n".encode() + JPEG + b"\r\n"


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
async def test_pictures_are_found_however_the_stream_is_cut(length: bool, size: int) -> None:
    body = part(length) * 3 + b"--b--\r\n"
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert await split(*chunks) == [JPEG] * 3


async def test_stream_that_is_not_multipart() -> None:
    with pytest.raises(InvalidAnswer):
        await split(*[b"x" * 5000] * 5)


@pytest.mark.parametrize("header", [b"--b\r\nContent-Length: 99999999999\r\n\r\n", b"--b\r\n\r\n"])
async def test_endless_picture_is_refused(header: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        await split(header, *[b"x" * 1_000_000] * 20)


async def test_slow_viewer_gets_the_latest_picture_and_then_the_end() -> None:
    from custom_components.rotoclear.api import Viewer

    viewer = Viewer()
    viewer.offer(b"first")
    viewer.offer(b"latest")
    viewer.end(CannotConnect("over"))
    assert await viewer.picture() == b"latest"
    with pytest.raises(PushError, match="over"):
        await viewer.picture()
