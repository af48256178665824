"""Stored readings for long-term statistics: the numbers that have a sensor.

This module needs the recorder and is imported only when an import runs.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from homeassistant.util import dt as dt_util

from .api import DataPointKind
from .api.model import Values
from .api.readings import is_nan
from .common.history.statistics import Point, Series, enabled_sensor
from .const import DOMAIN
from .coordinator import InstathingsCoordinator

PER_PAGE = 100
# At a reading a minute this is half a year.
MAX_PAGES = 2500
# Between two pages, to limit the load on both sides.
PAUSE_SECONDS = 0.1


def stored_series(coordinator: InstathingsCoordinator) -> Iterator[Series]:
    """Yield the series of all sensors, device by device."""
    stored = StoredReadings(coordinator)
    for device_id, profile in coordinator.profiles.items():
        for data_point in profile.data_points():
            path, rule, kind = data_point.path, data_point.rule, data_point.kind
            unique_id = coordinator.unique_id(device_id, path)
            entity_id = enabled_sensor(coordinator.hass, DOMAIN, unique_id)
            if entity_id and kind is DataPointKind.SENSOR and data_point.is_number and rule.state_class:
                yield Series(
                    key=f"{device_id}/{path}",
                    entity_id=entity_id,
                    unit=rule.unit,
                    fetch=partial(stored.fetch, device_id, path),
                    total=rule.state_class in ("total", "total_increasing"),
                )


class StoredReadings:
    """Fetches the stored readings of a device once for all its series."""

    def __init__(self, coordinator: InstathingsCoordinator) -> None:
        """Initialize without readings."""
        self._coordinator = coordinator
        self._device_id = ""
        self._after = 0.0
        self._readings: list[tuple[datetime, Values]] = []

    async def fetch(self, device_id: str, path: str, after: float, until: float, limit: int) -> list[Point]:
        """Return up to `limit` points of a path, later than `after` and not later than `until`."""
        if device_id != self._device_id or after < self._after:
            self._readings = await self._read(device_id, after)
            self._device_id, self._after = device_id, after
        points = [
            Point(time.timestamp(), float(value))
            for time, values in self._readings
            if isinstance(value := values.get(path), int | float) and not isinstance(value, bool) and not is_nan(value)
        ]
        return [point for point in points if after < point.time <= until][:limit]

    async def _read(self, device_id: str, after: float) -> list[tuple[datetime, Values]]:
        """Return the times and values of the readings from a time on, oldest first.

        Pages count from the newest; the end is fixed, so that new readings move none.
        """
        found: list[tuple[datetime, Values]] = []
        start, end = dt_util.utc_from_timestamp(after) if after else None, dt_util.utcnow()
        for number in range(1, MAX_PAGES + 1):
            page = await self._coordinator.client.data(device_id, start=start, end=end, page=number, per_page=PER_PAGE)
            if (profile := self._coordinator.profiles.get(device_id)) is None:
                return []
            found += [(one.time, profile.named(one.values)) for one in page.readings]
            if page.rows < PER_PAGE:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        return sorted(found, key=lambda one: one[0])
