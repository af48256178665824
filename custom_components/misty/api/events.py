"""Event messages become typed events, and one that tells what was told last is not read again."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from ..common.client.wire import DropCounter
from .event_types import EVENT_TYPES, TEXT_LIMIT, EventType, Key, Readers, Value, Wrong

# The characters of the longest frame that is remembered.
LONGEST = 4096


class Event(NamedTuple):
    """One event: its type, the sensor it comes from ("" where a type has one only) and its values by their keys."""

    type: str
    sensor: str
    changes: Mapping[Key, Value]

    @property
    def values(self) -> Mapping[str, Value]:
        """Return the values by their names."""
        return {name: value for (_, _, name), value in self.changes.items()}


def parse_event(name: str, message: Any, dropped: DropCounter) -> Event | None:
    """Return the typed event in one message of this type; None when it is not of the protocol."""
    row = EVENT_TYPES.get(name)
    if row is None:
        dropped.add("unknown event type")
        return None
    if row.raw:
        return Event(name, "", {(name, "", "message"): message})
    if not isinstance(message, dict):
        dropped.add(f"{name}: not an object")
        return None
    return Reader(row).read(message, len(message), dropped)


class Reader:
    """Reads the messages of one subscription and knows the last one again: at rest a robot repeats itself.

    A message that is the same but for its times becomes the very same event, which is passed on like any other. A
    reader ends with its subscription, so that no connection knows what an earlier one was told.
    """

    def __init__(self, row: EventType) -> None:
        """Take the type of the messages, not a raw one: those are passed on as they are."""
        self._row = row
        self._message: dict[str, Any] | None = None
        self._written: bytes | None = None
        self._event: Event | None = None
        self._sensor = ""
        self._plan = row.plan

    def read(self, message: dict[str, Any], length: int, dropped: DropCounter) -> Event | None:
        """Return the typed event in a message from a frame of this length; None when it is not of the protocol."""
        # Both change with each message and neither is used: docs/protocol/misty.md#common-values.
        message.pop("created", None)
        message.pop("expiry", None)
        written: bytes | None = None
        if message == self._message:
            # To Python true equals 1: what is equal must be written alike too.
            written = orjson.dumps(message)
            if written == self._written:
                return self._event
        self._message, self._written = message, written
        self._event = self._fresh(message, dropped)
        if length > LONGEST:
            self._message = None
        return self._event

    def _fresh(self, message: dict[str, Any], dropped: DropCounter) -> Event | None:
        """Return the typed event in a message that says something new."""
        row = self._row
        sensor: Any = ""
        plan = row.plan
        if row.sensor is not None:
            if (sensor := message.get(row.sensor)) is None:
                sensor = _named(message, row.sensor)
            if not isinstance(sensor, str) or len(sensor) > TEXT_LIMIT:
                self._refuse([f"no {row.sensor}"], dropped)
                return None
            # A subscription is mostly to one sensor.
            if sensor != self._sensor:
                self._sensor, self._plan = sensor, row.plan_of(sensor)
            plan = self._plan
        changes: dict[Key, Value] = {}
        wrong: list[str] = []
        _read(message, plan.readers, changes, wrong)
        for key in plan.required:
            if changes.get(key) is None:
                self._refuse([*wrong, f"no {key[2]}"], dropped)
                return None
        if wrong:
            self._refuse(wrong, dropped)
        return Event(row.name, sensor, changes)

    def _refuse(self, wrong: list[str], dropped: DropCounter) -> None:
        """Count what is wrong, and forget the message: it is counted each time it comes."""
        self._message = None
        for what in wrong:
            dropped.add(f"{self._row.name}: {what}")


def _named(message: dict[str, Any], name: str) -> Any:
    """Return a value of a message, whatever of its name is written in capitals; None when there is none."""
    return {key.lower(): value for key, value in message.items()}.get(name.lower())


def _read(message: dict[str, Any], readers: Readers, changes: dict[Key, Value], wrong: list[str]) -> None:
    """Put an object's typed values into `changes`. JSON's null is a legal unknown, anything else wrong is listed."""
    for name, raw in message.items():
        # Names are PascalCase in the oldest samples and camelCase since.
        if (reader := readers.get(name)) is None and (reader := readers.get(name.lower())) is None:
            continue
        if isinstance(reader, dict):
            if isinstance(raw, dict):
                _read(raw, reader, changes, wrong)
            continue
        key, convert = reader
        try:
            changes[key] = None if raw is None else convert(raw)
        except Wrong:
            changes[key] = None
            wrong.append(f"wrong {key[2]}")
