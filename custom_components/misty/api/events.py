"""Events as the robot sends them: what a message of a type is made of, and how it becomes a typed event.

A missing value is left out. A value of the wrong type or outside its range becomes None (unknown) and is counted.
A message without its required values is dropped and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .convert import TEXT_LIMIT, Convert, Value, WrongValue


class Event(NamedTuple):
    """One event: its type, the sensor it comes from ("" where a type has one only) and its values by their names."""

    type: str
    sensor: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a message: its name here, where it is found (dots go down) and what it must be."""

    name: str
    path: str
    convert: Convert
    required: bool = False


def fields(convert: Convert, *names: str, required: bool = False) -> tuple[Field, ...]:
    """Return fields of one kind that keep their names."""
    return tuple(Field(name, name, convert, required) for name in names)


# The fields of an object by their names there, and the same of the objects in it.
type FieldTree = dict[str, Field | FieldTree]


class EventType:
    """One event type: which value names the sensor, and its fields. `raw` passes an undocumented message on."""

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
        """Return the typed event in a message; None (counted) when it is not of the protocol."""
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
    """Return the fields by their names, as robots write them today and in lower case."""
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
    """Return a value of a message in whatever letter case its name is written; None when there is none."""
    if name in message:
        return message[name]
    return {key.lower(): value for key, value in message.items()}.get(name.lower())


def _read(message: dict[str, Any], tree: FieldTree, values: dict[str, Value]) -> list[str]:
    """Put an object's typed values into `values`; return the names of those that are wrong. Null is unknown."""
    wrong: list[str] = []
    for name, raw in message.items():
        # Names are PascalCase in the oldest samples and camelCase since.
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
