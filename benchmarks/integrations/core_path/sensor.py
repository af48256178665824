"""A sensor for each numeric key, or sensors without data."""

from dataclasses import dataclass

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

from common.push.entity import PushEntity, PushEntityDescription, own_value

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
    """Add the entities."""
    if entry.data["kind"] == "bare":
        async_add_entities([BareSensor(entry.entry_id, number) for number in range(entry.data["entities"])])
    elif entry.data["kind"] == "push":
        coordinator = entry.runtime_data
        async_add_entities(
            [PushedNumber(coordinator, key) for key, value in coordinator.data.items() if not isinstance(value, bool)]
        )


@dataclass(frozen=True, kw_only=True)
class CoreSensorDescription(PushEntityDescription, SensorEntityDescription):
    """A numeric key."""


class PushedNumber(PushEntity[CoreCoordinator], SensorEntity):
    """A measurement."""

    entity_description: CoreSensorDescription
    native_value = own_value

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


class BareSensor(SensorEntity):
    """A minimal sensor: a unique id, a name, a device, and a fixed value.

    Four of five sensors have a device class, because Home Assistant does more work for those, and the homes that the
    floor is compared with have such classes, too.
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
