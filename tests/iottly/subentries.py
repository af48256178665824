"""A command switch or button, as a person adds one to a project."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import SUBENTRY_BUTTON
from simulators.iottly.boards import GREENHOUSE

SWITCH = {
    "board": GREENHOUSE,
    "cmd_type": "relay",
    "values_on": {"status": "on"},
    "values_off": {"status": "off"},
    "state_key": "relay.status",
}


async def with_command(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str, data: dict[str, Any], title: str = "Own"
) -> str:
    """Add a subentry and return the entity id of what it makes."""
    subentry = ConfigSubentry(data=MappingProxyType(data), subentry_type=kind, title=title, unique_id=None)
    hass.config_entries.async_add_subentry(entry, subentry)
    await hass.async_block_till_done()
    platform = "button" if kind == SUBENTRY_BUTTON else "switch"
    entity_id = f"{platform}.{'greenhouse' if data['board'] == GREENHOUSE else 'power_meter'}_{title.lower()}"
    assert hass.states.get(entity_id), hass.states.async_entity_ids()
    return entity_id
