"""Binary sensors of a Rotoclear control unit."""

from dataclasses import dataclass

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RotoclearBinarySensorDescription(RotoclearEntityDescription, BinarySensorEntityDescription):
    """A row of the table below."""


BINARY_SENSORS = (
    RotoclearBinarySensorDescription(
        key="head_1_connected",
        variable="cam0Exists",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    RotoclearBinarySensorDescription(
        key="head_2_connected",
        variable="cam1Exists",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    RotoclearBinarySensorDescription(
        key="monitor",
        variable="hdmiConnected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    RotoclearBinarySensorDescription(
        key="internet",
        variable="hasInternet",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    add_entities(hass, entry, async_add_entities, table(entry, BINARY_SENSORS, RotoclearBinarySensor))


class RotoclearBinarySensor(RotoclearEntity[bool], BinarySensorEntity):
    """A state variable that is true or false and cannot be set."""

    entity_description: RotoclearBinarySensorDescription
    is_on = own_value
