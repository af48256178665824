"""Conditions of recordings and of rotating disks."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .common.automation import make_condition
from .trigger import MEASURED_SPEED, RECORDING, RECORDING_STATE, is_at_rest, is_turning

CONDITIONS: dict[str, type[Condition]] = {
    "is_recording": make_condition(RECORDING_STATE, RECORDING.__contains__),
    "is_paused": make_condition(RECORDING_STATE, "pause".__eq__),
    "is_not_recording": make_condition(RECORDING_STATE, "stop".__eq__),
    "disk_is_turning": make_condition(MEASURED_SPEED, is_turning),
    "disk_is_at_rest": make_condition(MEASURED_SPEED, is_at_rest),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of Rotoclear."""
    return CONDITIONS
