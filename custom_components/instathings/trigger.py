"""Triggers: a button was pressed; a gateway is lost or back, has paired a device or installed a protocol."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.event import EventDeviceClass
from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .common.automation import EVENT_TYPE, Entities, make_event_trigger, make_state_trigger
from .const import DOMAIN

BUTTONS = Entities(DOMAIN, Platform.EVENT, device_class=EventDeviceClass.BUTTON)
# Named by its class, unlike a connection that a device reports.
CONNECTIVITY = Entities(
    DOMAIN,
    Platform.BINARY_SENSOR,
    frozenset({None}),
    BinarySensorDeviceClass.CONNECTIVITY,
    EntityCategory.DIAGNOSTIC,
)


def _gateway_events(key: str) -> Entities:
    # Buttons have events, too: what only gateways have is their connectivity.
    return Entities(DOMAIN, Platform.EVENT, frozenset({key}), by_device=True)


TRIGGERS: dict[str, type[Trigger]] = {
    "button_pressed": make_event_trigger(BUTTONS, action=EVENT_TYPE),
    "gateway_lost": make_state_trigger(CONNECTIVITY, STATE_OFF.__eq__),
    "gateway_back": make_state_trigger(CONNECTIVITY, STATE_ON.__eq__),
    "device_paired": make_event_trigger(_gateway_events("pairing"), "paired"),
    "device_unpaired": make_event_trigger(_gateway_events("pairing"), "not_paired"),
    "protocol_installed": make_event_trigger(_gateway_events("installation"), result=EVENT_TYPE),
    "message_logged": make_event_trigger(_gateway_events("log"), level=EVENT_TYPE),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of Instathings."""
    return TRIGGERS
