"""The camera: still pictures, the MJPEG stream that the viewers share, and the URL of the RTSP stream."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import BodyPartReader, MultipartReader
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.states import state_of
from tests.waiting import eventually


async def test_still_picture(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    image = await async_get_image(hass, entity_of("camera", "camera"))
    assert image.content.startswith(b"\xff\xd8")
    assert image.content_type == "image/jpeg"


async def test_the_light_changes_the_picture(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    camera = entity_of("camera", "camera")
    dark = await async_get_image(hass, camera)
    await hass.services.async_call("light", "turn_on", {"entity_id": entity_of("light", "light0")}, blocking=True)
    bright = await async_get_image(hass, camera)
    assert dark.content != bright.content


async def test_a_failed_still_picture_raises_an_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.set_fault("status", 503)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_of("camera", "camera"))


async def test_all_viewers_share_one_connection_to_the_unit(
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


async def test_the_stream_ends_when_the_unit_is_switched_off(
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


async def test_a_stream_refused_by_the_unit_is_status_502(
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


async def test_a_stream_that_is_refused_the_token_starts_the_reauthentication(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    """The WebSocket stays open with a token that the unit no longer accepts."""
    unit.set_fault("unauthorized")
    client = await hass_client()
    viewer = await client.get(f"/api/camera_proxy_stream/{entity_of('camera', 'camera')}")
    assert viewer.status == 502
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_the_stream_ends_at_the_unload(
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


async def test_url_of_the_rtsp_stream(
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
    await eventually(lambda: state_of(hass, camera).attributes["supported_features"] == 2)
    assert await async_get_stream_source(hass, camera) == "rtsp://127.0.0.1:1025/"
    hass.config_entries.async_update_entry(loaded, options={**loaded.options, "rtsp_path": "/live/1"})
    assert await async_get_stream_source(hass, camera) == "rtsp://127.0.0.1:1025/live/1"


async def test_the_camera_is_recording_while_the_unit_records(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    unit.command("change", record="start")
    await reaches(entity_of("camera", "camera"), "recording")


async def next_picture(reader: MultipartReader) -> bytes:
    """Read the next picture of a stream."""
    part = await reader.next()
    assert isinstance(part, BodyPartReader)
    assert part.headers["Content-Type"] == "image/jpeg"
    picture = bytes(await part.read())
    assert len(picture) == int(part.headers["Content-Length"])
    return picture


async def test_the_stream_supports_http_1_0(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    client = await hass_client()
    state = hass.states.get(entity_of("camera", "camera"))
    assert state is not None
    path = f"/api/camera_proxy_stream/{state.entity_id}?token={state.attributes['access_token']}"
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b"chunked" not in answer
        for _ in range(3):
            await reader.readuntil(b"--rotoclear-picture\r\n")
            length = int((await reader.readuntil(b"\r\n\r\n")).rpartition(b":")[2])
            picture = await reader.readexactly(length)
            assert picture.startswith(b"\xff\xd8")
            assert picture.endswith(b"\xff\xd9")
    writer.close()
    await eventually(lambda: unit.camera.viewers == 0, 5)


async def test_a_viewer_that_does_not_read_does_not_stop_the_others(
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
    received = 0
    async with asyncio.timeout(20):
        # More than the buffers of the sockets, for the viewer that does not read.
        while received < 40_000_000:
            received += len(await watching.content.readany())
    assert loaded.runtime_data.stream.viewers == 2
    # This viewer missed whole pictures, but no part of one.
    reader = MultipartReader(stalled.headers, stalled.content)
    for _ in range(60):
        picture = await next_picture(reader)
        assert picture.startswith(b"\xff\xd8")
        assert picture.endswith(b"\xff\xd9")
    stalled.close()
    await eventually(lambda: loaded.runtime_data.stream.viewers == 1, 5)
    watching.close()
    await eventually(lambda: unit.camera.viewers == 0, 5)


async def test_a_stream_without_new_pictures_ends(
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

    next_frame = asyncio.Event()
    monkeypatch.setattr(unit.camera, "next_frame", next_frame.wait)
    await asyncio.wait_for(viewer.content.read(), 5)
    assert loaded.runtime_data.stream.viewers == 0
    next_frame.set()
