"""Conditions: a board is connected, or lost."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .common.automation import make_condition
from .trigger import CONNECTIVITY

CONDITIONS: dict[str, type[Condition]] = {
    "board_is_connected": make_condition(CONNECTIVITY, STATE_ON.__eq__),
    "board_is_lost": make_condition(CONNECTIVITY, STATE_OFF.__eq__),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of Iottly."""
    return CONDITIONS
