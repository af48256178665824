"""Triggers of recordings and of rotating disks."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .common.automation import Entities, make_state_trigger
from .const import DOMAIN

# After a pause the unit may report either (docs/protocol/rotoclear.md#recording-states).
RECORDING = frozenset({"start", "release"})
# A slower disk counts as at rest; the blueprints have the same limit.
TURNING_RPM = 100

RECORDING_STATE = Entities(DOMAIN, Platform.SENSOR, frozenset({"recording_state"}))
# `triggers.yaml` and `conditions.yaml` select heads by their light, which the unit does not have.
MEASURED_SPEED = Entities(DOMAIN, Platform.SENSOR, frozenset({"measured_speed"}), by_device=True)


def is_turning(speed: str) -> bool:
    """Return True if a disk turns."""
    return float(speed) >= TURNING_RPM


def is_at_rest(speed: str) -> bool:
    """Return True if a disk does not turn."""
    return not is_turning(speed)


TRIGGERS: dict[str, type[Trigger]] = {
    "recording_started": make_state_trigger(RECORDING_STATE, RECORDING.__contains__, "stop".__eq__),
    "recording_paused": make_state_trigger(RECORDING_STATE, "pause".__eq__),
    "recording_resumed": make_state_trigger(RECORDING_STATE, RECORDING.__contains__, "pause".__eq__),
    "recording_ended": make_state_trigger(RECORDING_STATE, "stop".__eq__),
    "disk_started": make_state_trigger(MEASURED_SPEED, is_turning),
    "disk_stopped": make_state_trigger(MEASURED_SPEED, is_at_rest),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of Rotoclear."""
    return TRIGGERS
