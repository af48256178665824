"""Pictures that stay: the last one an action took, and the face on the robot's screen."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.image import Image, ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .api import File
from .common.client.errors import PushError
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities

PARALLEL_UPDATES = 0

# What is fired on the coordinator when an action has a picture, or a face is shown.
PICTURE_TAKEN = "picture taken"
FACE_SHOWN = "face shown"


@dataclass(frozen=True, kw_only=True)
class MistyImageDescription(MistyEntityDescription, ImageEntityDescription):
    """A row of the table below; `signal` is what brings a new picture."""

    signal: str


IMAGES = (
    MistyImageDescription(
        key="last_picture", signal=PICTURE_TAKEN, commands=("GET cameras/rgb",), entity_registry_enabled_default=False
    ),
    MistyImageDescription(
        key="face", signal=FACE_SHOWN, commands=("GET images",), entity_registry_enabled_default=False
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the images."""
    add_entities(hass, entry, async_add_entities, IMAGES, MistyImage)


class MistyImage(MistyEntity, ImageEntity):
    """A picture that an action brought. The signal carries the picture, or the name of a stored image."""

    entity_description: MistyImageDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyImageDescription) -> None:
        """Start without a picture."""
        ImageEntity.__init__(self, coordinator.hass)
        MistyEntity.__init__(self, coordinator, description)

    @override
    async def async_added_to_hass(self) -> None:
        """Wait for pictures."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self.entity_description.signal, self._show))

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
            self._set(await self.coordinator.client.file("images", {"fileName": name}))
        except PushError:
            return

    @callback
    def _set(self, picture: File) -> None:
        self._cached_image = Image(picture.content_type, picture.content)
        self._attr_content_type = picture.content_type
        self._attr_image_last_updated = dt_util.utcnow()
        self.async_write_ha_state()

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture."""
        return self._cached_image.content if self._cached_image else None
