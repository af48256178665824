"""One sensor per key that is a number; or any number of sensors that read nothing."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import PERCENTAGE, UnitOfElectricPotential, UnitOfPower, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from common.push.entity import PushEntity, PushEntityDescription

from .coordinator import CoreCoordinator

ENTITIES_PER_DEVICE = 5
BARE_CLASSES = (
    (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS),
    (SensorDeviceClass.HUMIDITY, PERCENTAGE),
    (SensorDeviceClass.POWER, UnitOfPower.WATT),
    (SensorDeviceClass.VOLTAGE, UnitOfElectricPotential.VOLT),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an entity per number."""
    if entry.data["kind"] == "bare":
        async_add_entities([BareSensor(entry.entry_id, number) for number in range(entry.data["entities"])])
    elif entry.data["kind"] == "push":
        coordinator = entry.runtime_data
        async_add_entities(
            [PushedNumber(coordinator, key) for key, value in coordinator.data.items() if not isinstance(value, bool)]
        )


@dataclass(frozen=True, kw_only=True)
class CoreSensorDescription(PushEntityDescription, SensorEntityDescription):
    """A key that is a number."""


class PushedNumber(PushEntity[CoreCoordinator], SensorEntity):
    """A number that drifts."""

    entity_description: CoreSensorDescription

    def __init__(self, coordinator: CoreCoordinator, key: str) -> None:
        """Initialize with the key."""
        description = CoreSensorDescription(
            key=key,
            name=key,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=UnitOfPower.WATT,
            measurement=True,
        )
        super().__init__(coordinator, description, (key,))
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{key}"

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number."""
        found: float | None = self._value
        return found


class BareSensor(SensorEntity):
    """The least a sensor of a device can be: a unique id, a name, a device, a value with a class.

    What Home Assistant does of itself for a class and its unit is no integration's doing: the floor has the
    classes of the home that it is compared with, four of them and one value without.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry_id: str, number: int) -> None:
        """Initialize with its number."""
        device = f"{entry_id}_{number // ENTITIES_PER_DEVICE}"
        self._attr_unique_id = f"{device}_{number}"
        self._attr_name = f"Value {number % ENTITIES_PER_DEVICE}"
        self._attr_native_value = number
        if number % ENTITIES_PER_DEVICE < len(BARE_CLASSES):
            self._attr_device_class, self._attr_native_unit_of_measurement = BARE_CLASSES[number % ENTITIES_PER_DEVICE]
            self._attr_state_class = SensorStateClass.MEASUREMENT
        self._attr_device_info = DeviceInfo(
            identifiers={("core_path", device)}, name=f"Device {number // ENTITIES_PER_DEVICE}", manufacturer="Bench"
        )
