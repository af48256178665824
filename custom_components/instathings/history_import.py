"""Stored readings for long-term statistics: the numbers that have a sensor.

This module needs the recorder and is imported only when an import runs.
"""

from array import array
import asyncio
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from homeassistant.util import dt as dt_util

from .api import DataPointKind
from .api.meaning.rules import Rule
from .api.model import Values
from .api.readings import is_nan
from .common.history.statistics import Point, Series, enabled_sensor
from .const import DOMAIN
from .coordinator import InstathingsCoordinator

PER_PAGE = 100
# At a reading a minute this is half a year.
MAX_PAGES = 2500
# Of a device, 64 MB; earlier readings are left out.
MAX_POINTS = 4_000_000
# Between two pages, to limit the load on both sides.
PAUSE_SECONDS = 0.1


def stored_series(coordinator: InstathingsCoordinator) -> Iterator[Series]:
    """Yield the series of all sensors, device by device."""
    stored = StoredReadings(coordinator)
    for device_id, profile in coordinator.profiles.items():
        sensors: dict[str, tuple[str, Rule]] = {}
        for data_point in profile.data_points():
            path, rule, kind = data_point.path, data_point.rule, data_point.kind
            unique_id = coordinator.unique_id(device_id, path)
            entity_id = enabled_sensor(coordinator.hass, DOMAIN, unique_id)
            if entity_id and kind is DataPointKind.SENSOR and data_point.is_number and rule.state_class:
                sensors[path] = entity_id, rule
        stored.paths[device_id] = sensors.keys()
        for path, (entity_id, rule) in sensors.items():
            yield Series(
                key=f"{device_id}/{path}",
                entity_id=entity_id,
                unit=rule.unit,
                fetch=partial(stored.fetch, device_id, path),
                total=rule.state_class in ("total", "total_increasing"),
            )


class StoredReadings:
    """The stored numbers of a device, read once for all its series, which follow each other."""

    def __init__(self, coordinator: InstathingsCoordinator) -> None:
        """Initialize without readings."""
        self._coordinator = coordinator
        # The paths of the series by device.
        self.paths: dict[str, Collection[str]] = {}
        self._device_id = ""
        self._after = 0.0
        self._numbers: dict[str, _Numbers] = {}

    async def fetch(self, device_id: str, path: str, after: float, until: float, limit: int) -> list[Point]:
        """Return up to `limit` points of a path, later than `after` and not later than `until`."""
        if device_id != self._device_id or after < self._after:
            self._numbers = {}
            self._numbers = await self._read(device_id, after)
            self._device_id, self._after = device_id, after
        times, values = self._numbers[path]
        first = bisect_right(times, after)
        last = min(bisect_right(times, until), first + limit)
        return [Point(times[i], values[i]) for i in range(first, last)]

    async def _read(self, device_id: str, after: float) -> dict[str, _Numbers]:
        """Return the numbers of the readings from a time on, by path.

        Pages count from the newest; the end is fixed, so that new readings move none.
        """
        found = {path: _Numbers(array("d"), array("d")) for path in self.paths[device_id]}
        points = 0
        start, end = dt_util.utc_from_timestamp(after) if after else None, dt_util.utcnow()
        for number in range(1, MAX_PAGES + 1):
            page = await self._coordinator.client.data(device_id, start=start, end=end, page=number, per_page=PER_PAGE)
            if (profile := self._coordinator.profiles.get(device_id)) is None:
                return dict.fromkeys(found, _Numbers(array("d"), array("d")))
            for reading in page.readings:
                points += _add(found, reading.timestamp, profile.named(reading.values))
            if page.rows < PER_PAGE or points >= MAX_POINTS:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        return await asyncio.to_thread(lambda: {path: numbers.sorted() for path, numbers in found.items()})


class _Numbers(NamedTuple):
    """The times and the values of a path, 16 bytes for each point."""

    times: array[float]
    values: array[float]

    def sorted(self) -> _Numbers:
        """Return them oldest first."""
        order = sorted(range(len(self.times)), key=self.times.__getitem__)
        return _Numbers(array("d", [self.times[i] for i in order]), array("d", [self.values[i] for i in order]))


def _add(found: Mapping[str, _Numbers], time: float, values: Values) -> int:
    """Add the wanted numbers of a reading; return how many there were."""
    count = 0
    for path, (times, numbers) in found.items():
        value = values.get(path)
        if isinstance(value, int | float) and not isinstance(value, bool) and not is_nan(value):
            times.append(time)
            numbers.append(float(value))
            count += 1
    return count
