"""Sensors: every attribute that nothing else shows, and variables that are computed."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Attribute, Device, Kind, Value, Variable, VariableType
from .binary_sensor import _is_battery_state
from .common.push.value_entity import ValueSensor
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, Made, VariableEntity, add_entities
from .measures import measure
from .templates import Role, setter

PARALLEL_UPDATES = 0

LONGEST_STATE = 255


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    add_entities(hass, entry, async_add_entities, device=_of_device, variable=_of_variable)


def _of_device(coordinator: PimaticCoordinator, device: Device) -> Made:
    for attribute in coordinator.shape(device).plain_attributes:
        if attribute.kind is Kind.NUMBER:
            yield PimaticNumberSensor(coordinator, device, attribute)
        elif attribute.kind is Kind.DATE:
            yield PimaticDateSensor(coordinator, device, attribute)
        elif (
            attribute.kind is not Kind.BOOLEAN
            and not _is_battery_state(attribute)
            and not _is_select(device, attribute)
        ):
            yield PimaticTextSensor(coordinator, device, attribute)
    if Role.COVER in coordinator.shape(device).roles and (position := device.attribute("position")) is not None:
        yield PimaticTextSensor(coordinator, device, position, enabled=False)


def _is_select(device: Device, attribute: Attribute) -> bool:
    return bool(attribute.options) and setter(device, attribute) is not None


def _of_variable(coordinator: PimaticCoordinator, variable: Variable) -> Made:
    entity = PimaticVariableSensor(coordinator, variable)
    return [entity] if variable.type is VariableType.EXPRESSION and not entity.is_boolean else []


def number(value: Value) -> float | None:
    """Show a number."""
    return value if isinstance(value, int | float) else None


def moment(value: Value) -> datetime | None:
    """Show a moment."""
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def number_or_text(value: Value) -> Value:
    """Show a number, or as much of a text as a state holds."""
    return value[:LONGEST_STATE] if isinstance(value, str) else value


class PimaticNumberSensor(ValueSensor[PimaticCoordinator], AttributeEntity):
    """A number: what it measures is read from its unit and name."""

    shows = staticmethod(number)

    def __init__(self, coordinator: PimaticCoordinator, device: Device, attribute: Attribute) -> None:
        """Take what the attribute's unit says of it."""
        super().__init__(coordinator, device, attribute, measurement=not attribute.discrete)
        shown = measure(attribute)
        self._attr_device_class = shown.device_class
        self._attr_native_unit_of_measurement = shown.unit
        self._attr_state_class = shown.state_class
        if (
            getattr(self, "_attr_name", None)
            and shown.device_class in (SensorDeviceClass.TEMPERATURE, SensorDeviceClass.HUMIDITY)
            and attribute.label.lower() == shown.device_class
        ):
            # Home Assistant names it in the user's own language.
            del self._attr_name
        self._use_plain_icon()


class PimaticTextSensor(ValueSensor[PimaticCoordinator], AttributeEntity):
    """A text; one of a few, when the attribute says so."""

    def __init__(
        self, coordinator: PimaticCoordinator, device: Device, attribute: Attribute, *, enabled: bool = True
    ) -> None:
        """Take the attribute's options."""
        super().__init__(coordinator, device, attribute)
        if attribute.options:
            self._attr_device_class = SensorDeviceClass.ENUM
            self._attr_options = list(attribute.options)
        if not enabled:
            self._attr_entity_registry_enabled_default = False
        self._use_plain_icon()

    @override
    def shown(self) -> str | None:
        value = None if (raw := self._own_value) is None else str(raw)[:LONGEST_STATE]
        return None if self._attribute.options and value not in self._attribute.options else value


class PimaticDateSensor(ValueSensor[PimaticCoordinator], AttributeEntity):
    """A moment."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    shows = staticmethod(moment)


class PimaticVariableSensor(ValueSensor[PimaticCoordinator], VariableEntity):
    """An expression's value."""

    _attr_translation_key = "variable"
    shows = staticmethod(number_or_text)

    def __init__(self, coordinator: PimaticCoordinator, variable: Variable) -> None:
        """Take the variable's unit, when it is a number."""
        super().__init__(coordinator, variable)
        if isinstance(self._own_value, int | float) and not self.is_boolean:
            as_attribute = Attribute(variable.name, Kind.NUMBER, variable.name, variable.unit)
            shown = measure(as_attribute)
            self._attr_device_class = shown.device_class
            self._attr_native_unit_of_measurement = shown.unit
            self._attr_state_class = shown.state_class
        elif self._own_value is None and variable.unit:
            self._attr_native_unit_of_measurement = variable.unit
            self._attr_state_class = SensorStateClass.MEASUREMENT

    @property
    def is_boolean(self) -> bool:
        """Tell whether the value is one now."""
        return isinstance(self._own_value, bool)
