"""Event messages: the fields of an event type, and how a message becomes a typed Event.

A missing value is left out. A value of the wrong type or out of range becomes None and is counted. A message without a
required value is dropped and counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .sensors import sensor_id

type Value = str | int | float | bool | tuple[Any, ...] | Mapping[str, Any] | None
type Convert = Callable[[Any], Value]

TEXT_LIMIT = 255
# A signed URL of Home Assistant is longer than a state.
ADDRESS_LIMIT = 8192
LIST_LIMIT = 64
NUMBER_LIMIT = 1e12
_FLAG_WORDS = {"true": True, "false": False}


class Event(NamedTuple):
    """An event: its type, its sensor ("" if the type has only one), and its values by their names."""

    type: str
    sensor: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message: the name of its value, its path in the message (with dots), and its converter."""

    name: str
    path: str
    convert: Convert
    required: bool = False


def fields(convert: Convert, *names: str, required: bool = False) -> tuple[Field, ...]:
    """Return fields with the same converter, whose names are their paths."""
    return tuple(Field(name, name, convert, required) for name in names)


# The fields of an object by their names in the message, with nested objects.
type FieldTree = dict[str, Field | FieldTree]


class EventType:
    """An event type: its fields, and the name of the field with the sensor. A `raw` message is kept as it is."""

    def __init__(
        self, name: str, fields: tuple[Field, ...] = (), *, sensor: str | None = None, raw: bool = False
    ) -> None:
        self.name = name
        self.fields = fields
        self._sensor = sensor
        self._raw = raw
        self._tree = _tree_of(fields)
        self._required = tuple(field.name for field in fields if field.required)

    def read(self, message: Any, dropped: DropCounter) -> Event | None:
        """Return the typed event in a message; None (counted) if the message is invalid."""
        if self._raw:
            return Event(self.name, "", {"message": message})
        if not isinstance(message, dict):
            dropped.add(f"{self.name}: not an object")
            return None
        sensor = "" if self._sensor is None else _found(message, self._sensor)
        if not isinstance(sensor, str) or len(sensor) > TEXT_LIMIT:
            dropped.add(f"{self.name}: no {self._sensor}")
            return None
        values: dict[str, Value] = {}
        for name in _read(message, self._tree, values):
            dropped.add(f"{self.name}: wrong {name}")
        for name in self._required:
            if values.get(name) is None:
                dropped.add(f"{self.name}: no {name}")
                return None
        return Event(self.name, sensor, values)


def _tree_of(rows: tuple[Field, ...]) -> FieldTree:
    """Return the fields by their names, in the usual spelling and in lower case."""
    tree: FieldTree = {}
    for field in rows:
        *parents, last = field.path.split(".")
        inside = tree
        for parent in parents:
            below = inside.get(parent, {})
            assert isinstance(below, dict)
            inside[parent] = inside[parent.lower()] = below
            inside = below
        inside[last] = inside[last.lower()] = field
    return tree


def _found(message: dict[str, Any], name: str) -> Any:
    """Return a value of a message, ignoring the case of its name; None if there is none."""
    if name in message:
        return message[name]
    return {key.lower(): value for key, value in message.items()}.get(name.lower())


def _read(message: dict[str, Any], tree: FieldTree, values: dict[str, Value]) -> list[str]:
    """Add the typed values of an object to `values`, and return the names of the wrong ones."""
    wrong: list[str] = []
    for name, raw in message.items():
        # Names are in PascalCase in old samples, and in camelCase in newer ones.
        field = tree.get(name) or tree.get(name.lower())
        if field is None:
            continue
        if isinstance(field, dict):
            if isinstance(raw, dict):
                wrong += _read(raw, field, values)
            continue
        try:
            values[field.name] = None if raw is None else field.convert(raw)
        except WrongValue:
            values[field.name] = None
            wrong.append(field.name)
    return wrong


# Converters: each returns the typed value of a field, or raises WrongValue. ----------------------------


class WrongValue(Exception):
    """The value is not of the documented type or range."""


def number(raw: Any) -> float:
    """Return a finite number within NUMBER_LIMIT."""
    # This excludes bool and NaN.
    if (type(raw) is float or type(raw) is int) and -NUMBER_LIMIT <= raw <= NUMBER_LIMIT:
        return raw
    raise WrongValue


def whole(raw: Any) -> int:
    """Return a whole number."""
    value = number(raw)
    if value != int(value):
        raise WrongValue
    return int(value)


def percent(raw: Any) -> float:
    """Return a fraction from 0 to 1 in percent."""
    value = number(raw)
    if not 0 <= value <= 1:
        raise WrongValue
    return round(value * 100, 2)


def flag(raw: Any) -> bool:
    """Return a boolean; some firmware sends it as a text."""
    value = _FLAG_WORDS.get(raw.lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise WrongValue
    return value


def text(raw: Any) -> str:
    """Return a text, cut to the length of a state."""
    return _string(raw, TEXT_LIMIT)


def address(raw: Any) -> str:
    """Return a file name or URL in full length: it is compared, and not a state."""
    return _string(raw, ADDRESS_LIMIT)


def lower(raw: Any) -> str:
    """Return a text in lower case, for an enum state."""
    return _string(raw, TEXT_LIMIT).lower()


def texts(raw: Any) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(text(item) for item in _items(raw))


def numbers(raw: Any) -> tuple[float, ...]:
    """Return a list of numbers."""
    return tuple(number(item) for item in _items(raw))


def in_hazard(raw: Any) -> tuple[str, ...]:
    """Return the ids of the sensors in hazard from a list of {inHazard, sensorName}."""
    found: list[str] = []
    for item in _items(raw):
        match item:
            case {"inHazard": bool(hazard), "sensorName": str(name)}:
                if hazard:
                    found.append(sensor_id(name[:TEXT_LIMIT]))
            case {"inHazard": bool(), "sensorName": None}:
                pass  # A sensor without a name does not make the others invalid.
            case _:
                raise WrongValue
    return tuple(found)


def anything(raw: Any) -> Value:
    """Return any JSON value but null."""
    if isinstance(raw, dict | str | int | float | bool | list):
        return tuple(raw) if isinstance(raw, list) else raw
    raise WrongValue


def _string(raw: Any, limit: int) -> str:
    if not isinstance(raw, str):
        raise WrongValue
    return raw[:limit]


def _items(raw: Any) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > LIST_LIMIT:
        raise WrongValue
    return raw
