"""Instathings: cloud projects and on-premise gateways, in Home Assistant."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .cloud import CloudCoordinator
from .common.history.run import HistoryRun
from .common.issues import raise_while
from .common.push.turns import async_forward_in_turn
from .const import (
    CLOUD,
    CLOUD_PLATFORMS,
    CONF_CONNECTION,
    DATABASE,
    DOMAIN,
    GATEWAY,
    ISSUE_DATABASE_DOWN,
    LOGGER,
    READ_ONLY_PLATFORMS,
)
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .known_devices import known_devices_store
from .on_premise import GatewayCoordinator
from .repairs import watch_second_devices
from .services import async_setup_services
from .two_ways import reload_when_gateways_change

if TYPE_CHECKING:
    from .common.history.statistics import Series

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: InstathingsConfigEntry) -> bool:
    """Connect to a project or a gateway and add its devices and entities."""
    is_cloud = entry.data[CONF_CONNECTION] == CLOUD
    coordinator = CloudCoordinator(hass, entry) if is_cloud else GatewayCoordinator(hass, entry)
    coordinator.history = HistoryRun(hass, entry, LOGGER, partial(_stored_series, coordinator), coordinator.error_for)
    await coordinator.async_start()
    entry.runtime_data = coordinator
    await async_forward_in_turn(hass, entry, CLOUD_PLATFORMS if is_cloud else READ_ONLY_PLATFORMS)
    if is_cloud:
        reload_when_gateways_change(hass, entry)
    # Of a project, the gateways on the network.
    raise_while(hass, entry, ISSUE_DATABASE_DOWN, (GATEWAY, DATABASE), bool, is_fixable=False)
    watch_second_devices(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: InstathingsConfigEntry) -> bool:
    """Remove the entities and close the connection."""
    is_cloud = entry.data[CONF_CONNECTION] == CLOUD
    platforms = CLOUD_PLATFORMS if is_cloud else READ_ONLY_PLATFORMS
    unloaded = await hass.config_entries.async_unload_platforms(entry, platforms)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
    """Remove what is kept of a project's devices."""
    await known_devices_store(hass, entry.entry_id).async_remove()


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: InstathingsConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Allow a user to delete a device of an on-premise gateway, because a gateway does not report removed devices.

    The device is added again when it sends something. Devices that are deleted in a project are removed automatically.
    """
    coordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    if isinstance(coordinator, GatewayCoordinator) and part is not None:
        return coordinator.async_forget(part.device_id)
    return part is None


def _stored_series(coordinator: InstathingsCoordinator) -> Iterable[Series]:
    from .history_import import stored_series  # needs the recorder, which may not be there

    return stored_series(coordinator)
