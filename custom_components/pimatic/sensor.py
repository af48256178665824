"""Sensors: every attribute that has no other entity, and variables that are computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .api import Value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, PimaticEntity, PimaticEntityDescription, VariableEntity, entities_of, text
from .features import AttributeFeature, Role, VariableFeature

PARALLEL_UPDATES = 0


def number_or_text(value: Value) -> StateType:
    """Return the value of an expression: a number, or as much of a text as a state holds."""
    return value if isinstance(value, int | float) else text(value)


@dataclass(frozen=True, kw_only=True)
class PimaticSensorDescription(PimaticEntityDescription, SensorEntityDescription):
    """A row of the tables below."""


NUMBERS = (PimaticSensorDescription(key="number", role=Role.NUMBER, measurement=True),)
TEXTS = (
    PimaticSensorDescription(key="text", role=Role.TEXT, value_fn=text),
    PimaticSensorDescription(
        key="last_move", role=Role.LAST_MOVE, value_fn=text, entity_registry_enabled_default=False
    ),
)
MOMENTS = (PimaticSensorDescription(key="moment", role=Role.MOMENT, device_class=SensorDeviceClass.TIMESTAMP),)
EXPRESSIONS = (PimaticSensorDescription(key="expression", role=Role.EXPRESSION, value_fn=number_or_text),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[PimaticEntity]:
        yield from entities_of(coordinator, part, NUMBERS, PimaticNumberSensor)
        yield from entities_of(coordinator, part, TEXTS, PimaticTextSensor)
        yield from entities_of(coordinator, part, MOMENTS, PimaticAttributeSensor)
        yield from entities_of(coordinator, part, EXPRESSIONS, PimaticExpressionSensor)

    add_entities(hass, entry, async_add_entities, build)


class PimaticSensor(PimaticEntity, SensorEntity):
    """A value that is only read."""

    entity_description: PimaticSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the state."""
        state: StateType | datetime = self._value
        return state


class PimaticAttributeSensor(AttributeEntity, PimaticSensor):
    """An attribute."""


class PimaticNumberSensor(PimaticAttributeSensor):
    """A number."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSensorDescription
    ) -> None:
        """Initialize with what the attribute measures."""
        super().__init__(coordinator, part, feature, row)
        self._attr_device_class, self._attr_native_unit_of_measurement, self._attr_state_class = feature.measure
        if (
            getattr(self, "_attr_name", None)
            and self._attr_device_class in (SensorDeviceClass.TEMPERATURE, SensorDeviceClass.HUMIDITY)
            and feature.attribute.label.lower() == self._attr_device_class
        ):
            # Home Assistant names it in the user's own language.
            del self._attr_name
        self._use_plain_icon()


class PimaticTextSensor(PimaticAttributeSensor):
    """A text, or one of the attribute's options."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSensorDescription
    ) -> None:
        """Initialize with the attribute's options."""
        super().__init__(coordinator, part, feature, row)
        if feature.attribute.options:
            self._attr_device_class = SensorDeviceClass.ENUM
            self._attr_options = list(feature.attribute.options)
        self._use_plain_icon()

    @property
    @override
    def native_value(self) -> str | None:
        """Return the text; None where it is none of the options."""
        state: str | None = self._value
        return state if self.options is None or state in self.options else None


class PimaticExpressionSensor(VariableEntity, PimaticSensor):
    """An expression's value."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticSensorDescription
    ) -> None:
        """Initialize with what the expression measures."""
        super().__init__(coordinator, part, feature, row)
        self._attr_device_class, self._attr_native_unit_of_measurement, self._attr_state_class = feature.measure
