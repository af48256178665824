"""Iottly: boards, their messages and commands, in Home Assistant."""

from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .command_entity import watch_subentries
from .common.push.turns import async_forward_in_turn
from .const import DOMAIN, PLATFORMS
from .coordinator import IottlyConfigEntry, IottlyCoordinator, PartKind
from .entity import adopt_dotted_leaves, recall_messages
from .identity import migrate_identities
from .repairs import watch_webhook
from .services import async_setup_services
from .webhook import async_remove_cloudhook, register_webhook

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which exist whether a project is connected or not."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: IottlyConfigEntry) -> bool:
    """Connect to a project and add its devices and entities."""
    coordinator = IottlyCoordinator(hass, entry)
    migrate_identities(hass, entry)
    recall_messages(hass, entry, coordinator)
    await coordinator.async_start()
    adopt_dotted_leaves(hass, entry, coordinator)
    entry.runtime_data = coordinator
    await async_forward_in_turn(hass, entry, PLATFORMS)
    register_webhook(hass, entry)
    watch_webhook(hass, entry)
    watch_subentries(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: IottlyConfigEntry) -> bool:
    """Remove the entities and stop polling."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Give back the URL that Home Assistant Cloud made."""
    await async_remove_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: IottlyConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let a board be deleted: it comes back at the next poll, with the leaves that it still sends."""
    coordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    if part is None:
        return True
    if part.kind is not PartKind.BOARD:
        return False
    coordinator.forget_leaves(part.id)
    coordinator.parts.remove(part)
    await coordinator.async_request_refresh()
    return True
