"""The import of stored numbers into long-term statistics.

Values are fetched page by page, oldest first, with pauses, and become one row per hour. Hours that already have a row
are not changed, so a second import adds nothing. The position in each series is stored about once a second, so that an
interrupted import continues there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
import time
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..client.errors import CannotConnect, PushError
from .run import STORE_VERSION

HOUR = 3600.0
PAGE_POINTS = 1000
# The pause after a page is as long as fetching it took, so that a small device can do other work, but at most this.
MOST_PAUSE_SECONDS = 0.5
# The interval of writing rows and the position, because each time needs a transaction and a file.
KEEP_SECONDS = 1.0
# The time for which a value is valid without a following one, longer than the interval of any device.
HOLD_SECONDS = 24 * HOUR
RESET_BELOW = 0.9

type Fetch = Callable[[float, float, int], Awaitable[list[Point]]]


@dataclass(frozen=True, slots=True)
class Point:
    """A stored value, with its time in seconds since 1970. None means that the value is unknown from then on."""

    time: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """The stored values for the statistics of an entity.

    `key` identifies the series and never changes. `fetch(after, until, count)` returns at most `count` points, oldest
    first. `total` is for a meter that only counts up, and may be reset to 0.
    """

    key: str
    entity_id: str
    unit: str | None
    fetch: Fetch
    total: bool = False


@callback
def enabled_sensor(hass: HomeAssistant, domain: str, unique_id: str) -> str | None:
    """Return the entity id of a sensor; None if it does not exist or is disabled."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("sensor", domain, unique_id)
    entity = registry.async_get(entity_id) if entity_id else None
    return None if entity is None or entity.disabled else entity_id


@dataclass(slots=True)
class Progress:
    """The progress of an import."""

    series: int
    done: int = 0
    points: int = 0
    hours: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Hour:
    """An hour of a series, in the unit of the vendor."""

    start: float
    mean: float
    low: float
    high: float
    last: float
    growth: float


@dataclass(slots=True)
class Checkpoint:
    """The position in a series: everything before `position` is imported.

    `value` is the value at that time, and `growth` the sum of a meter until then. `boundary` is the first hour with a
    row of Home Assistant when the import began. `joined` is True after its sums were adjusted to the imported ones.
    """

    position: float = 0.0
    value: float | None = None
    growth: float = 0.0
    boundary: float = 0.0
    joined: bool = False


def growth_between(last: float, value: float) -> float:
    """Return the growth of a meter between two readings.

    A reading below nine tenths of the last one means that the meter was reset, as in the statistics of Home Assistant;
    a smaller decrease is an inexact reading.
    """
    return value if value < RESET_BELOW * last else value - last


class HourlyAggregator:
    """Aggregates points to hours. A value is valid until the next one, but at most for HOLD_SECONDS."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Initialize to continue from a checkpoint."""
        self._time = checkpoint.position
        self._held = checkpoint.value
        self._expires = checkpoint.position + HOLD_SECONDS
        self._growth = checkpoint.growth
        self._last = checkpoint.value
        self._open: Hour | None = None
        self._weight = 0.0
        self.checkpoint = Checkpoint(
            checkpoint.position, checkpoint.value, checkpoint.growth, checkpoint.boundary, checkpoint.joined
        )

    def add(self, point: Point) -> Iterator[Hour]:
        """Add the next point; yield the hours that are complete then."""
        yield from self.advance(point.time)
        if point.value is not None:
            if self._last is not None:
                self._growth += growth_between(self._last, point.value)
            self._last = point.value
        self._held = point.value
        self._expires = point.time + HOLD_SECONDS
        if point.value is not None:
            self._count(point.value, 0.0)

    def advance(self, until: float) -> Iterator[Hour]:
        """Advance the time; yield the hours that are complete then."""
        while self._time < until:
            hour_end = (self._time // HOUR + 1) * HOUR
            to = min(until, hour_end)
            if self._held is not None and self._time < self._expires:
                self._count(self._held, min(to, self._expires) - self._time)
            elif self._open is None and until - self._time > HOUR:
                to = until // HOUR * HOUR
            self._time = to
            if self._time % HOUR == 0:
                yield from self._close()

    def _count(self, value: float, seconds: float) -> None:
        """Add a value to the open hour that was valid for some seconds."""
        if (hour := self._open) is None:
            start = self._time // HOUR * HOUR
            hour = self._open = Hour(start, value, value, value, value, self._growth)
            self._weight = 0.0
        if (weight := self._weight + seconds) > 0:
            hour.mean += (value - hour.mean) * seconds / weight
        self._weight = weight
        hour.low, hour.high = min(hour.low, value), max(hour.high, value)
        hour.last, hour.growth = value, self._growth

    def _close(self) -> Iterator[Hour]:
        if self._open is not None:
            yield self._open
            self._open = None
        held = self._held if self._time < self._expires else None
        self.checkpoint = Checkpoint(self._time, held, self._growth, self.checkpoint.boundary, self.checkpoint.joined)


class HistoryImport:
    """Imports one series after the other. `report` is called about once a second, and after each series."""

    def __init__(self, hass: HomeAssistant, store_key: str, report: Callable[[Progress], None]) -> None:
        """Initialize; `store_key` is that of the store with the checkpoints."""
        self._hass = hass
        self._store: Store[dict[str, dict[str, Any]]] = Store(hass, STORE_VERSION, store_key)
        self._report = report

    async def run(self, series: Iterable[Series]) -> Progress:
        """Import series. One that the vendor refuses is skipped. Raises CannotConnect if the connection is lost."""
        todo = list(series)
        progress = Progress(len(todo))
        checkpoints = await self._store.async_load() or {}
        for one in todo:
            try:
                await self._import(one, checkpoints, progress)
            except CannotConnect:
                raise
            except PushError, HomeAssistantError:
                progress.failed.append(one.entity_id)
            progress.done += 1
            self._report(progress)
        return progress

    async def _import(self, series: Series, checkpoints: dict[str, dict[str, Any]], progress: Progress) -> None:
        target = await _Target.find(self._hass, series)
        until = time.time() // HOUR * HOUR
        checkpoint = _known(checkpoints.get(series.key), until) or Checkpoint(boundary=target.first_hour or until)
        if series.total:
            # Sums depend on the hours before, so imported hours must be earlier than those of Home Assistant.
            until = min(until, checkpoint.boundary)
        hours = HourlyAggregator(checkpoint)
        clock = asyncio.get_running_loop().time
        after, more = checkpoint.position, checkpoint.position < until
        rows: list[Hour] = []
        kept_at = -inf
        while more:
            began = clock()
            points = await series.fetch(after, until, PAGE_POINTS)
            took = clock() - began
            points = sorted((point for point in points if after < point.time <= until), key=lambda point: point.time)
            more = len(points) >= PAGE_POINTS
            rows += [hour for point in points for hour in hours.add(point)]
            if not more:
                rows += hours.advance(until)
            else:
                after = points[-1].time
            progress.points += len(points)
            if not more or clock() - kept_at >= KEEP_SECONDS:
                progress.hours += target.write(rows)
                rows.clear()
                checkpoints[series.key] = _as_dict(hours.checkpoint)
                await self._store.async_save(checkpoints)
                kept_at = clock()
                self._report(progress)
            if more:
                await asyncio.sleep(min(took, MOST_PAUSE_SECONDS))
        if series.total and not hours.checkpoint.joined:
            hours.checkpoint.joined = await target.join(hours.checkpoint)
            checkpoints[series.key] = _as_dict(hours.checkpoint)
            await self._store.async_save(checkpoints)


class _Target:
    """The statistics of one entity."""

    def __init__(
        self, hass: HomeAssistant, series: Series, metadata: StatisticMetaData, existing: dict[float, Any]
    ) -> None:
        self._hass = hass
        self._metadata = metadata
        self._existing = existing
        self._total = series.total
        self._convert = _converter(series.unit, metadata["unit_of_measurement"])

    @classmethod
    async def find(cls, hass: HomeAssistant, series: Series) -> _Target:
        """Return the statistics of the entity, with their unit and their existing rows."""
        recorder = get_instance(hass)
        await recorder.async_block_till_done()
        entity_id = series.entity_id
        found = await recorder.async_add_executor_job(lambda: get_metadata(hass, statistic_ids={entity_id}))
        metadata = found[entity_id][1] if entity_id in found else _metadata(series)
        if metadata["has_sum"] != series.total:
            raise HomeAssistantError("the entity keeps statistics of another kind")
        rows = await recorder.async_add_executor_job(
            lambda: statistics_during_period(
                hass, dt_util.utc_from_timestamp(0), None, {entity_id}, "hour", None, {"state", "sum"}
            )
        )
        return cls(hass, series, metadata, {row["start"]: row for row in rows.get(entity_id, [])})

    @property
    def first_hour(self) -> float | None:
        """Return the first hour that has a row."""
        return min(self._existing, default=None)

    def write(self, hours: Iterable[Hour]) -> int:
        """Write the hours that have no row; return their number."""
        rows = [self._row(hour) for hour in hours if hour.start not in self._existing]
        if rows:
            async_import_statistics(self._hass, self._metadata, rows)
        return len(rows)

    def _row(self, hour: Hour) -> StatisticData:
        start = dt_util.utc_from_timestamp(hour.start)
        convert = self._convert
        if self._total:
            return StatisticData(start=start, state=convert(hour.last), sum=convert(hour.growth))
        return StatisticData(start=start, mean=convert(hour.mean), min=convert(hour.low), max=convert(hour.high))

    async def join(self, checkpoint: Checkpoint) -> bool:
        """Adjust the sums of Home Assistant to the imported ones; return True if there were any."""
        own = [row for start, row in self._existing.items() if start >= checkpoint.boundary]
        if not own or checkpoint.value is None:
            return False
        first = min(own, key=lambda row: float(row["start"]))
        state, total = first.get("state") or 0.0, first.get("sum") or 0.0
        wanted = self._convert(checkpoint.growth) + growth_between(self._convert(checkpoint.value), state)
        get_instance(self._hass).async_adjust_statistics(
            self._metadata["statistic_id"],
            dt_util.utc_from_timestamp(float(first["start"])),
            wanted - total,
            str(self._metadata["unit_of_measurement"]),
        )
        return True


def _metadata(series: Series) -> StatisticMetaData:
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(series.unit)
    return StatisticMetaData(
        mean_type=StatisticMeanType.NONE if series.total else StatisticMeanType.ARITHMETIC,
        has_sum=series.total,
        name=None,
        source="recorder",
        statistic_id=series.entity_id,
        unit_class=converter.UNIT_CLASS if converter else None,
        unit_of_measurement=series.unit,
    )


def _converter(unit: str | None, wanted: str | None) -> Callable[[float], float]:
    """Return the conversion from the unit of the vendor to that of the statistics."""
    if unit == wanted:
        return lambda value: value
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(wanted)
    if converter is None or unit not in converter.VALID_UNITS:
        raise HomeAssistantError("the entity keeps statistics in another unit")
    return converter.converter_factory(unit, wanted)


def _known(kept: dict[str, Any] | None, until: float) -> Checkpoint | None:
    """Return how far a series got; None where that is not known, or was kept by another version in another form.

    What was kept while the clock was ahead says that hours are imported which are yet to come: such a series begins
    anew, and adds the hours that lack.
    """
    if kept is None:
        return None
    try:
        known = Checkpoint(**kept)
    except TypeError:
        return None
    return known if known.position <= until else Checkpoint(boundary=known.boundary, joined=known.joined)


def _as_dict(checkpoint: Checkpoint) -> dict[str, Any]:
    return {name: getattr(checkpoint, name) for name in Checkpoint.__slots__}
