"""The last picture that was taken from Home Assistant."""

from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import PICTURE_TAKEN, Part, RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RotoclearImageDescription(RotoclearEntityDescription, ImageEntityDescription):
    """A row of the table below."""


IMAGES = (
    RotoclearImageDescription(key="last_picture", variable="takePicture", unique_name="last_picture", always=True),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the image."""
    add_entities(hass, entry, async_add_entities, table(entry, IMAGES, RotoclearImage))


class RotoclearImage(RotoclearEntity, ImageEntity):
    """The image of the camera when a picture was last taken; unknown until then."""

    entity_description: RotoclearImageDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearImageDescription) -> None:
        RotoclearEntity.__init__(self, coordinator, part, description)
        ImageEntity.__init__(self, coordinator.hass)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(PICTURE_TAKEN, self._picture_taken))

    def _picture_taken(self, moment: datetime) -> None:
        self._attr_image_last_updated = moment
        self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        return self.coordinator.last_picture
