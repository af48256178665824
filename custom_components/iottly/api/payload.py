"""Payloads: user code sends what it likes, so a payload's leaves become values by what they look like."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from ..common.client.wire import DropCounter
from .dates import parse_iso
from .meaning import number_meaning
from .model import LeafKind, LeafValue

MAX_DEPTH = 4
MAX_LEAVES = 100
MAX_PATH = 120
MAX_TEXT = 255
# Beyond this a float no longer holds every whole number; no board measures that.
MAX_NUMBER = 2**53


def parse_leaves(payload: Mapping[str, Any], dropped: DropCounter) -> dict[str, LeafValue | None]:
    """Flatten a payload: the path of each leaf, keys joined by dots, and its value.

    Lists are skipped. None stands for a leaf whose value cannot be shown (null, text longer than
    Home Assistant's states, a number beyond MAX_NUMBER). Deeper than four keys, or more than a
    hundred leaves, is dropped and counted.
    """
    found: dict[str, LeafValue | None] = {}
    _collect(payload, "", MAX_DEPTH, found, dropped)
    return found


def leaf_kind(value: LeafValue) -> LeafKind:
    """Return what kind a value is."""
    match value:
        case bool():
            return LeafKind.FLAG
        case int() | float():
            return LeafKind.NUMBER
        case datetime():
            return LeafKind.MOMENT
    return LeafKind.TEXT


def as_kind(value: LeafValue | None, kind: LeafKind) -> LeafValue | None:
    """Return the value as one of this kind; None when it cannot be one."""
    if value is None or leaf_kind(value) is kind:
        return value
    match kind, value:
        case LeafKind.TEXT, datetime():
            return value.isoformat()
        case LeafKind.TEXT, _:
            return str(value)
        case LeafKind.FLAG, 0 | 1:
            return bool(value)
        case LeafKind.FLAG, str():
            return _FLAG_TEXTS.get(value.strip().lower())
        case LeafKind.NUMBER, bool():
            return int(value)
        case LeafKind.NUMBER, str():
            return _number(value)
    return None


_FLAG_TEXTS = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False, "no": False}


def _collect(
    level: Mapping[str, Any], path: str, depth: int, found: dict[str, LeafValue | None], dropped: DropCounter
) -> None:
    for key, value in level.items():
        inner = f"{path}.{key}" if path else key
        if not key.strip() or len(inner) > MAX_PATH:
            dropped.add("payload key that is empty or too long")
        elif isinstance(value, list):
            continue
        elif isinstance(value, dict):
            if depth > 1:
                _collect(value, inner, depth - 1, found, dropped)
            else:
                dropped.add("payload nested deeper than four keys")
        elif len(found) >= MAX_LEAVES:
            dropped.add("payload with more than a hundred leaves")
            return
        else:
            found[inner] = _value(inner, value)


def _value(path: str, value: Any) -> LeafValue | None:
    match value:
        case bool():
            return value
        case int() | float():
            return value if isfinite(value) and abs(value) <= MAX_NUMBER else None
        case str() if len(value) <= MAX_TEXT:
            return _text(path, value)
    return None


def _text(path: str, text: str) -> LeafValue | None:
    """Read text: a complete date and time, a number where the key means one, else text."""
    if (moment := parse_iso(text)) is not None:
        return moment
    if number_meaning(path) is not None and (number := _number(text)) is not None:
        return number
    return text


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and abs(number) <= MAX_NUMBER else None
