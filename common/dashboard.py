"""The action `get_dashboard`, which returns a dashboard view for a device.

An integration cannot add dashboards to Home Assistant. The user pastes the response into the YAML editor of a view.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from homeassistant.const import CONF_DEVICE_ID, EntityCategory, Platform
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.util import slugify
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from .actions import target_of

SERVICE_GET_DASHBOARD = "get_dashboard"
GET_DASHBOARD = vol.Schema({vol.Required(CONF_DEVICE_ID): cv.string})

# Limits that keep the view of a large hub readable.
MAX_SECTIONS = 30
MAX_CARDS = 12
# Lines in one graph.
MAX_LINES = 4

type Card = dict[str, Any]


class View(TypedDict):
    """A dashboard view."""

    title: str
    path: str
    type: str
    max_columns: int
    sections: list[Section]


class Section(TypedDict):
    """The section of a device."""

    type: str
    cards: list[Card]


# Cards that are larger than a tile, by the domain of their entity.
LARGE: Mapping[str, Card] = {
    Platform.CAMERA: {"type": "picture-entity", "camera_view": "auto", "show_name": False, "show_state": False},
    Platform.IMAGE: {"type": "picture-entity", "show_state": False},
    Platform.MEDIA_PLAYER: {"type": "media-control"},
}
# Options of a tile by the domain of its entity. Cards are in this order.
TILES: Mapping[str, Card] = {
    Platform.LIGHT: {"features": [{"type": "light-brightness"}]},
    Platform.SWITCH: {"features": [{"type": "toggle"}], "features_position": "inline"},
    Platform.COVER: {"features": [{"type": "cover-open-close"}], "features_position": "inline"},
    Platform.CLIMATE: {"features": [{"type": "target-temperature"}]},
    Platform.FAN: {"features": [{"type": "fan-speed"}]},
    Platform.LOCK: {"features": [{"type": "lock-commands"}]},
    Platform.ALARM_CONTROL_PANEL: {"features": [{"type": "alarm-modes"}]},
    Platform.SELECT: {"features": [{"type": "select-options"}]},
    Platform.NUMBER: {"features": [{"type": "numeric-input", "style": "slider"}]},
    Platform.BUTTON: {"hide_state": True, "tap_action": {"action": "toggle"}},
    Platform.BINARY_SENSOR: {},
    Platform.SENSOR: {},
    Platform.EVENT: {},
    Platform.ASSIST_SATELLITE: {},
    Platform.TEXT: {},
    Platform.TIME: {},
    Platform.UPDATE: {"features": [{"type": "update-actions"}]},
}
# The name of a card is that of the entity without that of its device.
OWN_NAME = {"type": "entity"}
ORDER = (*LARGE, *TILES)
# Badges next to the heading for diagnostic entities, by their device class.
BADGES: Mapping[str | None, Card] = {
    "battery": {"show_state": True},
    "connectivity": {"name": OWN_NAME, "state_content": "name", "color": "state"},
}


@callback
def register_dashboard_action(hass: HomeAssistant, domain: str) -> None:
    """Register the action `get_dashboard`."""

    async def get_dashboard(call: ServiceCall) -> ServiceResponse:
        _, device = target_of(call)
        return cast(dict[str, JsonValueType], make_view(hass, device))

    hass.services.async_register(
        domain, SERVICE_GET_DASHBOARD, get_dashboard, GET_DASHBOARD, supports_response=SupportsResponse.ONLY
    )


def make_view(hass: HomeAssistant, device: dr.AnyDeviceEntry) -> View:
    """Return a view with sections for the device and the devices that are connected through it."""
    sections = [section for one in _with_children(hass, device) if (section := _section(hass, one))]
    return {
        "title": _name(device),
        "path": slugify(_name(device)),
        "type": "sections",
        "max_columns": 3,
        "sections": sections[:MAX_SECTIONS],
    }


def _name(device: dr.AnyDeviceEntry) -> str:
    return device.name_by_user or device.name or device.id


def _with_children(hass: HomeAssistant, device: dr.AnyDeviceEntry) -> Iterable[dr.AnyDeviceEntry]:
    """Return the device and, recursively, the devices that are connected through it, sorted by name."""
    children = defaultdict(list)
    registry = dr.async_get(hass)
    for one in dr.async_entries_for_config_entry(registry, device.config_entry_id):
        children[one.via_device_id].append(one)
    found, due = [], [device]
    while due:
        found.append(due.pop(0))
        due.extend(sorted(children.pop(found[-1].id, ()), key=_name))
    return found


def _section(hass: HomeAssistant, device: dr.AnyDeviceEntry) -> Section | None:
    """Return the section of a device; None if it has no entities for it."""
    entries = [
        entry
        for entry in er.async_entries_for_device(er.async_get(hass), device.id)
        if entry.hidden_by is None and hass.states.get(entry.entity_id) is not None
    ]
    main = sorted(
        (entry for entry in entries if entry.entity_category is None and entry.domain in ORDER),
        key=lambda entry: (ORDER.index(entry.domain), entry.entity_id),
    )
    if not main:
        return None
    heading: Card = {"type": "heading", "heading": _name(device)}
    diagnostics = [entry for entry in entries if entry.entity_category is EntityCategory.DIAGNOSTIC]
    if badges := [
        {"type": "entity", "entity": entry.entity_id, "show_icon": True, **BADGES[entry.original_device_class]}
        for entry in diagnostics
        if entry.original_device_class in BADGES
    ]:
        heading["badges"] = badges
    cards = [_card(entry) for entry in main[:MAX_CARDS]]
    if lines := [entry.entity_id for entry in main[:MAX_CARDS] if _is_measured(entry)][:MAX_LINES]:
        cards.append({"type": "history-graph", "hours_to_show": 24, "entities": lines})
    return {"type": "grid", "cards": [heading, *cards]}


def _card(entry: er.RegistryEntry) -> Card:
    card = LARGE.get(entry.domain) or {"type": "tile", **TILES[_kind_of_tile(entry)]}
    # The heading already has the name of the device.
    has_own_name = entry.name or entry.original_name
    return {"entity": entry.entity_id, **card, **({"name": OWN_NAME} if has_own_name else {})}


def _kind_of_tile(entry: er.RegistryEntry) -> str:
    """Return the domain whose tile an entity gets: that of a switch for a light without brightness."""
    is_plain = (entry.capabilities or {}).get("supported_color_modes") == ["onoff"]
    return Platform.SWITCH if is_plain else entry.domain


def _is_measured(entry: er.RegistryEntry) -> bool:
    """Return True if the entity is a sensor with measurements, which can be in a graph."""
    capabilities = entry.capabilities or {}
    return entry.domain == Platform.SENSOR and capabilities.get("state_class") == "measurement"
