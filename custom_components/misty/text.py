"""The text on the robot's screen, which cannot be queried."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Command
from .common.push.parts import add_entities
from .const import TEXT_LAYER
from .coordinator import MistyConfigEntry
from .entity import MistyAssumedEntity, MistyEntityDescription, table

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
    add_entities(hass, entry, async_add_entities, table(entry, TEXTS, MistyText))


class MistyText(MistyAssumedEntity, TextEntity):
    """The text on a display layer; an empty text removes the layer."""

    entity_description: MistyTextDescription

    _text = ""

    @property
    @override
    def native_value(self) -> str:
        """Return the last text."""
        return self._text

    @override
    @callback
    def _restore(self, last: State) -> None:
        self._text = last.state

    @override
    def _command(self) -> Command | None:
        return Command("text/display", {"text": self._text, "layer": TEXT_LAYER}) if self._text else None

    @override
    async def async_set_value(self, value: str) -> None:
        """Show the text."""
        if value:
            await self.coordinator.async_post("text/display", text=value, layer=TEXT_LAYER)
        else:
            await self.coordinator.async_post("text/settings", layer=TEXT_LAYER, deleted=True)
        self._text = value
        self.async_write_ha_state()
