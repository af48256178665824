"""Brings the readings a cloud or a gateway has stored into the long-term statistics of a device's sensors."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from .api.shape import Shown
from .api.values import Values
from .const import DOMAIN
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .push.history import HistoryImport, Point, Progress, Series

PER_PAGE = 100
# At a reading a minute this is half a year.
MAX_PAGES = 2500
# Between two pages: both sides have other things to do.
PAUSE_SECONDS = 0.1


async def async_import_history(
    hass: HomeAssistant, entry: InstathingsConfigEntry, device_ids: Iterable[str]
) -> Progress:
    """Import all stored numbers of these devices; what is there already is left alone.

    Raises PushError when the cloud or the gateway cannot be reached.
    """
    coordinator = entry.runtime_data
    total = Progress(0)
    importer = HistoryImport(hass, f"{DOMAIN}.{entry.entry_id}.history", lambda _: None, pause=0)
    for device_id in device_ids:
        series = _Stored(coordinator, device_id).series()
        done = await importer.run(series)
        total.series += done.series
        total.done += done.done
        total.points += done.points
        total.hours += done.hours
        total.failed += done.failed
    return total


class _Stored:
    """What one device has stored, fetched once for all its series."""

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str) -> None:
        self._coordinator = coordinator
        self._device_id = device_id
        self._readings: list[tuple[datetime, Values]] | None = None

    def series(self) -> list[Series]:
        """Return what can be imported: the numbers that have a sensor, and statistics."""
        shape = self._coordinator.shapes[self._device_id]
        shown = (one for one in shape.shown() if one.platform == "sensor" and one.is_number and one.rule.state_class)
        return [series for one in shown if (series := self._series(one)) is not None]

    def _series(self, shown: Shown) -> Series | None:
        registry = er.async_get(self._coordinator.hass)
        unique_id = f"{self._coordinator.identifier(self._device_id)[1]}_{shown.path}"
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
        entity = registry.async_get(entity_id) if entity_id else None
        if entity_id is None or entity is None or entity.disabled:
            return None

        async def fetch(after: float, until: float, limit: int) -> list[Point]:
            points = [
                Point(time.timestamp(), float(value))
                for time, values in await self._all()
                if isinstance(value := values.get(shown.path), int | float) and not isinstance(value, bool)
            ]
            return [point for point in points if after < point.time <= until][:limit]

        return Series(
            key=f"{self._device_id}/{shown.path}",
            entity_id=entity_id,
            unit=shown.rule.unit,
            fetch=fetch,
            total=shown.rule.state_class == "total_increasing",
        )

    async def _all(self) -> list[tuple[datetime, Values]]:
        """Return the times and values of all stored readings, oldest first.

        Pages count from the newest; the end is held, so that what is sent meanwhile moves none.
        """
        if self._readings is None:
            shape = self._coordinator.shapes[self._device_id]
            found: list[tuple[datetime, Values]] = []
            end = dt_util.utcnow()
            for number in range(1, MAX_PAGES + 1):
                page = await self._coordinator.async_data(self._device_id, end=end, page=number, per_page=PER_PAGE)
                found += [(one.time, shape.named(one.values)) for one in page.readings]
                if page.rows < PER_PAGE:
                    break
                await asyncio.sleep(PAUSE_SECONDS)
            self._readings = sorted(found, key=lambda one: one[0])
        return self._readings
