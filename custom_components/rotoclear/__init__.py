"""Rotoclear C2: the camera system inside machine tools, in Home Assistant."""

from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.typing import ConfigType

from .common.issues import set_issue
from .common.push.turns import async_forward_in_turn
from .const import DOMAIN, PLATFORMS
from .coordinator import RotoclearConfigEntry, RotoclearCoordinator
from .repairs import CERTIFICATE, watch_issues
from .services import async_setup_services
from .views import Views

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which exist whether a unit is connected or not."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RotoclearConfigEntry) -> bool:
    """Connect to a control unit and add its devices and entities."""
    # Right after a change of the language the texts may not be there yet: heads would be named by a key.
    await async_get_translations(hass, hass.config.language, "device", {DOMAIN})
    coordinator = RotoclearCoordinator(hass, entry)
    coordinator.certificate_refused = partial(set_issue, hass, entry, CERTIFICATE)
    await coordinator.views.async_load()
    await coordinator.async_start()
    entry.runtime_data = coordinator
    coordinator.devices.remove_stale(coordinator.parts)
    await async_forward_in_turn(hass, entry, PLATFORMS)
    watch_issues(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: RotoclearConfigEntry) -> bool:
    """Remove the entities and close the connection."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
    """Remove the named views, and an issue that can no longer be fixed."""
    await Views(hass, entry.entry_id, lambda _: None).async_remove()
    set_issue(hass, entry, CERTIFICATE, False)
