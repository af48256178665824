"""The stored readings of a device that are imported: their order, and the memory and the time that they take."""

from datetime import UTC, datetime
import gc
import time
import tracemalloc
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.instathings import history_import
from custom_components.instathings.api.model import Page, Reading
from custom_components.instathings.common.history.statistics import Point
from custom_components.instathings.history_import import PER_PAGE, StoredReadings

PAGES = 200
PATHS = [f"value{number}" for number in range(5)]
READINGS = PAGES * PER_PAGE


class Client:
    """A client whose pages are newest first; the last one is not full."""

    def __init__(self) -> None:
        self.pages = 0

    async def data(self, device_id: str, *, page: int, **_: Any) -> Page:
        self.pages += 1
        newest = READINGS - (page - 1) * PER_PAGE
        count = PER_PAGE if page < PAGES else PER_PAGE - 1
        rows = tuple(
            Reading(device_id, float(newest - row), {path: float(newest - row) for path in PATHS}, False)
            for row in range(count)
        )
        return Page(rows, rows=count, total=READINGS)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> tuple[StoredReadings, Client]:
    monkeypatch.setattr(history_import, "PAUSE_SECONDS", 0.0)
    client, profile = Client(), SimpleNamespace(named=lambda values: values)
    coordinator: Any = SimpleNamespace(client=client, profiles={"thing": profile})
    readings = StoredReadings(coordinator)
    readings.paths["thing"] = PATHS
    return readings, client


async def test_a_long_history_takes_16_bytes_for_each_value_and_is_searched_quickly(
    stored: tuple[StoredReadings, Client],
) -> None:
    """The whole readings were kept, and all of them were looked at for each page of each sensor."""
    readings, client = stored
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    points = await readings.fetch("thing", PATHS[0], 0.0, 1e9, 1000)
    gc.collect()
    grew = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert points == [Point(float(number), float(number)) for number in range(2, 1002)]
    # The readings have 80 bytes for each value.
    assert grew < READINGS * len(PATHS) * 16 * 3
    began = time.thread_time()
    for path in PATHS:
        assert (await readings.fetch("thing", path, 15_000.0, 15_003.0, 1000))[-1].time == 15_003
    assert time.thread_time() - began < 0.02
    assert client.pages == PAGES


async def test_the_values_of_one_import_are_limited(
    stored: tuple[StoredReadings, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_import, "MAX_POINTS", 1000)
    readings, client = stored
    points = await readings.fetch("thing", PATHS[0], 0.0, 1e9, 1000)
    assert (len(points), client.pages) == (200, 2)
    assert points[-1].time == datetime.fromtimestamp(READINGS, UTC).timestamp()
