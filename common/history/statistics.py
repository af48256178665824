"""Brings a vendor's stored numbers into Home Assistant's long-term statistics.

Stored values are fetched page by page, oldest first and with a pause between pages, and become one
row an hour. Hours of which Home Assistant has a row are left alone, so a second run adds nothing. How
far each series got is kept about once a second, so an import that was cut off goes on where it stopped.
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
# After each page as long as the page took, so that a small device has as much time for all else; at most so long.
MOST_PAUSE_SECONDS = 0.5
# The hours of so many seconds are given to the recorder together, with how far the import got: each time is a
# transaction and a file, both of which are written to the disk.
KEEP_SECONDS = 1.0
# How long a stored value counts when no other follows: longer than any device's reporting interval.
HOLD_SECONDS = 24 * HOUR
RESET_BELOW = 0.9

type Fetch = Callable[[float, float, int], Awaitable[list[Point]]]


@dataclass(frozen=True, slots=True)
class Point:
    """One stored value; time in seconds since 1970. None: the value was not known from then on."""

    time: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """What is imported into the statistics of one entity.

    `key` names the series for ever, whatever the entity is called. `fetch` returns at most so many
    points later than a time and not later than another, oldest first. `total` is a meter that only
    counts up, and starts again at 0.
    """

    key: str
    entity_id: str
    unit: str | None
    fetch: Fetch
    total: bool = False


@callback
def enabled_sensor(hass: HomeAssistant, domain: str, unique_id: str) -> str | None:
    """Return the entity id of a sensor; None if there is none or it is disabled."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("sensor", domain, unique_id)
    entity = registry.async_get(entity_id) if entity_id else None
    return None if entity is None or entity.disabled else entity_id


@dataclass(slots=True)
class Progress:
    """How far an import is."""

    series: int
    done: int = 0
    points: int = 0
    hours: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Hour:
    """One hour of a series, values in the vendor's unit."""

    start: float
    mean: float
    low: float
    high: float
    last: float
    growth: float


@dataclass(slots=True)
class Checkpoint:
    """How far a series got: everything before `position` is imported.

    `value` held at that time, `growth` is how far a meter had counted, `boundary` is the first hour of
    Home Assistant's own when the import began, `joined` whether its sums were put on top of ours.
    """

    position: float = 0.0
    value: float | None = None
    growth: float = 0.0
    boundary: float = 0.0
    joined: bool = False


def growth_between(last: float, value: float) -> float:
    """Return how far a meter counted between two readings.

    A reading below nine tenths of the last one is a meter that began at 0 again, as in Home Assistant's own
    statistics; a smaller dip is an inexact reading.
    """
    return value if value < RESET_BELOW * last else value - last


class HourlyAggregator:
    """Turns points into hours. A value holds until the next one, but not for ever."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Initialize to go on from a checkpoint."""
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
        """Take the next point; give the hours that are complete by it."""
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
        """Let time pass up to a moment; give the hours that are complete by it."""
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
        """Let a value hold for some seconds of the open hour."""
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
    """Imports series, one after the other. `report` is called about once a second, and after each series."""

    def __init__(self, hass: HomeAssistant, store_key: str, report: Callable[[Progress], None]) -> None:
        """Initialize; `store_key` is where the checkpoints are kept."""
        self._hass = hass
        self._store: Store[dict[str, dict[str, Any]]] = Store(hass, STORE_VERSION, store_key)
        self._report = report

    async def forget(self) -> None:
        """Forget how far all series got."""
        await self._store.async_remove()

    async def run(self, series: Iterable[Series]) -> Progress:
        """Import; a series that the vendor refuses is left out. Raises CannotConnect when it is gone."""
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
            # Sums build on each other: only what lies before Home Assistant's own can be put there.
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
        """Read which statistics Home Assistant has of the entity already, in its unit."""
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
        """Return the first hour that is there."""
        return min(self._existing, default=None)

    def write(self, hours: Iterable[Hour]) -> int:
        """Write the hours that are not there yet; return how many."""
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
        """Put Home Assistant's own sums on top of ours; return whether there were any."""
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
    """Return what turns the vendor's unit into the one that Home Assistant keeps."""
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
