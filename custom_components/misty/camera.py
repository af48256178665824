"""The robot's cameras: stills on request, and the AV stream."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.camera import Camera, CameraEntityDescription, CameraEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.client.errors import PushError
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, table
from .topics import service

PARALLEL_UPDATES = 1

# Viewers share a picture, because taking one is slow and switches the robot's lamp on.
CACHE_SECONDS = 5.0
STREAM_PORT = 1935


@dataclass(frozen=True, kw_only=True)
class MistyCameraDescription(MistyEntityDescription, CameraEntityDescription):
    """A row of the tables below."""


@dataclass(frozen=True, kw_only=True)
class MistyStillDescription(MistyCameraDescription):
    """A row of the table below: the query for a picture, and its arguments."""

    path: str
    arguments: Mapping[str, Any]


STILLS = (
    MistyStillDescription(
        key="camera",
        keys=(service("camera"),),
        # The service is off during AV streaming.
        unavailable_while={service("camera"): False},
        commands=("GET cameras/rgb",),
        path="cameras/rgb",
        arguments={"width": 640, "height": 480},
    ),
    MistyStillDescription(
        key="fisheye",
        commands=("GET cameras/fisheye",),
        path="cameras/fisheye",
        arguments={},
        entity_registry_enabled_default=False,
    ),
)
STREAMS = (
    MistyCameraDescription(
        key="av_stream",
        keys=(service("avstreaming"),),
        commands=("POST avstreaming/start", "POST services/avstreaming/enable"),
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the cameras."""
    add_entities(hass, entry, async_add_entities, table(entry, STILLS, MistyStill), table(entry, STREAMS, MistyStream))


class MistyCamera(MistyEntity, Camera):
    """The base of both kinds of camera."""

    entity_description: MistyCameraDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyCameraDescription) -> None:
        Camera.__init__(self)
        MistyEntity.__init__(self, coordinator, description)


class MistyStill(MistyCamera):
    """Stills on request. The robot rotates them, so width and height are swapped."""

    entity_description: MistyStillDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyStillDescription) -> None:
        super().__init__(coordinator, description)
        self._taking = asyncio.Lock()
        self._picture: bytes | None = None
        self._taken_at = float("-inf")

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Return a picture that is at most CACHE_SECONDS old."""
        async with self._taking:
            now = self.hass.loop.time()
            if self._picture is None or now - self._taken_at > CACHE_SECONDS:
                self._picture = await self._async_take()
                self._taken_at = self.hass.loop.time()
        return self._picture

    async def _async_take(self) -> bytes | None:
        description = self.entity_description
        try:
            return (await self.coordinator.client.picture(description.path, description.arguments)).content
        except PushError:
            return None


class MistyStream(MistyCamera):
    """The AV stream by RTSP. The microphones and the still camera do not work meanwhile."""

    _attr_supported_features = CameraEntityFeature.STREAM | CameraEntityFeature.ON_OFF

    @property
    @override
    def is_on(self) -> bool:
        """Return True while the robot streams."""
        return self._value is True

    @property
    @override
    def is_streaming(self) -> bool:
        return self.is_on

    @override
    async def stream_source(self) -> str | None:
        """Return the URL of the stream; None while it is off."""
        if not self.is_on:
            return None
        return f"rtsp://{self.coordinator.client.url.host_subcomponent}:{STREAM_PORT}"

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        """Return None: the robot takes no stills meanwhile. The stream component makes them."""
        return None

    @override
    async def async_turn_on(self) -> None:
        """Start the stream instead of the still camera."""
        await self.coordinator.async_post("services/avstreaming/enable")
        try:
            await self.coordinator.async_post("avstreaming/start", url=f"rtspd:{STREAM_PORT}")
        except HomeAssistantError:
            await self.coordinator.async_post("services/camera/enable")
            raise
        self._set_services(streaming=True)

    @override
    async def async_turn_off(self) -> None:
        """Stop the stream, and start the still camera."""
        await self.coordinator.async_post("avstreaming/stop")
        await self.coordinator.async_post("services/camera/enable")
        self._set_services(streaming=False)

    def _set_services(self, *, streaming: bool) -> None:
        """Update the states of both services, which the robot does not push."""
        self.coordinator.apply({service("avstreaming"): streaming, service("camera"): not streaming})
