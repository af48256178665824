"""The entities for an Iottly board.

The input is a payload, a list of payloads, or a file of `tests/iottly/devices/`.
"""

from collections.abc import Iterable
from typing import Any

from custom_components.iottly import binary_sensor, sensor
from custom_components.iottly.api import LeafKind, LeafValue, flag_meaning, number_meaning
from custom_components.iottly.api.payload import is_placeholder, leaf_kind, parse_payload
from custom_components.iottly.common.client.wire import DropCounter

from .what import Row


def rows(content: Any) -> Iterable[Row]:
    """Yield the entities. The kind of a leaf depends on its first value that is not a placeholder."""
    payloads = content.get("messages", [content]) if isinstance(content, dict) else content
    values: dict[str, LeafValue] = {}
    kinds: dict[str, LeafKind] = {}
    units: dict[str, str] = {}
    for payload in payloads:
        leaves = parse_payload(payload, DropCounter())
        for path, value in leaves.values.items():
            if value is not None and not is_placeholder(value):
                values[path] = value
                if path not in kinds and path in leaves.units:
                    units[path] = leaves.units[path]
                kinds.setdefault(path, leaf_kind(value))
    for path, kind in kinds.items():
        yield _row(path, kind, values[path], units.get(path))


def _row(path: str, kind: LeafKind, value: LeafValue, beside: str | None) -> Row:
    why = f"its value is a {kind.name.lower()}, and its name has no word of the tables"
    entity: binary_sensor.IottlyBinarySensorDescription | sensor.IottlySensorDescription
    if kind is LeafKind.FLAG:
        platform, entity, unit, state_class = "binary_sensor", binary_sensor.describe_leaf(path), None, None
        has_meaning = flag_meaning(path) is not None
    else:
        platform, entity = "sensor", sensor.describe_leaf(path, kind, unit_beside=beside)
        unit, state_class = entity.native_unit_of_measurement, entity.state_class
        has_meaning = kind is LeafKind.NUMBER and number_meaning(path, beside or None) is not None
    return Row(
        platform=platform,
        path=path,
        name_key=entity.translation_key,
        placeholders={"label": str(entity.name)},
        device_class=entity.device_class,
        unit=unit,
        state_class=state_class,
        category=None,
        enabled=entity.entity_registry_enabled_default,
        value=value,
        why="a word of the tables is in its name" if has_meaning else why,
    )
