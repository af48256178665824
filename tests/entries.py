"""Config entries for tests, made from the records in `harness/`."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from harness.vendor import Entry


def add_entry(hass: HomeAssistant, wanted: Entry) -> MockConfigEntry:
    """Add a config entry to Home Assistant without its setup, and return it."""
    entry = MockConfigEntry(**wanted.arguments)
    entry.add_to_hass(hass)
    return entry


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set a config entry up and wait until it is done."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def finder(hass: HomeAssistant, domain: str, prefix: str = "") -> Callable[[str, str], str]:
    """Return a function that finds an entity id by platform and unique id. It adds the prefix to the unique id."""

    def find(platform: str, unique_id: str) -> str:
        entity_id = er.async_get(hass).async_get_entity_id(platform, domain, f"{prefix}{unique_id}")
        assert entity_id is not None, f"no {platform} with unique id {prefix}{unique_id}"
        return entity_id

    return find


async def running[S: Any](simulator: S) -> AsyncGenerator[S]:
    """Start a simulator for a fixture, and stop it afterwards."""
    await simulator.start()
    yield simulator
    await simulator.stop()
