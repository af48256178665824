"""Selects: attributes with a list of options and an action that changes them."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, PimaticEntityDescription, table
from .meaning.features import AttributeFeature, Role

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticSelectDescription(PimaticEntityDescription, SelectEntityDescription):
    """A row of the table below."""


SELECTS = (PimaticSelectDescription(key="choice", role=Role.CHOICE),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects."""
    add_entities(hass, entry, async_add_entities, table(entry, SELECTS, PimaticSelect))


class PimaticSelect(AttributeEntity, SelectEntity):
    """One of a few options."""

    entity_description: PimaticSelectDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSelectDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._attr_options = list(feature.attribute.options)
        self._use_plain_icon()

    @property
    @override
    def current_option(self) -> str | None:
        """Return the option; None where the value is none of them."""
        option: str | None = self._value
        return option if option in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        await self._async_set(option)
