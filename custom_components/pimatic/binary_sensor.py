"""Binary sensors: contacts, presence, and every other attribute that is true or false."""

from collections.abc import Mapping
from operator import not_

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Attribute, Device, Kind, Variable, VariableType
from .common.push.value_entity import ValueBinarySensor
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, Made, RoleEntity, VariableEntity, add_entities, by_role, flag
from .templates import Role

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    add_entities(hass, entry, async_add_entities, device=_of_device, variable=_of_variable)


def _of_device(coordinator: PimaticCoordinator, device: Device) -> Made:
    yield from _of_role(coordinator, device)
    for attribute in coordinator.shape(device).plain_attributes:
        if attribute.kind is Kind.BOOLEAN:
            yield PimaticFlag(coordinator, device, attribute)
        elif _is_battery_state(attribute):
            yield PimaticBattery(coordinator, device, attribute)


def _of_variable(coordinator: PimaticCoordinator, variable: Variable) -> Made:
    entity = PimaticVariableFlag(coordinator, variable)
    return [entity] if variable.type is VariableType.EXPRESSION and entity.is_boolean else []


def _is_battery_state(attribute: Attribute) -> bool:
    """Tell whether an attribute is the thermostats' battery, `ok` or `low`."""
    return attribute.name == "battery" and set(attribute.options) == {"ok", "low"}


class PimaticContact(ValueBinarySensor[PimaticCoordinator], RoleEntity):
    """A contact. Its `true` means closed, but a binary sensor is on when open.

    Source: docs/protocol/pimatic.md#contacts-and-presence.
    """

    _attr_device_class = BinarySensorDeviceClass.OPENING
    reads = ("contact",)
    shows = staticmethod(not_)


class PimaticPresence(ValueBinarySensor[PimaticCoordinator], RoleEntity):
    """Somebody or something is present, or moves: pimatic makes no difference."""

    _attr_device_class = BinarySensorDeviceClass.OCCUPANCY
    reads = ("presence",)


class PimaticFlag(ValueBinarySensor[PimaticCoordinator], AttributeEntity):
    """An attribute that is true or false."""

    shows = staticmethod(flag)

    def __init__(self, coordinator: PimaticCoordinator, device: Device, attribute: Attribute) -> None:
        """Take what the attribute's name says of it."""
        super().__init__(coordinator, device, attribute)
        self._attr_device_class = NAMED_CLASSES.get(attribute.name.lower())
        if attribute.name in DIAGNOSTIC:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        self._use_plain_icon()


class PimaticBattery(ValueBinarySensor[PimaticCoordinator], AttributeEntity):
    """A battery that says `ok` or `low`."""

    _attr_device_class = BinarySensorDeviceClass.BATTERY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    shows = staticmethod({"ok": False, "low": True}.get)


class PimaticVariableFlag(ValueBinarySensor[PimaticCoordinator], VariableEntity):
    """An expression that is true or false."""

    _attr_translation_key = "variable"
    shows = staticmethod(flag)

    @property
    def is_boolean(self) -> bool:
        """Tell whether the value is one now."""
        return isinstance(self._own_value, bool)


_of_role = by_role({Role.CONTACT: PimaticContact, Role.PRESENCE: PimaticPresence})

DIAGNOSTIC = {"synced", "lowBattery"}
NAMED_CLASSES: Mapping[str, BinarySensorDeviceClass] = {
    "lowbattery": BinarySensorDeviceClass.BATTERY,
    "presence": BinarySensorDeviceClass.OCCUPANCY,
    "motion": BinarySensorDeviceClass.MOTION,
    "smoke": BinarySensorDeviceClass.SMOKE,
    "fire": BinarySensorDeviceClass.SMOKE,
    "rain": BinarySensorDeviceClass.MOISTURE,
    "water": BinarySensorDeviceClass.MOISTURE,
    "connected": BinarySensorDeviceClass.CONNECTIVITY,
    "reachable": BinarySensorDeviceClass.CONNECTIVITY,
}
