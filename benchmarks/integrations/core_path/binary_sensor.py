"""A binary sensor for each boolean key."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from common.push.entity import PushEntity, PushEntityDescription, own_value

from .coordinator import CoreCoordinator, StockCoordinator


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the entities."""
    if entry.data["kind"] == "bare":
        return
    if entry.data["kind"] == "esphome":
        from .esphome import make_sensors

        async_add_entities(make_sensors(entry.runtime_data))
        return
    coordinator = entry.runtime_data
    made: type[Any] = PushedState if entry.data["kind"] == "push" else StockState
    async_add_entities([made(coordinator, key) for key, value in coordinator.data.items() if isinstance(value, bool)])


@dataclass(frozen=True, kw_only=True)
class CoreBinarySensorDescription(PushEntityDescription, BinarySensorEntityDescription):
    """A boolean key."""


class PushedState(PushEntity[CoreCoordinator], BinarySensorEntity):
    """A key of a PushCoordinator."""

    entity_description: CoreBinarySensorDescription
    is_on = own_value

    def __init__(self, coordinator: CoreCoordinator, key: str) -> None:
        """Initialize with the key."""
        super().__init__(coordinator, CoreBinarySensorDescription(key=key, name=key), (key,))
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{key}"


class StockState(CoordinatorEntity[StockCoordinator], BinarySensorEntity):
    """A key of a DataUpdateCoordinator, like the example in the documentation of Home Assistant."""

    def __init__(self, coordinator: StockCoordinator, key: str, entry_id: str = "stock") -> None:
        """Initialize with the key."""
        super().__init__(coordinator)
        self._attr_unique_id = f"{entry_id}_{key}"
        self._attr_name = key
        self._key = key

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._attr_is_on = bool(self.coordinator.data[self._key])
        self.async_write_ha_state()
