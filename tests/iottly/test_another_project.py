"""A server that responds with another project than that of the entry."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulators.iottly.boards import GREENHOUSE
from simulators.iottly.project import PROJECT_ID

TEMPERATURE = f"{GREENHOUSE}_payload_temperature"
OTHER = "58f73b41c3cc480007801fff"


async def test_boards_of_another_project_are_ignored(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    temperature = entity_of("sensor", TEMPERATURE)
    before = {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)}
    hass.config_entries.async_update_entry(loaded, unique_id=OTHER)
    await loaded.runtime_data.async_request_refresh()
    await reaches(temperature, "unavailable")
    after = {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)}
    assert after == before
    hass.config_entries.async_update_entry(loaded, unique_id=PROJECT_ID)
    await loaded.runtime_data.async_request_refresh()
    await reaches(temperature, "21.5", 10)


async def test_setup_fails_if_the_server_has_another_project(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, unique_id=OTHER)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_project"
