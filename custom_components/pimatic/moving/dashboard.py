"""A dashboard for the pages of pimatic: a view for each page, a section for each group, a card for each entity."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Final, NamedTuple

from homeassistant.util import slugify

from ..api import Device, Group, Page
from .entity_map import EntityMap, domain_of
from .triggers import Config


class Card(NamedTuple):
    """The card for the entities of a domain; `features` are the controls on a tile."""

    type: str = "tile"
    features: tuple[Config, ...] = ()
    is_wide: bool = False


_TOGGLE: Final = Card(features=({"type": "toggle"},))
_PLAIN: Final = Card()
CARDS: Final[Mapping[str, Card]] = {
    "alarm_control_panel": Card(features=({"type": "alarm-modes"},), is_wide=True),
    "binary_sensor": _PLAIN,
    "button": Card("button"),
    "climate": Card(
        features=({"type": "target-temperature"}, {"type": "climate-preset-modes", "style": "dropdown"}), is_wide=True
    ),
    "cover": Card(features=({"type": "cover-open-close"},), is_wide=True),
    "event": _PLAIN,
    "fan": Card(features=({"type": "fan-speed"},), is_wide=True),
    "input_boolean": _TOGGLE,
    "input_button": Card("button"),
    "input_number": Card(features=({"type": "numeric-input", "style": "buttons"},), is_wide=True),
    "input_select": Card(features=({"type": "select-options"},), is_wide=True),
    "light": Card(features=({"type": "light-brightness"},), is_wide=True),
    "lock": Card(features=({"type": "lock-commands"},), is_wide=True),
    "media_player": Card("media-control", is_wide=True),
    "number": Card(features=({"type": "numeric-input", "style": "buttons"},), is_wide=True),
    "select": Card(features=({"type": "select-options"},), is_wide=True),
    "sensor": _PLAIN,
    "switch": _TOGGLE,
    "timer": _PLAIN,
}
# The most cards of a view. Nobody can use a view with more.
MOST_CARDS: Final = 500
# The group name of devices that are in no group.
_NO_GROUP: Final = ""


def draft_dashboard(
    title: str, pages: Iterable[Page], groups: Mapping[str, Group], devices: Mapping[str, Device], entity_map: EntityMap
) -> Config:
    """Return a dashboard with a view for each page with devices; if there is no such page, one view of all groups."""
    group_of = {device: group.name for group in reversed(list(groups.values())) for device in group.devices}
    views = [
        _view(page.name, page.id, [devices[name] for name in page.devices if name in devices], group_of, entity_map)
        for page in pages
    ]
    views = [view for view in views if view["sections"]]
    if not views:
        views = [_view(title, "pimatic", list(devices.values()), group_of, entity_map)]
    return {"title": title, "views": views}


def _view(name: str, path: str, devices: list[Device], group_of: Mapping[str, str], entity_map: EntityMap) -> Config:
    """Return a view with the groups in the order of their first devices."""
    sections: dict[str, list[Config]] = {}
    shown = islice(((device, one) for device in devices for one in entities_of(device, entity_map)), MOST_CARDS)
    for device, entity_ids in groupby(shown, key=lambda one: one[0]):
        cards = [_card(entity_id) for _, entity_id in entity_ids]
        if cards:
            sections.setdefault(group_of.get(device.id, _NO_GROUP), []).extend(cards)
    return {
        "title": name,
        # Home Assistant reads a path of digits as the index of a view.
        "path": f"pimatic-{slugify(path, separator='-')}",
        "type": "sections",
        "max_columns": 3,
        "sections": [_section(group or name, cards) for group, cards in sections.items()],
    }


def _section(heading: str, cards: list[Config]) -> Config:
    return {"type": "grid", "cards": [{"type": "heading", "heading": heading}, *cards]}


def _card(entity_id: str) -> Config:
    card = CARDS.get(domain_of(entity_id), _PLAIN)
    config: Config = {"type": card.type, "entity": entity_id}
    if card.features:
        config["features"] = [dict(feature) for feature in card.features]
    return {**config, "grid_options": {"columns": "full"}} if card.is_wide else config


def entities_of(device: Device, entity_map: EntityMap) -> Iterator[str]:
    """Yield the enabled entities of a device; if the user's mapping has an entity for the device, only this one."""
    if device.id in entity_map.mapped:
        yield entity_map.mapped[device.id]
        return
    for (device_id, *_), entity_id in entity_map.parts.items():
        if device_id == device.id and entity_id not in entity_map.disabled:
            yield entity_id
