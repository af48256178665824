"""Rotoclear C2: the camera system inside machine tools, in Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.typing import ConfigType

from .common.issues import set_issue
from .common.push.turns import async_forward_in_turn
from .const import DOMAIN, ISSUE_CERTIFICATE, PLATFORMS
from .coordinator import RotoclearConfigEntry, RotoclearCoordinator
from .repairs import watch_issues
from .services import async_setup_services
from .views import Views

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RotoclearConfigEntry) -> bool:
    """Connect to a control unit and add its devices and entities."""
    # Otherwise heads would be named by their translation key right after the language was changed.
    await async_get_translations(hass, hass.config.language, "device", {DOMAIN})
    coordinator = RotoclearCoordinator(hass, entry)
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
    """Remove the stored views and the issue of the certificate."""
    await Views(hass, entry.entry_id, lambda _: None).async_remove()
    set_issue(hass, entry, ISSUE_CERTIFICATE, False)
