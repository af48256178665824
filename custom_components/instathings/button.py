"""Buttons: ask a device for its status."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudCoordinator
from .coordinator import InstathingsConfigEntry
from .entity import InstathingsEntity, keep_entities

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[RefreshButton]:
        device = coordinator.devices[device_id]
        return (RefreshButton(coordinator, device_id),) if coordinator.can_be_set(device) else ()

    keep_entities(hass, entry, async_add_entities, build)


class RefreshButton(InstathingsEntity[CloudCoordinator], ButtonEntity):
    """Asks a device for its status.

    Disabled by default: a real gateway sends no data of the device afterwards, until it restarts
    (docs/protocol/instathings.md#status-silences-a-device).
    """

    _attr_translation_key = "refresh_status"
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: CloudCoordinator, device_id: str) -> None:
        """Show nothing: an answer changes the other entities."""
        super().__init__(coordinator, device_id, "refresh_status", ())

    @override
    async def async_press(self) -> None:
        """Ask, and wait for the answer."""
        await self.coordinator.async_ask_status(self.device_id)
