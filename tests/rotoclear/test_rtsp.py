"""The RTSP stream of the simulated unit, played by PyAV and by the stream integration of Home Assistant."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import av
from homeassistant.components.camera import async_get_stream_source
from homeassistant.components.camera.helper import get_camera_from_entity_id
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulators.kit.ports import free_port
from tests.waiting import eventually

TCP = {"rtsp_transport": "tcp", "timeout": "5000000"}


class Played(NamedTuple):
    """What a player received."""

    size: tuple[int, int]
    codec: str
    brightness: list[float]
    times: list[float]


def play(url: str, count: int) -> Played:
    """Play some pictures of a stream."""
    with av.open(url, options=TCP) as container:
        stream = container.streams.video[0]
        frames = [frame for frame, _ in zip(container.decode(stream), range(count), strict=False)]
    pixels = [frame.to_ndarray(format="gray") for frame in frames]
    size = (frames[0].width, frames[0].height)
    return Played(size, stream.codec_context.name, [float(one.mean()) for one in pixels], [f.time or 0 for f in frames])


@pytest.fixture
async def url(unit: Any) -> str:
    """Switch the RTSP server of the unit on. Return the URL of its stream."""
    port = free_port()
    unit.command("change", rtspOn=True, rtspPort=port)
    await eventually(lambda: unit.unit.values["rtspStatus"]["running"] and unit.rtsp.is_listening)
    return f"rtsp://127.0.0.1:{port}/"


async def test_the_stream_has_current_pictures(unit: Any, url: str) -> None:
    dark = await asyncio.to_thread(play, url, 5)
    assert dark.codec == "h264"
    assert dark.size == (1280, 720)
    assert dark.times == sorted(set(dark.times))
    unit.command("change", light0=True)
    lit = await asyncio.to_thread(play, url, 5)
    assert lit.brightness[-1] > dark.brightness[-1] + 10


async def test_several_players_at_once(unit: Any, url: str) -> None:
    played = await asyncio.gather(*(asyncio.to_thread(play, url, 4) for _ in range(3)))
    assert [len(one.times) for one in played] == [4, 4, 4]
    await eventually(lambda: unit.rtsp.viewers == 0)


async def test_another_path_is_not_found(url: str) -> None:
    with pytest.raises(av.error.HTTPNotFoundError):
        await asyncio.to_thread(play, f"{url}live", 1)


async def test_the_server_stops_when_it_is_switched_off(unit: Any, url: str) -> None:
    unit.command("change", rtspOn=False)
    await eventually(lambda: not unit.rtsp.is_listening)
    with pytest.raises(av.error.ConnectionRefusedError):
        await asyncio.to_thread(play, url, 1)


async def test_a_used_port_is_an_error_in_the_status(unit: Any) -> None:
    unit.command("change", rtspOn=True, rtspPort=unit.port)
    await eventually(lambda: unit.unit.values["rtspStatus"]["error"])
    assert not unit.unit.values["rtspStatus"]["running"]


async def test_home_assistant_plays_the_stream(
    hass: HomeAssistant, unit: Any, url: str, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    assert await async_setup_component(hass, "stream", {})
    camera = get_camera_from_entity_id(hass, entity_of("camera", "camera"))
    await eventually(lambda: loaded.runtime_data.data["rtspOn"] is True)
    assert await async_get_stream_source(hass, camera.entity_id) == url
    assert unit.rtsp.viewers == 0
    stream = await camera.async_create_stream()
    assert stream is not None
    output = stream.add_provider("hls")
    await stream.start()
    try:
        await asyncio.wait_for(output.recv(), 20)
        assert unit.rtsp.viewers == 1
    finally:
        await stream.remove_provider(output)
        await stream.stop()
    await eventually(lambda: unit.rtsp.viewers == 0)
