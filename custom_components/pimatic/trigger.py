"""Triggers: a button was pressed, the server has written to its log."""

from homeassistant.components.event import EventDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .common.automation import EVENT_TYPE, Entities, make_event_trigger
from .const import DOMAIN

TRIGGERS: dict[str, type[Trigger]] = {
    "button_pressed": make_event_trigger(
        Entities(DOMAIN, Platform.EVENT, device_class=EventDeviceClass.BUTTON), button=EVENT_TYPE
    ),
    "message_logged": make_event_trigger(Entities(DOMAIN, Platform.EVENT, frozenset({"messages"})), level=EVENT_TYPE),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of pimatic."""
    return TRIGGERS
