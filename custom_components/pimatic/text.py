"""Texts: text inputs, and variables with a text as their value."""

from typing import override

from homeassistant.components.text import TextEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Variable, VariableType
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .entity import Made, RoleEntity, VariableEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1

LONGEST_STATE = 255


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the texts."""
    add_entities(
        hass, entry, async_add_entities, device=by_role({Role.INPUT_TEXT: PimaticTextInput}), variable=_of_variable
    )


def _of_variable(coordinator: PimaticCoordinator, variable: Variable) -> Made:
    entity = PimaticVariableText(coordinator, variable)
    return [entity] if variable.type is VariableType.VALUE and entity.is_text else []


class PimaticTextInput(RoleEntity, TextEntity):
    """A text input."""

    _attr_translation_key = "input"
    _attr_native_max = LONGEST_STATE
    reads = ("input",)

    @override
    def _read(self) -> None:
        value = self._value("input")
        self._attr_native_value = None if value is None else str(value)[:LONGEST_STATE]

    @override
    async def async_set_value(self, value: str) -> None:
        """Enter a text."""
        await self._async_act("changeInputTo", value=value)


class PimaticVariableText(VariableEntity, TextEntity):
    """A variable with a text as its value, or none yet."""

    _attr_translation_key = "variable"
    _attr_native_max = LONGEST_STATE

    @property
    def is_text(self) -> bool:
        """Tell whether the value is no number and no truth."""
        return not isinstance(self._own_value, bool | int | float)

    @override
    def _read(self) -> None:
        value = self._own_value
        self._attr_native_value = None if value is None else str(value)[:LONGEST_STATE]

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the variable."""
        await self._async_set(value)
