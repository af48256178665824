"""Pictures that stay: the last one an action took, and the face on the robot's screen."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .api import File
from .common.client.errors import PushError
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, entities_of
from .topics import FACE_SHOWN, PICTURE_TAKEN

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class MistyImageDescription(MistyEntityDescription, ImageEntityDescription):
    """A row of the table below; `event` is the coordinator's event that brings a new picture."""

    event: str


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
    build = partial(entities_of, entry.runtime_data, rows=IMAGES, make=MistyImage)
    add_entities(hass, entry, async_add_entities, build)


class MistyImage(MistyEntity, ImageEntity):
    """A picture that an action brought. The event carries the picture, or the name of a stored image."""

    entity_description: MistyImageDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyImageDescription) -> None:
        """Initialize without a picture."""
        ImageEntity.__init__(self, coordinator.hass)
        MistyEntity.__init__(self, coordinator, description)
        self._picture: File | None = None
        self._shown_at: datetime | None = None

    @property
    @override
    def content_type(self) -> str:
        """Return what kind of picture it is."""
        return self._picture.content_type if self._picture else self._attr_content_type

    @property
    @override
    def image_last_updated(self) -> datetime | None:
        """Return when the picture came."""
        return self._shown_at

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the pictures."""
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
        """Return the picture."""
        return self._picture.content if self._picture else None
