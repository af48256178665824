"""What becomes of the payload of an Iottly board: one payload, a list of them, or a file of `tests/iottly/devices/`."""

from collections.abc import Iterable
from typing import Any

from custom_components.iottly import binary_sensor, sensor
from custom_components.iottly.api import LeafKind, LeafValue, flag_meaning, number_meaning
from custom_components.iottly.api.payload import is_placeholder, leaf_kind, parse_leaves
from custom_components.iottly.common.client.wire import DropCounter

from .what import Row


def rows(content: Any) -> Iterable[Row]:
    """Go through the entities; the first value of a leaf that is none of the placeholders settles its kind."""
    payloads = content.get("messages", [content]) if isinstance(content, dict) else content
    values: dict[str, LeafValue] = {}
    kinds: dict[str, LeafKind] = {}
    for payload in payloads:
        for path, value in parse_leaves(payload, DropCounter()).items():
            if value is not None and not is_placeholder(value):
                values[path] = value
                kinds.setdefault(path, leaf_kind(value))
    for path, kind in kinds.items():
        yield _of_flag(path, values[path]) if kind is LeafKind.FLAG else _of_sensor(path, kind, values[path])


def _of_flag(path: str, value: LeafValue) -> Row:
    row, meaning = binary_sensor.describe_leaf(path), flag_meaning(path)
    why = "its name says so" if meaning else "no word of the table"
    name = {"label": str(row.name)}
    return Row("binary_sensor", path, row.translation_key, name, meaning, None, None, None, True, value, why)


def _of_sensor(path: str, kind: LeafKind, value: LeafValue) -> Row:
    row = sensor.describe_leaf(path, kind)
    has_meaning = kind is LeafKind.NUMBER and number_meaning(path) is not None
    return Row(
        platform="sensor",
        path=path,
        name_key=row.translation_key,
        placeholders={"label": str(row.name)},
        device_class=row.device_class,
        unit=row.native_unit_of_measurement,
        state_class=row.state_class,
        category=None,
        enabled=True,
        value=value,
        why="its name says so"
        if has_meaning
        else f"its value is a {kind.name.lower()}, and no word of the table names it",
    )
