"""The text on the robot's screen, as a state. The robot cannot be asked for it."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .const import TEXT_LAYER
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, add_entities

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class MistyTextDescription(MistyEntityDescription, TextEntityDescription):
    """A row of the table below."""


TEXTS = (
    MistyTextDescription(
        key="screen_text",
        commands=("POST text/display", "POST text/settings"),
        native_max=255,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the text."""
    add_entities(hass, entry, async_add_entities, TEXTS, MistyText)


class MistyText(MistyEntity, TextEntity, RestoreEntity):
    """A text on a layer of its own; an empty one takes the layer away."""

    entity_description: MistyTextDescription

    _attr_assumed_state = True
    _attr_native_value = ""

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was sent before the restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_state()
        if last is not None and last.state not in ("unknown", "unavailable"):
            self._attr_native_value = last.state

    @override
    async def async_set_value(self, value: str) -> None:
        """Show the text."""
        if value:
            await self.coordinator.async_post("text/display", text=value, layer=TEXT_LAYER)
        else:
            await self.coordinator.async_post("text/settings", layer=TEXT_LAYER, deleted=True)
        self._attr_native_value = value
        self.async_write_ha_state()
