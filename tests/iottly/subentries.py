"""Subentries for command entities."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulators.iottly.boards import GREENHOUSE, METER

SWITCH = {
    "board": GREENHOUSE,
    "cmd_type": "relay",
    "values_on": {"status": "on"},
    "values_off": {"status": "off"},
    "state_key": "relay.status",
}

LIGHT = {
    "board": GREENHOUSE,
    "cmd_type": "dimmer",
    "option": "level",
    "highest": 100.0,
    "level_key": "dimmer.level",
}
COVER = {
    "board": GREENHOUSE,
    "cmd_type": "shutter",
    "values_open": {"move": "open"},
    "values_close": {"move": "close"},
    "option": "position",
    "level_key": "shutter.position",
}
NUMBER = {
    "board": METER,
    "cmd_type": "setpoint",
    "option": "value",
    "min": 5.0,
    "max": 30.0,
    "step": 0.5,
    "unit": "°C",
    "state_key": "setpoint.value",
}


async def with_command(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str, data: dict[str, Any], title: str = "Own"
) -> str:
    """Add a subentry, and return the id of its entity."""
    subentry = ConfigSubentry(data=MappingProxyType(data), subentry_type=kind, title=title, unique_id=None)
    hass.config_entries.async_add_subentry(entry, subentry)
    await hass.async_block_till_done()
    platform = kind.removeprefix("command_")
    entity_id = f"{platform}.{'greenhouse' if data['board'] == GREENHOUSE else 'power_meter'}_{title.lower()}"
    assert hass.states.get(entity_id), hass.states.async_entity_ids()
    return entity_id
