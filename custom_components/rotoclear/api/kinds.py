"""The kinds of state variables: how their JSON becomes a typed value, and a value becomes JSON.

`read` returns None for a value of another kind and never raises; `write` raises InvalidValue for what must not be sent.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
import math
import re
import sys
from typing import Any, override

from ..common.client.moments import in_calendar

# Limits of a text that is read, in characters, and of one that is sent.
MAX_TEXT = 4096
MAX_SENT_TEXT = 255
# Limits of an object or a list: values in it at any depth, and characters of all texts in it.
MAX_PARTS = 2048
MAX_CHARACTERS = 128 * 1024
MAX_STORAGES = 64
MAX_STORAGE_TEXT = 255
# Compared with `type(raw)`, so that a bool is not a number.
NUMERIC = (int, float, str)


class InvalidValue(ValueError):
    """A value must not be sent. `reason` and `placeholders` are those of a translated exception."""

    def __init__(self, reason: str, **placeholders: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.placeholders = placeholders


def is_small(raw: Any) -> bool:
    """Return True if a JSON value is within the limits. Counting stops as soon as it is not."""
    if isinstance(raw, str):
        return len(raw) <= MAX_TEXT
    parts = characters = 0
    waiting: list[Any] = [raw]
    while waiting and parts <= MAX_PARTS and characters <= MAX_CHARACTERS:
        value = waiting.pop()
        parts += 1
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict | list):
            if len(value) > MAX_PARTS:
                return False
            waiting += value
            waiting += value.values() if isinstance(value, dict) else ()
    return parts <= MAX_PARTS and characters <= MAX_CHARACTERS


class Kind(ABC):
    """A kind of state variable."""

    @abstractmethod
    def read(self, raw: Any) -> Any:
        """Return the typed value; None for a value of another kind."""

    def write(self, value: Any) -> Any:
        """Return the JSON value to send. Raises InvalidValue."""
        raise InvalidValue("unknown_variable")

    def confirms(self, wanted: Any, value: Any) -> bool:
        """Return True if the value that was read back is the one that was sent."""
        return bool(self.read(wanted) == value)


_FLAG_WORDS: Mapping[str | float, bool] = {"true": True, "on": True, 1: True, "false": False, "off": False, 0: False}


class Flag(Kind):
    """True or false; also read from 0, 1 and words (docs/protocol/rotoclear.md#types)."""

    @override
    def read(self, raw: Any) -> bool | None:
        if raw is True or raw is False:
            return raw
        if type(raw) not in NUMERIC:
            return None
        return _FLAG_WORDS.get(raw.lower() if isinstance(raw, str) else raw)

    @override
    def write(self, value: Any) -> bool:
        if (flag := self.read(value)) is None:
            raise InvalidValue("not_a_flag")
        return flag


def _number(raw: Any) -> float | None:
    if type(raw) not in NUMERIC:
        return None
    try:
        number = float(raw)
    except ValueError, OverflowError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number in a range. With `whole`, only whole numbers are sent.

    `relative` numbers are written as a difference and read as an absolute value
    (docs/protocol/rotoclear.md#zoom-and-pan).
    """

    least: float = -sys.float_info.max
    most: float = sys.float_info.max
    whole: bool = False
    relative: bool = False

    @override
    def read(self, raw: Any) -> float | None:
        number = raw if type(raw) in (int, float) else _number(raw)
        if number is None or not self.least <= number <= self.most:
            return None
        return int(number) if self.whole and number == int(number) else float(number)

    @override
    def write(self, value: Any) -> float:
        least, most = (-self.most, self.most) if self.relative else (self.least, self.most)
        number = _number(value)
        if number is None or not least <= number <= most:
            raise InvalidValue("out_of_range", least=f"{least:g}", most=f"{most:g}")
        if not self.whole:
            return number
        if number != int(number):
            raise InvalidValue("not_whole")
        return int(number)

    @override
    def confirms(self, wanted: Any, value: Any) -> bool:
        return self.relative or (value is not None and math.isclose(wanted, value, rel_tol=0.02, abs_tol=0.05))


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of several values; a unit may send a number as a text, and a text as a number."""

    options: tuple[Any, ...]

    @override
    def read(self, raw: Any) -> Any:
        for option in self.options:
            if str(option) == str(raw) and not isinstance(raw, bool):
                return option
        return None

    @override
    def write(self, value: Any) -> Any:
        if (option := self.read(value)) is None:
            raise InvalidValue("not_an_option", options=", ".join(map(str, self.options)))
        return option


class Text(Kind):
    """A text."""

    @override
    def read(self, raw: Any) -> str | None:
        if type(raw) not in NUMERIC:
            return None
        return str(raw)[:MAX_TEXT]

    @override
    def write(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > MAX_SENT_TEXT:
            raise InvalidValue("not_a_text", longest=str(MAX_SENT_TEXT))
        return value


@dataclass(frozen=True, slots=True)
class Quantity(Kind):
    """A text of a number and its unit, such as "69.7°C"; it is multiplied with the factor of the unit.

    A number that is out of the range is no measurement, and would spoil the statistics for ever.
    """

    factors: tuple[tuple[str, float], ...]
    least: float
    most: float

    _PATTERN = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*(\D{0,8}?)\s*$")

    @override
    def read(self, raw: Any) -> float | None:
        if type(raw) not in NUMERIC:
            return None
        if (match := self._PATTERN.match(str(raw)[:64])) is None:
            return None
        number, unit = float(match[1].replace(",", ".")), match[2].lower()
        for name, factor in self.factors:
            if unit == name:
                value = round(number * factor, 3)
                return value if self.least <= value <= self.most else None
        return None


CELSIUS = Quantity((("°c", 1.0), ("c", 1.0), ("", 1.0)), -273.15, 1000)
MILLIBAR = Quantity((("mbar", 1.0), ("bar", 1000.0), ("hpa", 1.0), ("", 1.0)), -1e5, 1e5)
SECONDS = Quantity((("s", 1.0), ("", 1.0)), 0, 1e10)
HOURS = Quantity((("h", 1.0), ("", 1.0)), 0, 1e7)


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the picture, with coordinates from 0 to 100."""

    x: float
    y: float


class Pan(Kind):
    """The center of the shown part of the picture: read as a point, written as a difference of its coordinates."""

    _AXIS = Number(0, 100)
    _STEP = Number(0, 100, relative=True)

    @override
    def read(self, raw: Any) -> Point | None:
        if not isinstance(raw, Mapping):
            return None
        x, y = self._AXIS.read(raw.get("x")), self._AXIS.read(raw.get("y"))
        return None if x is None or y is None else Point(x, y)

    @override
    def write(self, value: Any) -> dict[str, float]:
        if not isinstance(value, Mapping) or not value or value.keys() - {"x", "y"}:
            raise InvalidValue("not_a_point")
        return {"x": self._STEP.write(value.get("x", 0)), "y": self._STEP.write(value.get("y", 0))}

    @override
    def confirms(self, wanted: Any, value: Any) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Storage:
    """A storage medium."""

    uuid: str
    name: str


def _storage(raw: Any, uuid: str = "") -> Storage | None:
    """Read a storage, whose members are not documented (docs/protocol/rotoclear.md#storages)."""
    if isinstance(raw, str):
        return Storage(raw, raw) if 0 < len(raw) <= MAX_STORAGE_TEXT else None
    if not isinstance(raw, Mapping):
        return None
    found = next((raw[key] for key in ("uuid", "id") if isinstance(raw.get(key), str) and raw[key]), uuid)
    keys = ("name", "label", "description", "path", "mountPoint")
    name = next((raw[key] for key in keys if isinstance(raw.get(key), str) and raw[key]), found)
    # A uuid that is too long must not be cut.
    return Storage(found, name[:MAX_STORAGE_TEXT]) if 0 < len(found) <= MAX_STORAGE_TEXT else None


class Storages(Kind):
    """The available storages, sent as a list or as an object by uuid."""

    @override
    def read(self, raw: Any) -> tuple[Storage, ...] | None:
        if isinstance(raw, Mapping):
            pairs: Iterable[tuple[str, Any]] = raw.items()
        elif isinstance(raw, list):
            pairs = (("", item) for item in raw)
        else:
            return None
        found = (storage for uuid, item in pairs if (storage := _storage(item, uuid)) is not None)
        return tuple(islice(found, MAX_STORAGES))


class SelectedStorage(Kind):
    """The uuid of the storage in use, which is sent as an object; an empty text if there is none."""

    @override
    def read(self, raw: Any) -> str | None:
        if raw is None or raw in ({}, ""):
            return ""
        storage = _storage(raw)
        return storage.uuid if storage else None

    @override
    def write(self, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise InvalidValue("not_a_storage")
        return value


class Clock(Kind):
    """The local time of the unit, sent as [year, month, day, hours, minutes, seconds], as a text."""

    @override
    def read(self, raw: Any) -> str | None:
        if not isinstance(raw, list) or len(raw) != 6 or not all(type(part) is int for part in raw):
            return None
        try:
            return datetime(*raw).isoformat(sep=" ")  # noqa: DTZ001 - the unit's time zone is not known
        except ValueError, OverflowError:
            return None


class Epoch(Kind):
    """Seconds since 1970."""

    @override
    def read(self, raw: Any) -> datetime | None:
        number = _number(raw)
        try:
            return None if number is None else in_calendar(datetime.fromtimestamp(int(number), UTC))
        except ValueError, OverflowError, OSError:
            return None


@dataclass(frozen=True, slots=True)
class Structure(Kind):
    """An object or a list, kept as it is (docs/protocol/rotoclear.md#structures)."""

    writable: bool = False

    @override
    def read(self, raw: Any) -> dict[str, Any] | list[Any] | None:
        return raw if isinstance(raw, dict | list) else None

    @override
    def write(self, value: Any) -> Any:
        if not self.writable or not isinstance(value, dict):
            raise InvalidValue("not_an_object")
        return value


class Tag(Kind):
    """The value of `createTag`: {creationTime?, title?, note?} (docs/protocol/rotoclear.md#tags)."""

    @override
    def read(self, raw: Any) -> None:
        return None

    @override
    def write(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or value.keys() - {"creationTime", "title", "note"}:
            raise InvalidValue("not_a_tag")
        return dict(value)

    @override
    def confirms(self, wanted: Any, value: Any) -> bool:
        return True
