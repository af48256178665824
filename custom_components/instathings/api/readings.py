"""The edge for what devices send: messages and rows of JSON become a `Reading` with flat, typed values.

Sources: docs/protocol/instathings.md#payloads, docs/protocol/instathings.md#flattening,
docs/protocol/instathings.md#stored-data and docs/protocol/instathings.md#gateway-stored-data.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import islice
from math import isnan
import re
from time import time
from typing import Any, NamedTuple, Self, TypeGuard

from ..common.client.wire import DropCounter
from ..common.names.addresses import is_address
from ..common.names.beside import MEASURED, UNIT_KEYS, VALUE_KEYS
from ..common.names.units import unit_of
from .meaning.labels import names_quantity
from .meaning.rules import FAILED, UNKNOWN, Kind, Rule, has_parts, rule_of
from .model import Page, Reading, Scalar, Status, Values

# A reading is a handful of keys; a Shelly's full status has about sixty.
MAX_PATHS = 500
# All keys of a reading, with those that are no values: each takes a tenth of a millisecond when it is new.
MAX_KEYS = 600
MAX_PATH_LENGTH = 100
LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
# A time that is further ahead of our own clock is one of a clock that is wrong, or in another time zone.
AHEAD_SECONDS = 60.0
# Larger than any reading in any unit used; more is a fault of the device.
LARGEST = 1e15
LONGEST_TEXT = 255
# Of a page; no more are requested.
MAX_ROWS = 100
# Ids are parts of unique ids.
LONGEST_ID = 200
# Lists of the values at several times: nothing says which one is the present one.
VALUE_LISTS = frozenset({"values", "history", "samples", "by_minute", "counters"})
# The most parts of a quantity in a list: a longer one is rather of several times.
MAX_PARTS = 8
# A block of units; its first group is the block of values that it is of: `current_units` has those of `current`.
UNITS_BLOCK = re.compile(r"(.*?)[._]?units", re.IGNORECASE)

# JSON's numbers; written as a union, it would be made anew for each value.
NUMBERS = (int, float)

# An object of a device's own making, as it came.
type Payload = Mapping[str, Any]

# Messages -------------------------------------------------------------------------------------------

# Returns the event in the payload of a message; None (counted) where there is none.
type Parser[E] = Callable[[Any, DropCounter], E | None]


class PushedEvents[E]:
    """The events of an open push connection; `async for` gives them until the connection is lost."""

    def __init__(
        self,
        messages: AsyncIterator[Any],
        parsers: Mapping[str, Parser[E]],
        dropped: DropCounter,
        *,
        is_ignored: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """Initialize with the messages of the cloud or of a gateway, and the parser for each kind of them.

        `is_ignored` returns True for a kind without a parser that is not counted.
        """
        self._messages = messages
        self._parsers = parsers
        self._dropped = dropped
        self._is_ignored = is_ignored

    def __aiter__(self) -> Self:
        """Give the events."""
        return self

    async def __anext__(self) -> E:
        """Return the next event. Raises PushError when the connection is lost."""
        while True:
            kind, payload = _split(await anext(self._messages))
            if (parse := self._parsers.get(kind)) is not None:
                if (event := parse(payload, self._dropped)) is not None:
                    return event
            elif not self._is_ignored(kind):
                self._dropped.add("unknown message")


def _split(message: Any) -> tuple[str, Any]:
    """Return the kind of a message and its payload: the cloud's are objects, a gateway's are events of Socket.IO."""
    # Every reading comes this way, so no patterns here: they cost more than the rest.
    kind = payload = None
    if isinstance(message, dict):
        kind, payload = message.get("action"), message.get("payload")
    elif isinstance(message, list) and message:
        kind, payload = message[0], message[1] if len(message) > 1 else None
    return (kind, payload) if isinstance(kind, str) else ("", None)


# Rows -----------------------------------------------------------------------------------------------


def parse_reading(row: Any, dropped: DropCounter) -> Reading | None:
    """Return a reading, stored or pushed. The device's own object is under `data` or `payload`."""
    if isinstance(row, dict):
        device_id, timestamp = row.get("deviceId"), parse_timestamp(row.get("ts"))
        payload = row["payload"] if "payload" in row else row.get("data")
        if is_id(device_id) and timestamp is not None and isinstance(payload, dict):
            inner = unwrapped(payload)
            is_http = inner is not payload
            return Reading(device_id, timestamp, parse_values(inner, dropped, is_http=is_http), is_http)
    dropped.add("malformed reading")
    return None


def is_id(value: Any) -> TypeGuard[str]:
    """Return True for what can be the id of a device."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID


def parse_page(value: Any, dropped: DropCounter) -> Page | None:
    """Return a page of stored readings."""
    match value:
        case {"data": list(rows)}:
            rows = rows[:MAX_ROWS]
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
        } if is_id(device_id):
            inner = unwrapped(answer)
            is_http = inner is not answer
            return Status(device_id, parse_values(inner, dropped, is_http=is_http), answer, is_http)
    dropped.add("malformed status")
    return None


def parse_timestamp(value: Any) -> float | None:
    """Return a time in milliseconds (cloud) or ISO 8601 (gateway) as seconds since 1970; up to the year 9999."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, NUMBERS) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) < LATEST * 1000 else LATEST + 1
    else:
        return None
    return seconds if 0 <= seconds <= LATEST else None


def is_later(timestamp: float, known: float) -> bool:
    """Return True if a reading is later than a known one by the clock of whoever stamped both.

    A time that is yet to come is not later than one that is not: the clock was ahead when it was stamped.
    """
    latest = time() + AHEAD_SECONDS
    if (timestamp > latest) is not (known > latest):
        return known > latest
    return timestamp > known


# Values ---------------------------------------------------------------------------------------------


def unwrapped(payload: Payload) -> Payload:
    """Return the device's own object: the answers of HTTP devices are wrapped twice."""
    match payload:
        case {"type": "data", "message": {"data": dict(inner)}}:
            return inner
        case {"type": "data", "message": {"data": value}}:
            return {"data": value}
    return payload


def parse_values(payload: Payload, dropped: DropCounter, *, is_http: bool = False) -> Values:
    """Return the values in a device's object by their dotted paths; `is_http` is True for an HTTP device.

    A value that its path's rule does not allow is None, which is unknown, and counted. A number outside its quantity's
    range, or one that the device calls invalid, is NaN: the value is unknown, but the device has it.
    """
    values: Values = {}
    _flatten(payload, "", values, dropped, is_http, MAX_KEYS)
    return values


def _flatten(payload: Payload, prefix: str, values: Values, dropped: DropCounter, is_http: bool, left: int) -> int:
    """Collect the values below `prefix` from as many keys as are left; return how many are left then."""
    if len(payload) > MAX_KEYS:
        # What stands beside a value is searched in all keys.
        payload = dict(islice(payload.items(), MAX_KEYS))
        dropped.add("reading with too many keys")
    # What the device itself calls invalid is unknown.
    is_valid = parse_flag(payload.get("is_valid", True)) is not False
    for key, value in payload.items():
        path = prefix + key
        if left <= 0 or len(values) >= MAX_PATHS:
            dropped.add("reading with too many keys")
            return 0
        left -= 1
        # The length is checked first, because paths that are looked up stay in the cache.
        if not 0 < len(path) <= MAX_PATH_LENGTH or (reader := _reader_of(path, is_http)) is None:
            dropped.add("unusable key")
        elif isinstance(value, dict | list | str) and (parts := _parts(path, value, reader, is_http)) is not None:
            left = _flatten(parts, f"{path}.", values, dropped, is_http, left)
        elif reader.clean is not None:
            result = reader.clean(value[0] if isinstance(value, list) else value)
            if isinstance(result, str) and is_address(path, result):
                continue
            if isinstance(result, str) and key.lower() in VALUE_KEYS and _is_number_beside(payload):
                number = parse_number(result)
                result = result if number is None else number
            values[path] = result if is_valid else float("nan") if isinstance(result, float | int) else None
            if result is None and value is not None:
                dropped.add(f"unusable {reader.kind}")
    return left


def _parts(path: str, value: Any, reader: _Reader, is_http: bool) -> Payload | None:
    """Return what a value consists of; None for one that is whole, as a list of one number is.

    A text that is a number with its unit is an object of the two.
    """
    match value:
        case dict():
            return value
        case [only] if _is_number(only):
            return None
        case list():
            return _items(path, value, is_http)
        case str() if reader.has_units and (found := MEASURED.fullmatch(value.strip())) and unit_of(found[2]):
            return {"value": found[1], "unit": found[2]}
    return None


def _is_number_beside(payload: Payload) -> bool:
    """Return True if a unit or the name of a quantity stands beside a value: a text is a number then."""
    return any(key.lower() in UNIT_KEYS for key in payload) or names_quantity(payload)


def _items(path: str, value: list[Any], is_http: bool) -> Payload:
    """Return what counts of a list, by its numbers: objects, as a Shelly's relays, and what has a rule of its own.

    Numbers of one quantity are those of its phases or the like, which people count from 1: `{"Power": [114, 25]}` has
    the paths `Power.#1` and `Power.#2`.
    """
    is_of_parts = 1 < len(value) <= MAX_PARTS and path.rpartition(".")[2].lower() not in VALUE_LISTS
    if is_of_parts and all(map(_is_number, value)) and has_parts(rule_of(path, is_http=is_http)):
        return {f"#{number}": item for number, item in enumerate(value, 1)}
    return {
        str(index): item
        for index, item in enumerate(value[:MAX_PATHS])
        if isinstance(item, dict)
        or _has_objects(item)
        or (is_http and rule_of(f"{path}.{index}", is_http=True).is_known)
    }


def _has_objects(item: Any) -> bool:
    """Return True for a list of objects, as each inverter has in the list of a gateway of inverters."""
    return isinstance(item, list) and bool(item) and isinstance(item[0], dict)


class _Reader(NamedTuple):
    """How the values of a path are read; `clean` is None for a path that is ignored.

    `has_units` is True where a text may be a number with its unit.
    """

    kind: Kind
    clean: Callable[[Any], Scalar] | None
    has_units: bool = False


@lru_cache(maxsize=1024)
def _reader_of(path: str, is_http: bool) -> _Reader | None:
    """Return how a path is read; None for one that cannot be shown."""
    if not path.isprintable():
        return None
    rule = rule_of(path, is_http=is_http)
    if rule.kind is not Kind.IGNORED and UNITS_BLOCK.fullmatch(path.rpartition(".")[0]):
        return _Reader(Kind.TEXT, partial(_clean_text, UNKNOWN))
    match rule.kind:
        case Kind.IGNORED:
            return _Reader(rule.kind, None)
        case Kind.NUMBER if rule.category != "config":
            return _Reader(rule.kind, partial(_clean_number, rule), has_units=True)
        case Kind.FLAG if rule.platform == "switch":
            # A command has to use the device's own words.
            return _Reader(rule.kind, partial(_clean_word, rule))
        case Kind.FLAG:
            return _Reader(rule.kind, partial(_clean_flag, rule))
        # Models differ in what they take for a setting: a flag, a number, or words.
        case Kind.ANY | Kind.NUMBER:
            has_units = rule.platform == "sensor" and path.rpartition(".")[2] != "state"
            return _Reader(rule.kind, partial(_clean_any, rule), has_units)
        case Kind.TEXT if rule.platform == "select":
            return _Reader(rule.kind, partial(_clean_any, rule))
    return _Reader(rule.kind, partial(_clean_text, rule))


# Each returns None for what is no such value; JSON's own null is unknown, too.


def parse_number(value: Any) -> float | None:
    """Return a number, also one that is written as a text, with a point or a comma; None for what is none."""
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "."))
    return value if _is_number(value) and -LARGEST <= value <= LARGEST else None


def _is_number(value: Any) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def is_nan(value: Scalar) -> bool:
    """Return True for the number that is none."""
    return isinstance(value, float) and isnan(value)


def parse_flag(value: Any) -> bool | None:
    """Return a flag, also one that is written as a word or as 0 or 1; None for what is none."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return FLAGS.get(value.strip().upper())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


def _clean_number(rule: Rule, value: Any) -> float | None:
    number = parse_number(value)
    if number is None:
        return None
    low, high = rule.range
    is_failed = rule.device_class == "temperature" and number in FAILED
    if is_failed or not low <= number <= high:
        return float("nan")
    return number if rule.scale == 1.0 else round(number * rule.scale, 6)


def _clean_text(rule: Rule, value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return None
    # "none" may be an option of a select, and a state of what has states in words.
    has_none = rule.platform == "select" or (rule.kind is Kind.ANY and rule.is_known and not rule.unit)
    is_option = value in rule.options or (has_none and not rule.state_class and value.lower() == "none")
    return value if is_option or value.lower() not in PLACEHOLDERS else None


def _clean_flag(rule: Rule, value: Any) -> bool | str | None:
    # Another word may be one of the model's own; what has a class is a flag or nothing.
    flag = parse_flag(value)
    return flag if flag is not None or rule.device_class else _clean_text(rule, value) or None


def _clean_word(rule: Rule, value: Any) -> bool | float | str | None:
    if isinstance(value, str):
        return value if parse_flag(value) is not None else _clean_text(rule, value) or None
    # A Zigbee device is set by words or by JSON's true: a 0 or 1 is of another device.
    return value if isinstance(value, bool) else parse_number(value)


def _clean_any(rule: Rule, value: Any) -> float | bool | str | None:
    if isinstance(value, bool):
        return value
    # A text is a number where the key is a quantity, and no text where it has a unit.
    is_quantity = rule.kind is Kind.NUMBER or rule.state_class is not None
    is_switched = rule.device_class == "power" and isinstance(value, str) and value.upper() in ("ON", "OFF")
    is_word = not (is_quantity and parse_number(value) is not None) and not (rule.unit and rule.state_class)
    is_named = isinstance(value, str) and value.lower() in VALUES_IN_WORDS.get(rule.device_class or "", ())
    if isinstance(value, str) and (is_word or is_switched or is_named):
        return _clean_text(rule, value) or None
    return _clean_number(rule, value)


NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?")
# Words for "no value", which settle no kind.
PLACEHOLDERS = frozenset({"n/a", "nan", "not_connected", "none", "null", "unknown", "undefined", "-", "--"})
# Words for values that are numbers elsewhere, by device class.
VALUES_IN_WORDS: Mapping[str, Collection[str]] = {
    "battery": frozenset(
        {"critical", "empty", "full", "good", "high", "low", "medium", "middle", "normal", "ok", "weak"}
    ),
    "wind_direction": frozenset(
        {
            *("n", "nne", "ne", "ene", "e", "ese", "se", "sse"),
            *("s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"),
        }
    ),
}
FLAGS = {
    **dict.fromkeys(
        ("ON", "TRUE", "YES", "OPEN", "OPENED", "LOCK", "LOCKED", "ENABLE", "ENABLED", "WET", "LEAK", "ALARM", "UP"),
        True,
    ),
    **dict.fromkeys(("DETECTED", "PRESENT", "AUTO", "START", "LOW", "MILD", "HEAVY", "MOVING", "1"), True),
    **dict.fromkeys(("OCCUPIED", "TRIGGER"), True),
    **dict.fromkeys(("PRESSED", "ARMED", "MUTED", "SHOW", "ONLINE", "CONNECTED"), True),
    **dict.fromkeys(("RELEASED", "DISARMED", "UNMUTED", "HIDE", "OFFLINE", "DISCONNECTED", "NOT_DETECTED"), False),
    **dict.fromkeys(
        ("OFF", "FALSE", "NO", "CLOSE", "CLOSED", "UNLOCK", "UNLOCKED", "DISABLE", "DISABLED", "DRY", "NORMAL"), False
    ),
    **dict.fromkeys(("CLEAR", "ABSENT", "VACANT", "MANUAL", "STOP", "NONE", "TEST", "DOWN", "STILL", "0"), False),
}
