"""Import of a year of minutes for ten sensors into the statistics; the stored values are in this process.

Floor: Home Assistant's own import of the same hours in one call.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import random
import time

from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.helpers import recorder
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from common.history.statistics import HistoryImport, Point, Progress, Series

from ..clocks import GarbageWatch, LagWatch, Stopwatch, resident_bytes
from ..results import Result, WrongCount, compared, single
from ..session import session

MINUTE = 60.0
SENSORS = 10


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure the import of `size` minutes."""
    async with session(name, 50, load=False) as one, _recorder(one.hass):
        # The end of the last complete hour: the current hour is not imported.
        end = time.time() // 3600 * 3600
        stored = _Stored(end - size * MINUTE, size)
        series = [Series(f"s{number}", f"sensor.stored_{number}", "°C", stored.fetch) for number in range(SENSORS)]
        importer = HistoryImport(one.hass, "core_path.history", lambda _progress: None)
        memory, most = resident_bytes(), 0
        watch, lags, garbage = Stopwatch(), LagWatch(), GarbageWatch()

        async def look() -> None:
            nonlocal most
            while True:
                most = max(most, resident_bytes())
                await asyncio.sleep(0.1)

        looking = asyncio.create_task(look())
        with watch, lags, garbage:
            progress = await importer.run(series)
            await recorder.get_instance(one.hass).async_block_till_done()
        looking.cancel()
        _check(progress, size)
        floor, floor_lags = Stopwatch(), LagWatch()
        with floor, floor_lags:
            for number in range(SENSORS):
                _import_hours(one.hass, f"sensor.bare_{number}", end - size * MINUTE, size // 60)
            await recorder.get_instance(one.hass).async_block_till_done()
    what = f"history of {size} minutes for {SENSORS} sensors"
    return [
        compared(what, name, "s", watch.wall, floor.wall),
        single(f"{what}, memory", name, "MB more", (most - memory) / 1e6),
        compared(f"{what}, lag of the event loop", name, "ms", max(lags.late) * 1000, max(floor_lags.late) * 1000),
        single(f"{what}, collecting garbage at most", name, "ms", garbage.longest * 1000),
    ]


def _check(progress: Progress, size: int) -> None:
    if progress.points != SENSORS * size or progress.failed:
        raise WrongCount(f"{progress.points} of {SENSORS * size} stored values were imported")


def _import_hours(hass: HomeAssistant, entity_id: str, start: float, count: int) -> None:
    """Import `count` hours of one sensor."""
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class=None,
        unit_of_measurement="°C",
    )
    first = start // 3600 * 3600
    hours = [
        StatisticData(start=dt_util.utc_from_timestamp(first + number * 3600), mean=20.0, min=15.0, max=25.0)
        for number in range(count)
    ]
    async_import_statistics(hass, metadata, hours)


class _Stored:
    """The stored values of a device, one per minute."""

    def __init__(self, start: float, count: int) -> None:
        """Initialize with the time of the first value, in seconds since 1970, and the number of values."""
        values = random.Random(0)
        self._start = start
        self._values = [round(values.uniform(15, 25), 1) for _ in range(count)]

    async def fetch(self, after: float, until: float, limit: int) -> list[Point]:
        """Return a page, see `Series`."""
        first = max(0, int((after - self._start) // MINUTE) + 1)
        numbers = range(first, min(first + limit, len(self._values)))
        return [
            Point(moment, self._values[number])
            for number in numbers
            if after < (moment := self._start + number * MINUTE) <= until
        ]


@asynccontextmanager
async def _recorder(hass: HomeAssistant) -> AsyncGenerator[None]:
    """Set up the recorder with a database file, like the default of Home Assistant."""
    recorder.async_initialize_recorder(hass)
    url = f"sqlite:///{hass.config.path('bench.db')}"
    if not await async_setup_component(hass, "recorder", {"recorder": {"db_url": url}}):
        raise RuntimeError("the recorder was not set up")
    await recorder.get_instance(hass).async_recorder_ready.wait()
    yield
