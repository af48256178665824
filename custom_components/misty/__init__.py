"""Misty II: a robot in Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .common.push.turns import async_forward_in_turn
from .const import DOMAIN, PLATFORMS
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import remove_lacking_entities
from .llm_tools import async_setup_llm
from .media_source import MistyFileView
from .repairs import watch_issues
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions and the HTTP view for files."""
    async_setup_services(hass)
    hass.http.register_view(MistyFileView(hass))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: MistyConfigEntry) -> bool:
    """Connect to a robot and add its entities."""
    coordinator = MistyCoordinator(hass, entry)
    await coordinator.async_start()
    entry.runtime_data = coordinator
    await async_forward_in_turn(hass, entry, PLATFORMS)
    remove_lacking_entities(hass, entry)
    watch_issues(hass, entry)
    async_setup_llm(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: MistyConfigEntry) -> bool:
    """Remove the entities and close the connection."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded
