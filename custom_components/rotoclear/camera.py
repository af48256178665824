"""The picture of the selected camera head."""

from contextlib import suppress
from dataclasses import dataclass
from typing import override

from aiohttp import web
from homeassistant.components.camera import Camera, CameraEntityDescription, CameraEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import FIRST_BOUNDARY, STREAM_TYPE, part_of
from .common.push.parts import add_entities
from .const import DEFAULT_RTSP_PATH, MANUFACTURER, OPTION_RTSP_PATH
from .coordinator import Part, RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RotoclearCameraDescription(RotoclearEntityDescription, CameraEntityDescription):
    """A row of the table below."""

    @property
    @override
    def unique(self) -> str:
        """Return the key: the select of the head has the same variable."""
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
    add_entities(hass, entry, async_add_entities, table(entry, CAMERAS, RotoclearCamera))


class RotoclearCamera(RotoclearEntity, Camera):
    """The unit's camera: stills, its MJPEG stream, and RTSP while its RTSP server is on."""

    entity_description: RotoclearCameraDescription

    _attr_brand = MANUFACTURER

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearCameraDescription) -> None:
        RotoclearEntity.__init__(self, coordinator, part, description)
        Camera.__init__(self)

    @property
    @override
    def is_recording(self) -> bool:
        return self.coordinator.data.get("record") not in (None, "stop")

    @property
    @override
    def supported_features(self) -> CameraEntityFeature:
        """Return the stream feature while the unit's RTSP server is on."""
        data = self.coordinator.data
        has_stream = data.get("rtspOn") and data.get("rtspPort")
        return CameraEntityFeature.STREAM if has_stream else CameraEntityFeature(0)

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Return a still; the unit has only one size."""
        return await self.coordinator.async_call(self.coordinator.client.still())

    @override
    async def stream_source(self) -> str | None:
        """Return the URL of the RTSP stream, whose path is an option (docs/protocol/rotoclear.md#rtsp)."""
        data = self.coordinator.data
        if not data.get("rtspOn") or not (port := data.get("rtspPort")):
            return None
        entry = self.coordinator.config_entry
        path = entry.options.get(OPTION_RTSP_PATH, DEFAULT_RTSP_PATH)
        return f"rtsp://{self.coordinator.client.origin.host_subcomponent}:{port}/{path.lstrip('/')}"

    @override
    async def handle_async_mjpeg_stream(self, request: web.Request) -> web.StreamResponse | None:
        """Relay the unit's MJPEG stream until the viewer leaves or the stream ends."""
        response = web.StreamResponse(headers={"Content-Type": STREAM_TYPE, "Cache-Control": "no-store"})
        with suppress(HomeAssistantError, ConnectionError):
            await self.coordinator.async_call(self._async_relay(request, response))
        return response if response.prepared else None

    async def _async_relay(self, request: web.Request, response: web.StreamResponse) -> None:
        async with self.coordinator.stream.watch() as viewer:
            async for picture in viewer:
                if not response.prepared:
                    await response.prepare(request)
                    await response.write(FIRST_BOUNDARY)
                await response.write(part_of(picture))
