"""Image entities: the last picture that an action took, the face on the screen, and the map."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .api import Event, File, Map
from .api.model import MAX_CELLS
from .common.client.errors import PushError
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, table
from .map_picture import Position, draw
from .topics import CONNECTED, FACE_SHOWN, PICTURE_TAKEN, SELF_STATE, SLAM

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class MistyImageDescription(MistyEntityDescription, ImageEntityDescription):
    """A row of the tables below; `event` is the key of the event with a new picture."""

    event: str


# SLAM run modes in which the map changes.
MAPPING = ("Exploring", "Tracking", "Relocalizing", "NeedMoreMotionToInitMap")
# Positions of the way that is drawn: with one in five seconds, those of the last hour.
WAY_LENGTH = 720
# The least time between two queries of the map.
MAP_SECONDS = 1.0

RUN_MODE, CELL_X, CELL_Y, YAW = (("SelfState", "", name) for name in ("slamRunMode", "cellX", "cellY", "yaw"))
MAPS = (
    MistyImageDescription(
        key="map", event=SELF_STATE.type, keys=(RUN_MODE,), topics=(SELF_STATE, SLAM), commands=("GET slam/map",)
    ),
)
IMAGES = (
    MistyImageDescription(
        key="last_picture", event=PICTURE_TAKEN, commands=("GET cameras/rgb",), entity_registry_enabled_default=False
    ),
    MistyImageDescription(
        key="face", event=FACE_SHOWN, commands=("GET images",), entity_registry_enabled_default=False
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the images."""
    add_entities(hass, entry, async_add_entities, table(entry, IMAGES, MistyImage), table(entry, MAPS, MistyMap))


class MistyImage(MistyEntity, ImageEntity):
    """A picture from an event, whose payload is the picture or the name of a stored image."""

    entity_description: MistyImageDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyImageDescription) -> None:
        ImageEntity.__init__(self, coordinator.hass)
        MistyEntity.__init__(self, coordinator, description)
        self._picture: File | None = None
        self._shown_at: datetime | None = None

    @property
    @override
    def content_type(self) -> str:
        return self._picture.content_type if self._picture else self._attr_content_type

    @property
    @override
    def image_last_updated(self) -> datetime | None:
        return self._shown_at

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self.entity_description.event, self._show))

    @callback
    def _show(self, picture: File | str) -> None:
        if isinstance(picture, str):
            self.coordinator.config_entry.async_create_background_task(
                self.hass, self._async_fetch(picture), "misty image"
            )
        else:
            self._set(picture)

    async def _async_fetch(self, name: str) -> None:
        try:
            self._set(await self.coordinator.client.picture("images", {"fileName": name}))
        except PushError:
            return

    @callback
    def _set(self, picture: File) -> None:
        self._picture = picture
        self._shown_at = dt_util.utcnow()
        self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        return self._picture.content if self._picture else None


class MistyMap(MistyEntity, ImageEntity):
    """The current map with the robot and its way. It is fetched when it changes, and drawn on request."""

    entity_description: MistyImageDescription

    _attr_content_type = "image/png"
    _unrecorded_attributes = frozenset({"cell", "metres_per_cell"})

    def __init__(self, coordinator: MistyCoordinator, description: MistyImageDescription) -> None:
        ImageEntity.__init__(self, coordinator.hass)
        MistyEntity.__init__(self, coordinator, description)
        self._map: Map | None = None
        self._way: deque[Position] = deque(maxlen=WAY_LENGTH)
        self._outdated = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Fetch the map now, with each connection, and when it changes."""
        await super().async_added_to_hass()
        subscribe = self.coordinator.subscribe_event
        self.async_on_remove(subscribe(CONNECTED, self._map_changed))
        self.async_on_remove(subscribe(SELF_STATE.type, self._moved))
        self.async_on_remove(subscribe(SLAM.type, self._map_changed))
        self._follower = self.coordinator.config_entry.async_create_background_task(
            self.hass, self._async_follow(), "misty map", eager_start=False
        )
        self._outdated.set()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Stop fetching the map."""
        if self._follower is not None:
            self._follower.cancel()
        await super().async_will_remove_from_hass()

    @callback
    def _map_changed(self, _: Any) -> None:
        self._outdated.set()

    @callback
    def _moved(self, _: Event) -> None:
        """Store the position of the robot. While it maps, a new position also changes the map."""
        data = self.coordinator.data
        x, y, yaw = data.get(CELL_X), data.get(CELL_Y), data.get(YAW)
        if isinstance(x, int) and isinstance(y, int) and max(abs(x), abs(y)) <= MAX_CELLS:
            self._go_to(Position(x, y, float(yaw) if isinstance(yaw, int | float) else 0.0))
        if data.get(RUN_MODE) in MAPPING:
            self._outdated.set()

    @callback
    def _go_to(self, place: Position) -> None:
        if self._way and self._way[-1] == place:
            return
        if self._way and self._way[-1][:2] == place[:2]:
            self._way.pop()  # The robot has only turned.
        self._way.append(place)
        self._changed()

    async def _async_follow(self) -> None:
        """Fetch the map after changes."""
        while True:
            await self._outdated.wait()
            self._outdated.clear()
            await self._async_fetch()
            await asyncio.sleep(MAP_SECONDS)

    async def _async_fetch(self) -> None:
        try:
            found = await self.coordinator.client.map()
        except PushError:
            return
        if found is None or (self._map is not None and (found.width, found.height) != self._map[:2]):
            self._way.clear()  # These are cells of another map.
        if found != self._map:
            self._map = found
            self._changed()

    @callback
    def _changed(self) -> None:
        self._attr_image_last_updated = dt_util.utcnow() if self._map is not None else None
        self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the cell of the robot, as `misty.drive_to` takes it, and the size of a cell."""
        if self._map is None:
            return None
        cell = f"{self._way[-1].x}:{self._way[-1].y}" if self._way else None
        return {"cell": cell, "metres_per_cell": self._map.metres}

    @override
    async def async_image(self) -> bytes | None:
        """Return the map as a PNG."""
        if self._map is None:
            return None
        return await self.hass.async_add_executor_job(draw, self._map, tuple(self._way))
