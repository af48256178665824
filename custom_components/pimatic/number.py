"""Numbers: number inputs, and variables with a number as their value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntity, PimaticEntityDescription, VariableEntity, WholeEntity, entities_of, number
from .features import Feature, Role, VariableFeature

PARALLEL_UPDATES = 1

# A variable has no limits on the server; a number entity must have some.
LARGEST = 1_000_000_000.0
FINEST = 0.01


@dataclass(frozen=True, kw_only=True)
class PimaticNumberDescription(PimaticEntityDescription, NumberEntityDescription):
    """A row of the tables below."""


INPUTS = (
    PimaticNumberDescription(
        key="input",
        role=Role.INPUT_NUMBER,
        reads=("input",),
        name=None,
        native_min_value=-LARGEST,
        native_max_value=LARGEST,
        native_step=FINEST,
    ),
)
VARIABLES = (
    PimaticNumberDescription(
        key="variable",
        role=Role.NUMBER_VARIABLE,
        mode=NumberMode.BOX,
        native_min_value=-LARGEST,
        native_max_value=LARGEST,
        native_step=FINEST,
        value_fn=number,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[PimaticEntity]:
        yield from entities_of(coordinator, part, INPUTS, PimaticNumberInput)
        yield from entities_of(coordinator, part, VARIABLES, PimaticVariableNumber)

    add_entities(hass, entry, async_add_entities, build)


class PimaticNumber(PimaticEntity, NumberEntity):
    """A number that can be set."""

    entity_description: PimaticNumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number."""
        state: float | None = self._value
        return state


class PimaticNumberInput(WholeEntity, PimaticNumber):
    """A number input. The server enforces no limits, so Home Assistant does (docs/protocol/pimatic.md#inputs)."""

    _attr_translation_key = "input"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticNumberDescription
    ) -> None:
        """Initialize with the limits of the device's configuration."""
        super().__init__(coordinator, part, feature, row)
        config = self._device.config
        if config.minimum is not None:
            self._attr_native_min_value = config.minimum
        if config.maximum is not None:
            self._attr_native_max_value = config.maximum
        if config.step and config.step > 0:
            self._attr_native_step = config.step
        if config.minimum is None or config.maximum is None:
            self._attr_mode = NumberMode.BOX
        if (attribute := self._device.attribute("input")) is not None and attribute.unit:
            self._attr_native_unit_of_measurement = attribute.unit

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Enter a number; the action takes it as a text."""
        await self._async_act("changeInputTo", value=f"{value:.15g}")


class PimaticVariableNumber(VariableEntity, PimaticNumber):
    """A variable with a number as its value."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticNumberDescription
    ) -> None:
        """Initialize with the variable's unit."""
        super().__init__(coordinator, part, feature, row)
        self._attr_native_unit_of_measurement = feature.variable.unit or None

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the variable; a whole number stays one."""
        await self._async_set(int(value) if value.is_integer() else value)
