"""What the cloud or a gateway has stored and what of it can be imported: the numbers that have a sensor.

Needs the recorder: imported only when an import runs.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from homeassistant.util import dt as dt_util

from .api.values import Values
from .common.history.statistics import Point, Series, enabled_sensor
from .const import DOMAIN
from .coordinator import InstathingsCoordinator

PER_PAGE = 100
# At a reading a minute this is half a year.
MAX_PAGES = 2500
# Between two pages: both sides have other things to do.
PAUSE_SECONDS = 0.1


def stored_series(coordinator: InstathingsCoordinator) -> Iterator[Series]:
    """Yield a series for each of them, device by device."""
    stored = StoredReadings(coordinator)
    for device_id, shape in coordinator.shapes.items():
        for shown in shape.shown():
            unique_id = f"{coordinator.identifier(device_id)[1]}_{shown.path}"
            entity_id = enabled_sensor(coordinator.hass, DOMAIN, unique_id)
            if entity_id and shown.platform == "sensor" and shown.is_number and shown.rule.state_class:
                yield Series(
                    key=f"{device_id}/{shown.path}",
                    entity_id=entity_id,
                    unit=shown.rule.unit,
                    fetch=partial(stored.fetch, device_id, shown.path),
                    total=shown.rule.state_class == "total_increasing",
                )


class StoredReadings:
    """What one device after the other has stored, read once for all series of a device."""

    def __init__(self, coordinator: InstathingsCoordinator) -> None:
        """Take the connection; nothing is read yet."""
        self._coordinator = coordinator
        self._device_id = ""
        self._after = 0.0
        self._readings: list[tuple[datetime, Values]] = []

    async def fetch(self, device_id: str, path: str, after: float, until: float, limit: int) -> list[Point]:
        """Return so many points of a key, later than one time and not later than another."""
        if device_id != self._device_id or after < self._after:
            self._readings = await self._read(device_id, after)
            self._device_id, self._after = device_id, after
        points = [
            Point(time.timestamp(), float(value))
            for time, values in self._readings
            if isinstance(value := values.get(path), int | float) and not isinstance(value, bool)
        ]
        return [point for point in points if after < point.time <= until][:limit]

    async def _read(self, device_id: str, after: float) -> list[tuple[datetime, Values]]:
        """Return the times and values of the readings from a time on, oldest first.

        Pages count from the newest; the end is held, so that what is sent meanwhile moves none.
        """
        found: list[tuple[datetime, Values]] = []
        start, end = dt_util.utc_from_timestamp(after) if after else None, dt_util.utcnow()
        for number in range(1, MAX_PAGES + 1):
            page = await self._coordinator.async_data(device_id, start=start, end=end, page=number, per_page=PER_PAGE)
            if (shape := self._coordinator.shapes.get(device_id)) is None:
                return []
            found += [(one.time, shape.named(one.values)) for one in page.readings]
            if page.rows < PER_PAGE:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        return sorted(found, key=lambda one: one[0])
