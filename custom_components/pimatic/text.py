"""Texts: text inputs, attributes with an action that sets them, and variables with a text as their value."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import (
    LONGEST_STATE,
    AttributeEntity,
    PimaticEntity,
    PimaticEntityDescription,
    VariableEntity,
    WholeEntity,
    table,
    text,
)
from .meaning.features import AttributeFeature, Role

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticTextDescription(PimaticEntityDescription, TextEntityDescription):
    """A row of the tables below."""


INPUTS = (
    PimaticTextDescription(
        key="input",
        role=Role.INPUT_TEXT,
        name=None,
        native_max=LONGEST_STATE,
        value_fn=text,
    ),
)
ATTRIBUTES = (
    PimaticTextDescription(
        key="attribute",
        role=Role.SETTABLE_TEXT,
        native_max=LONGEST_STATE,
        value_fn=text,
    ),
)
VARIABLES = (
    PimaticTextDescription(
        key="variable",
        role=Role.TEXT_VARIABLE,
        native_max=LONGEST_STATE,
        value_fn=text,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the texts."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, INPUTS, PimaticTextInput),
        table(entry, ATTRIBUTES, PimaticAttributeText),
        table(entry, VARIABLES, PimaticVariableText),
    )


class PimaticText(PimaticEntity, TextEntity):
    """A text that can be set."""

    entity_description: PimaticTextDescription
    native_value = own_value


class PimaticTextInput(WholeEntity, PimaticText):
    """A text input."""

    _attr_translation_key = "input"

    @override
    async def async_set_value(self, value: str) -> None:
        await self._async_act("changeInputTo", value=value)


class PimaticAttributeText(AttributeEntity, PimaticText):
    """An attribute with any text."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticTextDescription
    ) -> None:
        """Initialize with an attribute."""
        super().__init__(coordinator, part, feature, row)
        self._use_plain_icon()

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the attribute."""
        await self._async_set(value)


class PimaticVariableText(VariableEntity, PimaticText):
    """A variable with a text as its value, or none yet."""

    @override
    async def async_set_value(self, value: str) -> None:
        await self._async_set(value)
