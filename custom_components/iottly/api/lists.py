"""Lists in payloads: the keys of the items are their names, or their numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Lists of events, or of values at several times, of which the latest is unknown.
_NOT_OF_PARTS = frozenset(
    {
        "alarms", "buffer", "errors", "events", "faults", "history", "log", "logs", "messages", "queue", "records",
        "samples", "series", "values", "warnings",
    }
)  # fmt: skip
# An item with one of these keys is an event.
_TIMES = frozenset({"at", "date", "datetime", "time", "timestamp", "ts", "when"})
# Keys for the name of an item; the best one is first.
_NAMES = (
    *("name", "nome", "nom", "label", "title", "bezeichnung", "id", "channel", "kanal", "canale", "ch", "slot", "port"),
    *("number", "nummer", "numero", "no", "nr", "n", "index", "i", "address"),
)
_WHERE = (
    *(
        "room",
        "zone",
        "location",
        "place",
        "area",
        "line",
        "phase",
        "device",
        "node",
        "cell",
        "tank",
        "bay",
        "rack",
        "unit",
    ),
    *("raum", "ort", "stanza", "zona", "luogo", "posizione", "piece", "lieu"),
)
_MEASURED = ("quantity", "measurand", "type", "sensor", "key")
MAX_ITEMS = 16
# Longer lists of numbers are usually values at several times.
MAX_PARTS = 8


def items_of(key: str, value: Sequence[Any], *, has_class: Callable[[], bool]) -> Mapping[str, Any] | None:
    """Return the items of a list by their names; None for a list of events or of values at several times.

    `has_class` returns True if numbers with this key have a device class.
    """
    if key.lower() in _NOT_OF_PARTS or not 0 < len(value) <= MAX_ITEMS:
        return None
    if all(isinstance(item, dict) for item in value):
        return None if any(_has_time(item) for item in value) else _named(value)
    are_numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    if are_numbers and 1 < len(value) <= MAX_PARTS and has_class():
        return {str(number): item for number, item in enumerate(value, 1)}
    return None


def _has_time(item: Mapping[str, Any]) -> bool:
    return any(key.lower() in _TIMES for key in item)


def _named(items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return objects by their names, from the first key with different values in all of them, or by numbers."""
    for name in (*_NAMES, *_WHERE, *_MEASURED):
        keys = [next((key for key in item if key.lower() == name), None) for item in items]
        called = [None if key is None else item[key] for key, item in zip(keys, items, strict=True)]
        if all(map(_is_name, called)) and len({str(one).strip() for one in called}) == len(items):
            return {
                str(one).strip(): {other: value for other, value in item.items() if other != key}
                for one, key, item in zip(called, keys, items, strict=True)
            }
    return {str(number): item for number, item in enumerate(items, 1)}


def _is_name(value: Any) -> bool:
    is_text = isinstance(value, str) and 0 < len(value.strip()) <= 40 and value.isprintable()
    return is_text or (isinstance(value, int) and not isinstance(value, bool))
