"""Logbook entries for tags that were created from Home Assistant."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import ATTR_NOTE, ATTR_TITLE, ATTR_UNIT, DOMAIN, EVENT_TAG


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[dict[str, str]]], dict[str, Any]]], None],
) -> None:
    """Describe the events of this integration."""
    async_describe_event(DOMAIN, EVENT_TAG, _describe_tag)


@callback
def _describe_tag(event: Event[dict[str, str]]) -> dict[str, Any]:
    """Return the logbook entry of a tag: title and note, which need no translation."""
    words = [event.data[key] for key in (ATTR_TITLE, ATTR_NOTE) if event.data.get(key)]
    return {
        LOGBOOK_ENTRY_NAME: event.data[ATTR_UNIT],
        LOGBOOK_ENTRY_MESSAGE: ": ".join(words),
        LOGBOOK_ENTRY_ICON: "mdi:tag",
    }
