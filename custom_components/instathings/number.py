"""Numbers: how often a virtual device makes up data."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberMode
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudCoordinator
from .const import DESCRIPTION
from .coordinator import InstathingsConfigEntry
from .entity import InstathingsEntity, keep_entities

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[FrequencyNumber]:
        return (FrequencyNumber(coordinator, device_id),) if coordinator.devices[device_id].is_virtual else ()

    keep_entities(hass, entry, async_add_entities, build)


class FrequencyNumber(InstathingsEntity[CloudCoordinator], NumberEntity):
    """Seconds between two readings of a virtual device; unknown where the cloud does not tell."""

    _attr_translation_key = "frequency"
    _attr_device_class = NumberDeviceClass.DURATION
    _attr_entity_category = EntityCategory.CONFIG
    _attr_native_unit_of_measurement = UnitOfTime.SECONDS
    _attr_native_min_value = 30
    _attr_native_max_value = 86400
    _attr_native_step = 1
    _attr_mode = NumberMode.BOX

    def __init__(self, coordinator: CloudCoordinator, device_id: str) -> None:
        """Follow what is told of the device."""
        super().__init__(coordinator, device_id, "frequency", (DESCRIPTION,))

    @override
    def _read(self) -> None:
        self._attr_native_value = self.device.frequency if self.device else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the frequency."""
        await self.coordinator.async_patch(self.device_id, frequency=int(value))
