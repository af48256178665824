"""WebRTC: the go2rtc integration of Home Assistant makes it from the RTSP stream of the unit."""

from collections.abc import Callable
from typing import Any, override

from homeassistant.components.camera import (
    Camera,
    CameraWebRTCProvider,
    WebRTCAnswer,
    WebRTCSendMessage,
    async_register_webrtc_provider,
)
from homeassistant.core import HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from webrtc_models import RTCIceCandidateInit

from simulators.kit.ports import free_port
from tests.waiting import eventually

SDP = "v=0\r\n"


class Provider(CameraWebRTCProvider):
    """A provider like go2rtc, which supports streams by their scheme."""

    domain = "test"

    def __init__(self) -> None:
        """Initialize without offers."""
        self.sources: list[str | None] = []

    @override
    @callback
    def async_is_supported(self, stream_source: str) -> bool:
        return stream_source.startswith("rtsp:")

    @override
    async def async_handle_async_webrtc_offer(
        self, camera: Camera, offer_sdp: str, session_id: str, send_message: WebRTCSendMessage
    ) -> None:
        self.sources.append(await camera.stream_source())
        send_message(WebRTCAnswer(offer_sdp))

    @override
    async def async_on_webrtc_candidate(self, session_id: str, candidate: RTCIceCandidateInit) -> None:
        raise AssertionError


@pytest.fixture
def provider(hass: HomeAssistant, loaded: MockConfigEntry) -> Provider:
    """Register a provider after the camera was added, as go2rtc does, and return it."""
    found = Provider()
    async_register_webrtc_provider(hass, found)
    return found


async def test_webrtc_is_available_while_the_rtsp_server_is_on(
    hass: HomeAssistant,
    unit: Any,
    provider: Provider,
    hass_ws_client: WebSocketGenerator,
    entity_of: Callable[[str, str], str],
) -> None:
    """The provider receives the URL without the token."""
    client, camera = await hass_ws_client(), entity_of("camera", "camera")

    async def send(kind: str, **data: str) -> Any:
        await client.send_json_auto_id({"type": kind, "entity_id": camera, **data})
        answer = await client.receive_json()
        assert answer["success"]
        return answer["result"]

    async def has_webrtc() -> bool:
        return "web_rtc" in (await send("camera/capabilities"))["frontend_stream_types"]

    def streams() -> bool:
        state = hass.states.get(camera)
        return state is not None and state.attributes["supported_features"] != 0

    assert not await has_webrtc()
    port = free_port()
    unit.command("change", rtspOn=True, rtspPort=port)
    await eventually(streams)
    await hass.async_block_till_done()
    assert await has_webrtc()
    await send("camera/webrtc/offer", offer=SDP)
    session, answer = [(await client.receive_json())["event"] for _ in range(2)]
    assert session["type"] == "session"
    assert answer == {"type": "answer", "answer": SDP}
    assert provider.sources == [f"rtsp://127.0.0.1:{port}/"]
    assert unit.rtsp.viewers == 0, "the integration has connected itself"
    unit.command("change", rtspOn=False)
    await eventually(lambda: not streams())
    await hass.async_block_till_done()
    assert not await has_webrtc()
