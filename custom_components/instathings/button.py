"""Buttons: ask a device for its status."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudConfigEntry, CloudCoordinator
from .commands import async_ask_status
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import InstathingsEntity, InstathingsEntityDescription

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class InstathingsButtonDescription(InstathingsEntityDescription, ButtonEntityDescription):
    """The row below."""


# Disabled by default: afterwards a real gateway sends no readings of the device until it restarts
# (docs/protocol/instathings.md#status-silences-a-device).
REFRESH_STATUS = InstathingsButtonDescription(
    key="refresh_status",
    translation_key="refresh_status",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[RefreshButton]:
        if coordinator.can_be_set(coordinator.inventory[part.device_id]):
            yield RefreshButton(coordinator, part, REFRESH_STATUS, paths=())

    add_entities(hass, entry, async_add_entities, build)


class RefreshButton(InstathingsEntity[CloudCoordinator], ButtonEntity):
    """Asks a device for its status; the answer changes the other entities."""

    entity_description: InstathingsButtonDescription

    @override
    async def async_press(self) -> None:
        """Ask, and wait for the answer."""
        await async_ask_status(self.coordinator, self.device_id)
