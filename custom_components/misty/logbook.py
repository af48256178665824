"""Logbook entries for recognized persons."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import ATTR_PERSON, DOMAIN, EVENT_PERSON


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[dict[str, str]]], dict[str, Any]]], None],
) -> None:
    """Describe the events of this integration."""
    async_describe_event(DOMAIN, EVENT_PERSON, _describe_person)


@callback
def _describe_person(event: Event[dict[str, str]]) -> dict[str, Any]:
    """Return the logbook entry of a person: the name, which needs no translation."""
    return {
        LOGBOOK_ENTRY_NAME: event.data[ATTR_NAME],
        LOGBOOK_ENTRY_MESSAGE: event.data[ATTR_PERSON],
        LOGBOOK_ENTRY_ENTITY_ID: event.data[ATTR_ENTITY_ID],
        LOGBOOK_ENTRY_ICON: "mdi:face-recognition",
    }
