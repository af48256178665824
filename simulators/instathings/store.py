"""The stored readings of the cloud and the gateway."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
import time
from typing import Any
from uuid import uuid4

from . import past
from .devices import Thing

KEPT = 5000
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Row:
    """A reading; `ts` is in milliseconds."""

    ts: int
    device_id: str
    payload: Any
    id: str


class Store:
    """The readings of each device, oldest first."""

    def __init__(self) -> None:
        """Initialize without readings."""
        self._rows: dict[str, deque[Row]] = defaultdict(lambda: deque(maxlen=KEPT))

    def add(self, device_id: str, payload: Any, ts: int | None = None) -> Row:
        """Store a reading; `ts` is now by default."""
        row = Row(round(time.time() * 1000) if ts is None else ts, device_id, payload, str(uuid4()))
        self._rows[device_id].append(row)
        return row

    def forget(self, device_id: str) -> None:
        """Remove the readings of a device."""
        self._rows.pop(device_id, None)

    def find(self, device_id: str, start: float = float("-inf"), end: float = float("inf")) -> list[Row]:
        """Return the readings of a period, both ends included, oldest first."""
        return [row for row in self._rows.get(device_id, ()) if start <= row.ts <= end]

    def fill(self, things: Iterable[Thing], hours: int) -> None:
        """Generate readings of the past hours from the current ones."""
        now = round(time.time() * 1000)
        for thing in things:
            if not thing.drift and not thing.grow:
                continue
            for back in range(hours, 0, -1):
                payload = dict(thing.payload)
                then = now - back * HOUR_MS
                passed = [time.localtime((then + hour * HOUR_MS) / 1000).tm_hour for hour in range(back)]
                for key, (low, high, step) in thing.drift.items():
                    was = past.value(thing.id, key, payload[key], step, passed)
                    payload[key] = round(min(max(was, low), high), 2)
                for key, step in thing.grow.items():
                    was = past.value(thing.id, key, payload[key] - back * step * 10, 0, passed)
                    payload[key] = round(was, 3)
                self.add(thing.id, payload, then)
