"""Numbers: number inputs, and variables with a number as their value."""

from dataclasses import dataclass
from math import isnan
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ParameterInvalid
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, PimaticEntity, PimaticEntityDescription, VariableEntity, WholeEntity, number, table
from .meaning.features import AttributeFeature, Role, VariableFeature, WholeFeature
from .meaning.units import known_unit

PARALLEL_UPDATES = 1

# A variable has no limits on the server, but a number entity needs some.
LARGEST = 1_000_000_000.0
FINEST = 0.01
NUMBER_CLASSES = frozenset(one.value for one in NumberDeviceClass)


@dataclass(frozen=True, kw_only=True)
class PimaticNumberDescription(PimaticEntityDescription, NumberEntityDescription):
    """A row of the tables below."""


INPUTS = (
    PimaticNumberDescription(
        key="input",
        role=Role.INPUT_NUMBER,
        name=None,
        native_min_value=-LARGEST,
        native_max_value=LARGEST,
        native_step=FINEST,
    ),
)
ATTRIBUTES = (
    PimaticNumberDescription(
        key="attribute",
        role=Role.SETTABLE_NUMBER,
        mode=NumberMode.BOX,
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
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, INPUTS, PimaticNumberInput),
        table(entry, ATTRIBUTES, PimaticAttributeNumber),
        table(entry, VARIABLES, PimaticVariableNumber),
    )


class PimaticNumber(PimaticEntity, NumberEntity):
    """A number that can be set."""

    entity_description: PimaticNumberDescription
    native_value = own_value


class PimaticNumberInput(WholeEntity, PimaticNumber):
    """A number input. The server enforces no limits, so Home Assistant does (docs/protocol/pimatic.md#inputs)."""

    _attr_translation_key = "input"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: WholeFeature, row: PimaticNumberDescription
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
            self._attr_native_unit_of_measurement = known_unit(attribute.unit) or attribute.unit

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the input; the parameter of the action is a text. NaN, which is in every range, is refused."""
        if isnan(value):
            raise self.coordinator.error_for(ParameterInvalid("parameter_not_sendable", parameter="value"))
        await self._async_act("changeInputTo", value=f"{value:.15g}")


class PimaticAttributeNumber(AttributeEntity, PimaticNumber):
    """A numeric attribute that can be set. The server does not report limits."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticNumberDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        device_class, unit = feature.measure.device_class, feature.measure.unit
        if device_class is not None and device_class.value in NUMBER_CLASSES:
            self._attr_device_class = NumberDeviceClass(device_class.value)
        self._attr_native_unit_of_measurement = unit
        self._use_plain_icon()

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the attribute; a whole number stays one."""
        await self._async_set(int(value) if value.is_integer() else value)


class PimaticVariableNumber(VariableEntity, PimaticNumber):
    """A variable with a number as its value."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticNumberDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._attr_native_unit_of_measurement = feature.variable.unit or None

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the variable; a whole number stays one."""
        await self._async_set(int(value) if value.is_integer() else value)
