"""The import of stored history into long-term statistics."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.pimatic.common.history import statistics as history
from custom_components.pimatic.common.history.run import MOST_NAMED
from custom_components.pimatic.common.history.statistics import Checkpoint, HourlyAggregator, Point, Progress
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

from .conftest import ENTRY_ID

HOUR_MS = 3600 * 1000
STEP_MS = 300 * 1000


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_PAUSE_SECONDS", 0.0)


def start_of_hour() -> int:
    """Return the start of an hour, a week ago, in milliseconds."""
    return int(time.time() // 3600 - 24 * 7) * HOUR_MS


async def rows(hass: HomeAssistant, entity_id: str) -> list[Any]:
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass, dt_util.utc_from_timestamp(0), None, {entity_id}, "hour", None, {"mean", "min", "max", "state", "sum"}
        )
    )
    return list(found.get(entity_id, []))


async def run(hass: HomeAssistant, *entity_ids: str) -> dict[str, Any]:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    result: Any = await hass.services.async_call(
        DOMAIN,
        "import_history",
        {"device_id": server.id, "entity_id": list(entity_ids)},
        blocking=True,
        return_response=True,
    )
    return dict(result)


async def test_a_week_is_imported_as_hours_and_only_once(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    start = start_of_hour()
    count = 24 * 7 * 12
    simulator.command(
        "fill_history", device="dummy-temperature", attribute="temperature", start=start, step=STEP_MS, count=count
    )
    progress = async_capture_events(hass, "pimatic_history_import")
    sensor = entity_of("sensor", "dummy-temperature_temperature")
    done = await run(hass, sensor)
    assert done == {"sensors": 1, "points": count, "hours": 24 * 7, "failed": []}
    first = await rows(hass, sensor)
    assert len(first) == 24 * 7
    stored = simulator.house.stored["dummy-temperature", "temperature"]
    for row in first:
        inside = [one["value"] for one in stored if row["start"] * 1000 <= one["time"] < row["start"] * 1000 + HOUR_MS]
        assert row["mean"] == pytest.approx(sum(inside) / len(inside), abs=0.01)
        assert (row["min"], row["max"]) == (min(inside), max(inside))
    pages = simulator.record.of("call", action="querySingleDeviceAttributeEvents")
    assert len(pages) == 3
    assert all(page["params"]["criteria"]["limit"] == history.PAGE_POINTS for page in pages)
    assert [event.data["state"] for event in progress][-1] == "done"

    assert (await run(hass, sensor))["hours"] == 0
    assert await rows(hass, sensor) == first
    # A run without the checkpoints of the first one adds nothing either.
    await Store(hass, 1, f"{DOMAIN}.{ENTRY_ID}.history").async_remove()
    assert (await run(hass, sensor))["hours"] == 0
    assert await rows(hass, sensor) == first


async def test_an_interrupted_import_continues_where_it_stopped(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "PAGE_POINTS", 100)
    monkeypatch.setattr(history.HistoryImport.__init__, "__kwdefaults__", {"pause": 0.2})
    start, count = start_of_hour(), 24 * 7 * 12
    simulator.command(
        "fill_history", device="dummy-temperature", attribute="temperature", start=start, step=STEP_MS, count=count
    )
    sensor = entity_of("sensor", "dummy-temperature_temperature")
    importer = loaded.runtime_data.history
    importing = importer.start([sensor])
    with pytest.raises(HomeAssistantError, match="already"):
        importer.start()
    await eventually(lambda: len(simulator.record.of("call", action="querySingleDeviceAttributeEvents")) > 3, 20)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert importing.done()
    before = len(await rows(hass, sensor))
    assert 0 < before < 24 * 7
    simulator.record.clear()
    assert await hass.config_entries.async_setup(loaded.entry_id)
    done = await run(hass, sensor)
    assert done["hours"] == 24 * 7 - before
    assert done["points"] < count
    assert len(await rows(hass, sensor)) == 24 * 7


@pytest.mark.parametrize("kept", [{"position": time.time() + 365 * 86400}, {"of_tomorrow": 1}], ids=["ahead", "form"])
async def test_a_checkpoint_in_the_future_skips_no_hours(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_storage: dict[str, Any],
    kept: dict[str, Any],
) -> None:
    """The clock was ahead during the last import. Checkpoints of another version skip no hours either."""
    simulator.command(
        "fill_history",
        device="dummy-temperature",
        attribute="temperature",
        start=start_of_hour(),
        step=STEP_MS,
        count=24,
    )
    sensor = entity_of("sensor", "dummy-temperature_temperature")
    assert (await run(hass, sensor))["hours"] == 2 + 24, "the last value is valid for a day"
    key = f"{DOMAIN}.{ENTRY_ID}.history"
    [series] = hass_storage[key]["data"]
    hass_storage[key]["data"][series] |= kept
    simulator.command(
        "fill_history",
        device="dummy-temperature",
        attribute="temperature",
        start=start_of_hour() + 96 * HOUR_MS,
        step=STEP_MS,
        count=24,
    )
    assert (await run(hass, sensor))["hours"] > 0
    await hass.config_entries.async_remove(ENTRY_ID)
    assert key not in hass_storage


async def test_an_import_does_not_replace_recorded_hours(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    start = start_of_hour()
    sensor = entity_of("sensor", "dummy-temperature_temperature")
    own = dt_util.utc_from_timestamp(start / 1000) + timedelta(hours=5)
    async_import_statistics(
        hass,
        StatisticMetaData(
            mean_type=StatisticMeanType.ARITHMETIC,
            has_sum=False,
            name=None,
            source="recorder",
            statistic_id=sensor,
            unit_class="temperature",
            unit_of_measurement="°F",
        ),
        [{"start": own, "mean": 99.0, "min": 98.0, "max": 100.0}],
    )
    simulator.command(
        "fill_history", device="dummy-temperature", attribute="temperature", start=start, step=STEP_MS, count=240
    )
    await run(hass, sensor)
    found = {row["start"]: row for row in await rows(hass, sensor)}
    assert found[own.timestamp()]["mean"] == pytest.approx((99.0 - 32) / 1.8)
    # Statistics in Fahrenheit stay in Fahrenheit, and are shown in the unit of the sensor.
    assert found[start / 1000]["mean"] == pytest.approx(20, abs=3.5)


async def test_imported_sums_of_a_meter_continue_in_the_recorded_ones(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    start = start_of_hour()
    sensor = entity_of("sensor", "probe_energy")
    values = [10, 11, 13, 16, 0.5, 2]  # the meter was replaced
    simulator.house.stored["probe", "energy"] = [
        {"time": start + number * HOUR_MS, "value": value} for number, value in enumerate(values)
    ]
    own = dt_util.utc_from_timestamp(start / 1000) + timedelta(hours=8)
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
        name=None,
        source="recorder",
        statistic_id=sensor,
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    async_import_statistics(
        hass,
        metadata,
        [{"start": own, "state": 3.0, "sum": 0.0}, {"start": own + timedelta(hours=1), "state": 4.5, "sum": 1.5}],
    )
    await run(hass, sensor)
    sums = [row["sum"] for row in await rows(hass, sensor)]
    assert sums == pytest.approx([0, 1, 3, 6, 6.5, 8, 8, 8, 9, 10.5])
    await run(hass, sensor)
    assert [row["sum"] for row in await rows(hass, sensor)] == pytest.approx(sums)


async def test_an_import_without_the_recorder_is_refused(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    with pytest.raises(HomeAssistantError, match="recorder"):
        await run(hass)


async def test_a_lost_connection_raises_an_error_in_the_import(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    simulator.set_fault("mute_calls")
    importing = asyncio.create_task(run(hass))
    await simulator.record.wait_for("call")
    simulator.drop_connections()
    with pytest.raises(HomeAssistantError, match="interrupted"):
        await importing


async def test_an_attribute_that_the_server_refuses_is_skipped(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    simulator.house.devices.pop("probe")
    done = await run(hass)
    assert entity_of("sensor", "probe_power") in done["failed"]
    assert entity_of("sensor", "dummy-temperature_temperature") not in done["failed"]


async def test_the_progress_lists_only_some_of_many_failures(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    events = async_capture_events(hass, "pimatic_history_import")
    failed = [f"sensor.number_{number}" for number in range(10_000)]
    loaded.runtime_data.history._notify("done", Progress(10_000, failed=failed))
    await hass.async_block_till_done()
    assert events[-1].data["failed"] == failed[:MOST_NAMED]


async def test_an_unexpected_error_in_the_import_is_logged_and_raised(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("custom_components.pimatic.history_import.stored_series", broken)
    with pytest.raises(HomeAssistantError, match="failed"):
        await run(hass)
    assert "the history could not be imported" in caplog.text


def hours_of(points: list[tuple[float, float | None]], until: float) -> list[tuple[float, float, float, float]]:
    hours = HourlyAggregator(Checkpoint())
    found = [hour for when, value in points for hour in hours.add(Point(when, value))]
    found += hours.advance(until)
    return [(hour.start, hour.mean, hour.low, hour.high) for hour in found]


@pytest.mark.parametrize(
    ("points", "until", "expected"),
    [
        ([], 7200, []),
        ([(0, 10)], 3600, [(0, 10, 10, 10)]),
        ([(0, 10), (1800, 20)], 3600, [(0, 15, 10, 20)]),
        ([(900, 10), (2700, 20)], 3600, [(0, pytest.approx(13.333, abs=0.01), 10, 20)]),
        # A value is valid in the next hour, but not for a day without values.
        ([(0, 10)], 7200, [(0, 10, 10, 10), (3600, 10, 10, 10)]),
        (
            [(0, 10), (3 * 86400, 20)],
            3 * 86400 + 3600,
            [*((h * 3600, 10, 10, 10) for h in range(24)), (259200, 20, 20, 20)],
        ),
        # After an unknown value there are no rows.
        ([(0, 10), (1800, None)], 7200, [(0, 10, 10, 10)]),
        ([(0, 10), (1800, None), (5400, 30)], 7200, [(0, 10, 10, 10), (3600, 30, 30, 30)]),
        # The current hour is left out.
        ([(3600, 5)], 5000, []),
    ],
)
def test_readings_are_aggregated_to_hours(points: Any, until: float, expected: Any) -> None:
    assert hours_of(points, until) == expected
