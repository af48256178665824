"""pimatic: every device, variable and rule of a home automation server, in Home Assistant."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .common.history.run import async_forget_history
from .common.push.turns import async_forward_in_turn
from .const import DOMAIN, PLATFORMS
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .moving.watches import DraftWatches, watches_store
from .repairs import watch_issues
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which exist whether a server is connected or not."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PimaticConfigEntry) -> bool:
    """Connect to a server and add its devices, variables and rules."""
    coordinator = PimaticCoordinator(hass, entry)
    await coordinator.async_start()
    entry.runtime_data = coordinator
    coordinator.remove_stale_devices()
    coordinator.watches = DraftWatches(coordinator)
    await coordinator.watches.async_load()
    await async_forward_in_turn(hass, entry, PLATFORMS)
    coordinator.remove_earlier_entities()
    coordinator.watches.start()
    watch_issues(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PimaticConfigEntry) -> bool:
    """Remove the entities and close the connection."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.watches.async_stop()
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
    """Remove what was seen of watched rules, and how far imports got."""
    await watches_store(hass, entry.entry_id).async_remove()
    await async_forget_history(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PimaticConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Allow a user to delete a device that the server does not list.

    It is not removed automatically if the list is empty or has an invalid entry.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    return part is None or coordinator.async_forget(part)
