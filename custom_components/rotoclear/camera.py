"""The picture of the selected camera head."""

from contextlib import suppress
from dataclasses import dataclass
from typing import override

from aiohttp import HttpVersion11, web
from homeassistant.components.camera import Camera, CameraEntityDescription, CameraEntityFeature
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import FIRST_BOUNDARY, STREAM_TYPE
from .const import DEFAULT_RTSP_PATH, OPTION_RTSP_PATH
from .coordinator import RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, add_entities
from .push.errors import PushError

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RotoclearCameraDescription(RotoclearEntityDescription, CameraEntityDescription):
    """A row of the table below."""

    @property
    @override
    def unique(self) -> str:
        """Tell the camera from what selects its head."""
        return self.key


CAMERAS = (
    RotoclearCameraDescription(
        key="camera", variable="cameraSwitch", reads=("record", "rtspOn", "rtspPort"), name=None, always=True
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the camera."""
    add_entities(hass, entry, async_add_entities, CAMERAS, RotoclearCamera)


class RotoclearCamera(RotoclearEntity, Camera):
    """The unit's camera: still, MJPEG passed through, RTSP where the unit's server for it is on."""

    entity_description: RotoclearCameraDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: str, description: RotoclearCameraDescription) -> None:
        """Prepare both bases."""
        RotoclearEntity.__init__(self, coordinator, part, description)
        Camera.__init__(self)
        self._attr_brand = "Rotoclear"

    @override
    def _read(self) -> None:
        data = self.coordinator.data
        self._attr_is_recording = data.get("record") not in (None, "stop")
        self._attr_supported_features = (
            CameraEntityFeature.STREAM if data.get("rtspOn") and data.get("rtspPort") else CameraEntityFeature(0)
        )

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Return a still picture; the unit knows one size only."""
        return await self.coordinator.async_call(self.coordinator.client.still())

    @override
    async def stream_source(self) -> str | None:
        """Return the RTSP address, whose path is an option (docs/protocol/rotoclear.md#rtsp)."""
        data = self.coordinator.data
        if not data.get("rtspOn") or not (port := data.get("rtspPort")):
            return None
        entry = self.coordinator.config_entry
        path = entry.options.get(OPTION_RTSP_PATH, DEFAULT_RTSP_PATH)
        return f"rtsp://{entry.data[CONF_HOST]}:{port}/{path.lstrip('/')}"

    @override
    async def handle_async_mjpeg_stream(self, request: web.Request) -> web.StreamResponse | None:
        """Pass the unit's pictures on as they come, until the viewer leaves or the stream ends."""
        response = web.StreamResponse(headers={"Content-Type": STREAM_TYPE, "Cache-Control": "no-store"})
        if chunked := request.version >= HttpVersion11:
            response.enable_chunked_encoding()
        with suppress(PushError, ConnectionError):
            async with self.coordinator.stream.watch() as viewer:
                await response.prepare(request)
                await response.write(FIRST_BOUNDARY)
                if request.transport is not None:
                    await viewer.watch(request.transport, chunked=chunked)
        return response if response.prepared else None
