"""The edge for what devices send: a row of JSON becomes a `Reading` with flat, typed values.

Sources: docs/protocol/instathings.md#payloads, docs/protocol/instathings.md#flattening,
docs/protocol/instathings.md#stored-data and docs/protocol/instathings.md#gateway-stored-data.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .model import Page, Reading, Scalar, Status, Values
from .rules import Kind, rule_of

# A reading is a handful of keys; a Shelly's full status has about sixty.
MAX_PATHS = 500
MAX_PATH_LENGTH = 100
LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
# Larger than any reading in any unit used; more is a fault of the device.
LARGEST = 1e15
LONGEST_TEXT = 255

# An object of a device's own making, as it came.
type Payload = Mapping[str, Any]


# Rows -----------------------------------------------------------------------------------------------


def parse_reading(row: Any, dropped: DropCounter) -> Reading | None:
    """Return a reading, stored or pushed. The device's own object is under `data` or `payload`."""
    if isinstance(row, dict):
        device_id, timestamp = row.get("deviceId"), parse_timestamp(row.get("ts"))
        payload = row["payload"] if "payload" in row else row.get("data")
        if isinstance(device_id, str) and device_id and timestamp is not None and isinstance(payload, dict):
            inner = unwrapped(payload)
            return Reading(device_id, timestamp, parse_values(inner, dropped), is_http=inner is not payload)
    dropped.add("malformed reading")
    return None


def parse_page(value: Any, dropped: DropCounter) -> Page | None:
    """Return a page of stored readings."""
    match value:
        case {"data": list(rows)}:
            total = value.get("totalItems")
            readings = [reading for row in rows if (reading := parse_reading(row, dropped)) is not None]
            is_count = isinstance(total, int) and not isinstance(total, bool) and total >= len(rows)
            return Page(tuple(readings), rows=len(rows), total=total if is_count else len(rows))
    dropped.add("malformed page of data")
    return None


def parse_status(value: Any, dropped: DropCounter) -> Status | None:
    """Return a device's answer to a status request, from the fetch call or a push channel."""
    match value:
        case {"deviceId": str(device_id), "response": dict(answer)} | {
            "deviceId": str(device_id),
            "payload": dict(answer),
        }:
            inner = unwrapped(answer)
            return Status(device_id, parse_values(inner, dropped), answer, inner is not answer)
    dropped.add("malformed status")
    return None


def parse_timestamp(value: Any) -> float | None:
    """Return a time in milliseconds (cloud) or ISO 8601 (gateway) as seconds since 1970; up to the year 9999."""
    if isinstance(value, str):
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            return None
        seconds = (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) < LATEST * 1000 else LATEST + 1
    else:
        return None
    return seconds if 0 <= seconds <= LATEST else None


# Values ---------------------------------------------------------------------------------------------


def unwrapped(payload: Payload) -> Payload:
    """Return the device's own object: the answers of HTTP devices are wrapped twice."""
    match payload:
        case {"type": "data", "message": {"data": dict(inner)}}:
            return inner
        case {"type": "data", "message": {"data": value}}:
            return {"data": value}
    return payload


def parse_values(payload: Payload, dropped: DropCounter) -> Values:
    """Return the values in a device's object by their dotted paths.

    A value that its path's rule does not allow is None, which is unknown, and counted.
    """
    values: Values = {}
    _flatten(payload, "", values, dropped)
    return values


def _flatten(payload: Payload, prefix: str, values: Values, dropped: DropCounter) -> None:
    """Collect the values below `prefix`; lists count where they hold objects, as a Shelly's relays do."""
    for key, value in payload.items():
        path = prefix + key
        if len(values) >= MAX_PATHS:
            dropped.add("reading with too many keys")
            return
        # The length is checked first, because paths that are looked up stay in the cache.
        if not 0 < len(path) <= MAX_PATH_LENGTH or (reader := _reader_of(path)) is None:
            dropped.add("unusable key")
        elif isinstance(value, dict):
            _flatten(value, f"{path}.", values, dropped)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _flatten(item, f"{path}.{index}.", values, dropped)
        elif reader.clean is not None:
            values[path] = result = reader.clean(value)
            if result is None and value is not None:
                dropped.add(f"unusable {reader.kind}")


class _Reader(NamedTuple):
    """How the values of a path are read; `clean` is None for a path that is ignored."""

    kind: Kind
    clean: Callable[[Any], Scalar] | None


@lru_cache(maxsize=1024)
def _reader_of(path: str) -> _Reader | None:
    """Return how a path is read; None for one that cannot be shown."""
    if not path.isprintable():
        return None
    rule = rule_of(path)
    clean = _CLEANERS.get(rule.kind)
    return _Reader(rule.kind, clean if rule.scale == 1.0 else partial(_clean_scaled, rule.scale))


# Each returns None for what is no such value; JSON's own null is unknown, too.


def _clean_scaled(scale: float, value: Any) -> float | None:
    number = _clean_number(value)
    return None if number is None else round(number * scale, 6)


def _clean_number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and -LARGEST <= value <= LARGEST else None


def _clean_flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _FLAGS.get(value.upper())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


def _clean_text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _clean_any(value: Any) -> float | bool | str | None:
    if isinstance(value, bool):
        return value
    return _clean_text(value) if isinstance(value, str) else _clean_number(value)


_FLAGS = {"ON": True, "TRUE": True, "OFF": False, "FALSE": False}
_CLEANERS: dict[Kind, Callable[[Any], Scalar]] = {
    Kind.NUMBER: _clean_number,
    Kind.FLAG: _clean_flag,
    Kind.EVENT: _clean_text,
    Kind.TEXT: _clean_text,
    Kind.ANY: _clean_any,
}
