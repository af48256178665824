"""One binary sensor per key that is true or false."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from common.push.value_entity import ValueBinarySensor

from .coordinator import CoreCoordinator, StockCoordinator


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an entity per key."""
    if entry.data["kind"] == "bare":
        return
    coordinator = entry.runtime_data
    made: type[Any] = PushedState if entry.data["kind"] == "push" else StockState
    async_add_entities([made(coordinator, key) for key, value in coordinator.data.items() if isinstance(value, bool)])


class PushedState(ValueBinarySensor[CoreCoordinator]):
    """A key that is followed by itself."""

    def __init__(self, coordinator: CoreCoordinator, key: str) -> None:
        """Follow the key."""
        super().__init__(coordinator, (key,))
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{key}"
        self._attr_name = key


class StockState(CoordinatorEntity[StockCoordinator], BinarySensorEntity):
    """A key as the documentation's example of a CoordinatorEntity shows it."""

    def __init__(self, coordinator: StockCoordinator, key: str, entry_id: str = "stock") -> None:
        """Read the key."""
        super().__init__(coordinator)
        self._attr_unique_id = f"{entry_id}_{key}"
        self._attr_name = key
        self._key = key

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._attr_is_on = self.coordinator.data[self._key]
        self.async_write_ha_state()
