"""Numbers: number inputs, and variables with a number as their value."""

from typing import Any, override

from homeassistant.components.number import NumberEntity, NumberMode
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Variable, VariableType
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .entity import Made, RoleEntity, VariableEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1

# A variable has no limits on the server; a number entity must have some.
LARGEST = 1_000_000_000.0
FINEST = 0.01


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        device=by_role({Role.INPUT_NUMBER: PimaticNumberInput}),
        variable=_of_variable,
    )


def _of_variable(coordinator: PimaticCoordinator, variable: Variable) -> Made:
    entity = PimaticVariableNumber(coordinator, variable)
    return [entity] if variable.type is VariableType.VALUE and entity.is_number else []


class PimaticNumberInput(RoleEntity, NumberEntity):
    """A number input. The server enforces no limits, so Home Assistant does (docs/protocol/pimatic.md#inputs)."""

    _attr_translation_key = "input"
    reads = ("input",)

    def __init__(self, *arguments: Any) -> None:
        """Take the limits of the device's configuration."""
        super().__init__(*arguments)
        config = self._device.config
        self._attr_native_min_value = -LARGEST if config.minimum is None else config.minimum
        self._attr_native_max_value = LARGEST if config.maximum is None else config.maximum
        self._attr_native_step = config.step if config.step and config.step > 0 else FINEST
        if config.minimum is None or config.maximum is None:
            self._attr_mode = NumberMode.BOX
        if (attribute := self._device.attribute("input")) is not None and attribute.unit:
            self._attr_native_unit_of_measurement = attribute.unit

    @override
    def _read(self) -> None:
        self._attr_native_value = self._value("input")

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Enter a number; the action takes it as a text."""
        await self._async_act("changeInputTo", value=f"{value:.15g}")


class PimaticVariableNumber(VariableEntity, NumberEntity):
    """A variable with a number as its value."""

    _attr_translation_key = "variable"
    _attr_mode = NumberMode.BOX
    _attr_native_min_value = -LARGEST
    _attr_native_max_value = LARGEST
    _attr_native_step = FINEST

    def __init__(self, coordinator: PimaticCoordinator, variable: Variable) -> None:
        """Take the variable's unit."""
        super().__init__(coordinator, variable)
        self._attr_native_unit_of_measurement = variable.unit or None

    @property
    def is_number(self) -> bool:
        """Tell whether the value is one now."""
        return isinstance(self._own_value, int | float) and not isinstance(self._own_value, bool)

    @override
    def _read(self) -> None:
        self._attr_native_value = self._own_value if self.is_number else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the variable; a whole number stays one."""
        await self._async_set(int(value) if value.is_integer() else value)
