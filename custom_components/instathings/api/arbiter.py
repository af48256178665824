"""One device, reported by two ways: by the cloud and by its gateway, each with its own clock and delay.

An event of a device is one reading of each way. Each way reports in order, so what one way has reported and the other
has not yet is a queue: the next reading of the other way is its first row, and a copy. Only where a way may have missed
something, because its connection is new, do the clocks decide; how they differ is learned from the copies.

Source: docs/protocol/instathings.md#the-same-reading-by-both-ways.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import NamedTuple

from .model import Reading, Values
from .readings import is_later, is_nan

# A copy comes within this, or it is another reading. Seconds.
WINDOW_SECONDS = 60.0
# What the clocks of the two ways may differ beyond what was seen. Seconds.
TOLERANCE_SECONDS = 2.0
# Of one device, not yet reported by the other way.
MAX_WAITING = 100
# Copies that show how the clocks differ.
MAX_DIFFERENCES = 50


class Way(StrEnum):
    """What reports a device's readings."""

    CLOUD = "cloud"
    GATEWAY = "gateway"

    @property
    def other(self) -> Way:
        """Return the other one."""
        return Way.GATEWAY if self is Way.CLOUD else Way.CLOUD


class Verdict(StrEnum):
    """What to do with a reading."""

    NEW = "new"  # Store its values and fire its events.
    LATE = "late"  # Fire its events: newer values are known.
    COPY = "copy"  # Nothing: it is known.


class _Row(NamedTuple):
    """A reading that one way has reported; `received` is monotonic, `timestamp` by the way's own clock."""

    fingerprint: int
    timestamp: float
    received: float
    is_stored: bool = False
    # True where the other way may have passed it already, as it has given a later reading from its store.
    is_passed: bool = False


@dataclass(slots=True)
class _Latest:
    """The reading whose values are the state; `by_both` is True if the other way has reported it too."""

    way: Way
    row: _Row
    by_both: bool = False


@dataclass(slots=True)
class _Device:
    """What is known of one device's readings: `waiting` are those that the other way has not reported yet."""

    waiting: dict[Way, deque[_Row]] = field(default_factory=lambda: {way: deque(maxlen=MAX_WAITING) for way in Way})
    # The timestamps of what each way has reported last, and of what it has given from its store.
    newest: dict[Way, float] = field(default_factory=dict)
    stored: dict[Way, float] = field(default_factory=dict)
    latest: _Latest | None = None

    def put(self, way: Way, row: _Row) -> None:
        """Make a reading the state: what its way reports next is later, and no copy of what was before."""
        self.waiting[way.other].clear()
        self.waiting[way].append(row)
        self.latest = _Latest(way, row)

    def confirm(self, row: _Row) -> None:
        """Note that both ways have reported a reading."""
        if self.latest is not None and self.latest.row.received == row.received:
            self.latest.by_both = True


class Arbiter:
    """Decides for the devices of one gateway which of their readings are news."""

    def __init__(self) -> None:
        """Initialize with nothing reported."""
        self._devices: dict[str, _Device] = {}
        self._statuses: dict[str, _Device] = {}
        self._resumed_at: dict[Way, float] = {}
        self._clocks = _Clocks()

    def resumed(self, way: Way, now: float) -> None:
        """Note that a way reports again: what happened before, it may have missed."""
        self._resumed_at[way] = now

    def forget(self, device_id: str) -> None:
        """Forget a device that is gone."""
        self._devices.pop(device_id, None)
        self._statuses.pop(device_id, None)

    def take(self, way: Way, reading: Reading, now: float) -> Verdict:
        """Decide on a reading that a way has just pushed. `now` is monotonic."""
        device = self._devices.setdefault(reading.device_id, _Device())
        row = _Row(_fingerprint(reading.values, reading.is_http), reading.timestamp, now)
        if _is_later(row, device.newest.get(way)):
            device.newest[way] = row.timestamp
        if (known := self._pop_copied(device, way, row)) is not None:
            if self._is_expected(way, known):
                self._clocks.learn(way, row.timestamp, known.timestamp)
            # What was read from the store fired no events.
            return Verdict.LATE if known.is_stored else Verdict.COPY
        if not _is_later(row, device.stored.get(way)) or self._is_missed_by_other(device, way, row):
            return Verdict.LATE
        device.put(way, row)
        return Verdict.NEW

    def take_stored(self, way: Way, reading: Reading, now: float, *, is_other_live: bool) -> Verdict:
        """Decide on the latest reading that a way has stored. It is never LATE: its events are of the past.

        `is_other_live` is True while the other way pushes: then it reports by itself what is newer.
        """
        device = self._devices.setdefault(reading.device_id, _Device())
        row = _Row(_fingerprint(reading.values, reading.is_http), reading.timestamp, now, is_stored=True)
        if not _is_later(row, device.newest.get(way)):
            return Verdict.COPY
        device.newest[way] = device.stored[way] = row.timestamp
        if self._is_stored_copy(device, way, row):
            return Verdict.COPY
        if not self._is_newer(device.latest, way, row, is_other_live=is_other_live):
            return Verdict.COPY
        device.put(way, row)
        return Verdict.NEW

    def take_status(self, way: Way, device_id: str, values: Values, now: float) -> Verdict:
        """Decide on the answer to a status request; the cloud does not say when it was given."""
        device = self._statuses.setdefault(device_id, _Device())
        row = _Row(_fingerprint(values, False), 0.0, now)
        if self._pop_copied(device, way, row) is not None:
            return Verdict.COPY
        device.waiting[way].append(row)
        return Verdict.NEW

    def _pop_copied(self, device: _Device, way: Way, row: _Row) -> _Row | None:
        """Return what the other way has reported before and this is a copy of; it waits no longer.

        What waits before it never comes by this way.
        """
        waiting = device.waiting[way.other]
        while waiting and waiting[0].received < row.received - WINDOW_SECONDS:
            waiting.popleft()
        for number, known in enumerate(waiting):
            if self._is_copy(way, row, known, is_sure=self._is_expected(way, known)):
                for _ in range(number + 1):
                    waiting.popleft()
                device.confirm(known)
                return known
        return None

    def _is_stored_copy(self, device: _Device, way: Way, row: _Row) -> bool:
        """Return True if the other way has reported before what is now given from the store.

        It stays, with what waits before it: the way may push them yet, or may not.
        """
        waiting = device.waiting[way.other]
        for number, known in enumerate(waiting):
            if self._is_copy(way, row, known, is_sure=False):
                device.confirm(known)
                for place in range(number + 1):
                    waiting[place] = waiting[place]._replace(is_passed=True)
                return True
        return False

    def _is_copy(self, way: Way, row: _Row, known: _Row, *, is_sure: bool) -> bool:
        return known.fingerprint == row.fingerprint and (
            is_sure or self._clocks.is_same(way, row.timestamp, known.timestamp)
        )

    def _is_expected(self, way: Way, known: _Row) -> bool:
        """Return True if a way reports for sure what the other one has reported: it was there all the time since."""
        was_pushed = not (known.is_stored or known.is_passed)
        return was_pushed and known.received > self._resumed_at.get(way, -inf)

    def _is_missed_by_other(self, device: _Device, way: Way, row: _Row) -> bool:
        """Return True for what the other way missed before it reported something newer."""
        waiting = device.waiting[way.other]
        if not waiting:
            return False
        newest = waiting[-1]
        if self._is_expected(way, newest):
            # That is still to come by this way, which keeps the order; unless it was lost there. Then this is later, as
            # the clocks tell to what was seen of them: else all would be late from now on, until the other way is lost.
            slack = 0.0 if self._clocks else TOLERANCE_SECONDS
            return not self._clocks.is_older(way.other, newest.timestamp, row.timestamp, slack)
        is_other_new = self._resumed_at.get(way.other, -inf) > row.received - WINDOW_SECONDS
        return is_other_new and self._clocks.is_older(way, row.timestamp, newest.timestamp)

    def _is_newer(self, latest: _Latest | None, way: Way, row: _Row, *, is_other_live: bool) -> bool:
        """Return True if a stored reading, later than all others of its way, is later than the state."""
        if latest is None or latest.way is way or latest.by_both:
            return True
        if latest.row.fingerprint == row.fingerprint:
            return False
        slack = TOLERANCE_SECONDS if self._clocks else WINDOW_SECONDS
        if self._clocks.is_older(latest.way, latest.row.timestamp, row.timestamp, slack):
            return True
        return not is_other_live and not self._clocks.is_older(way, row.timestamp, latest.row.timestamp, slack)


class _Clocks:
    """How the gateway's clock differs from the cloud's, as seen in the readings that both have reported."""

    def __init__(self) -> None:
        """Initialize with nothing seen: they are taken as alike."""
        self._differences: deque[float] = deque(maxlen=MAX_DIFFERENCES)

    def __bool__(self) -> bool:
        """Return True once something was seen."""
        return bool(self._differences)

    def learn(self, way: Way, timestamp: float, other: float) -> None:
        """Note the timestamps of one event; differences from before a clock was set are dropped."""
        ahead = _ahead(way, timestamp, other)
        # Delays alone, and another reading that was taken for the copy, differ by less.
        if self._differences and abs(ahead - self._differences[-1]) > 4 * WINDOW_SECONDS:
            self._differences.clear()
        self._differences.append(ahead)

    def is_same(self, way: Way, timestamp: float, other: float) -> bool:
        """Return True if the timestamps of this and of the other way can be of one event."""
        least, most = self._range(TOLERANCE_SECONDS)
        return least <= _ahead(way, timestamp, other) <= most

    def is_older(self, way: Way, timestamp: float, other: float, slack: float = TOLERANCE_SECONDS) -> bool:
        """Return True if the timestamp of this way is certainly earlier than that of the other."""
        least, most = self._range(slack)
        ahead = _ahead(way, timestamp, other)
        return ahead < least if way is Way.GATEWAY else ahead > most

    def _range(self, slack: float) -> tuple[float, float]:
        differences = self._differences or (0.0,)
        return min(differences) - slack, max(differences) + slack


def _is_later(row: _Row, known: float | None) -> bool:
    return known is None or is_later(row.timestamp, known)


def _ahead(way: Way, timestamp: float, other: float) -> float:
    """Return how far the gateway's timestamp is ahead of the cloud's."""
    return timestamp - other if way is Way.GATEWAY else other - timestamp


def _fingerprint(values: Values, is_http: bool) -> int:
    """Return a number for what a reading holds; equal readings have the same."""
    return hash((is_http, frozenset((path, "nan" if is_nan(value) else value) for path, value in values.items())))
