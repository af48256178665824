"""Triggers: a board has sent a message, is lost, or is back."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .common.automation import EVENT_TYPE, Entities, make_event_trigger, make_state_trigger
from .const import DOMAIN

# Of the board itself: a connection that a board reports is no diagnostic entity.
CONNECTIVITY = Entities(
    DOMAIN,
    Platform.BINARY_SENSOR,
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    category=EntityCategory.DIAGNOSTIC,
)

TRIGGERS: dict[str, type[Trigger]] = {
    "message_received": make_event_trigger(Entities(DOMAIN, Platform.EVENT), message=EVENT_TYPE),
    "board_lost": make_state_trigger(CONNECTIVITY, STATE_OFF.__eq__),
    "board_back": make_state_trigger(CONNECTIVITY, STATE_ON.__eq__),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of Iottly."""
    return TRIGGERS
