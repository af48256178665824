"""Measurements: the first change is written at once, then the latest value at most ten times a second."""

import asyncio
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from common.push.state import THROTTLE_SECONDS as INTERVAL
from tests.push.fake import DOMAIN, FakeCoordinator, FakeDevice, FakeIntegration
from tests.states import state_of

pytestmark = pytest.mark.timing(reason="counts the writes in tenths of a second")


class Meter:
    """A coordinator with a measurement, and the times and values at which its subscriber was called."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.loop = asyncio.get_running_loop()
        self.coordinator = FakeCoordinator(hass, MockConfigEntry(domain=DOMAIN), FakeDevice())
        self.calls: list[tuple[float, int]] = []
        self.unsubscribe: CALLBACK_TYPE = self.coordinator.subscribe(("key",), self.read, measurement=True)

    @property
    def value(self) -> int:
        """The value of the key."""
        value: int = self.coordinator.data["key"]
        return value

    def read(self) -> None:
        """Record a call."""
        self.calls.append((self.loop.time(), self.value))

    def change(self, value: int) -> None:
        """Apply a value."""
        self.coordinator.apply({"key": value})

    def values(self) -> list[int]:
        """Return the values at which the subscriber was called."""
        return [value for _, value in self.calls]


@pytest.fixture
async def meter(hass: HomeAssistant) -> Meter:
    """Return a meter without a value."""
    return Meter(hass)


async def test_many_changes_are_written_ten_times_a_second(meter: Meter) -> None:
    started = meter.loop.time()
    value = 0
    while meter.loop.time() - started < 0.55:
        value += 1
        meter.change(value)
        await asyncio.sleep(0.001)
    await asyncio.sleep(2 * INTERVAL)

    assert meter.calls[0][1] == 1, "the first change was not written at once"
    assert meter.calls[0][0] - started < 0.02
    assert meter.calls[-1][1] == value, "the latest value was not written"
    assert len(meter.calls) <= 7
    gaps = [later - earlier for (earlier, _), (later, _) in zip(meter.calls, meter.calls[1:], strict=False)]
    assert min(gaps) >= INTERVAL - 0.005
    await meter.coordinator.async_stop()


async def test_a_change_after_the_interval_is_written_at_once(meter: Meter) -> None:
    meter.change(1)
    await asyncio.sleep(1.5 * INTERVAL)
    meter.change(2)
    assert meter.values() == [1, 2]


async def test_a_throttled_write_starts_the_interval_again(meter: Meter) -> None:
    meter.change(1)
    meter.change(2)
    await asyncio.sleep(1.2 * INTERVAL)
    meter.change(3)
    assert meter.values() == [1, 2]
    await asyncio.sleep(1.2 * INTERVAL)
    assert meter.values() == [1, 2, 3]


async def test_each_key_has_its_own_interval(meter: Meter) -> None:
    others: list[str] = []
    meter.coordinator.subscribe(("other",), lambda: others.append("called"), measurement=True)
    meter.change(1)
    meter.coordinator.apply({"other": 1})
    assert others == ["called"]


async def test_a_key_is_written_when_its_own_interval_ends(meter: Meter) -> None:
    """The interval of a key that becomes pending later can end earlier."""
    coordinator = meter.coordinator
    coordinator.subscribe(("other",), lambda: None, measurement=True)
    started = meter.loop.time()
    meter.change(1)
    await asyncio.sleep(0.7 * INTERVAL)
    coordinator.apply({"other": 1})
    coordinator.apply({"other": 2})
    meter.change(2)
    await asyncio.sleep(1.5 * INTERVAL)
    assert meter.values() == [1, 2]
    assert meter.calls[1][0] - started < 1.4 * INTERVAL


async def test_all_pending_keys_are_written(meter: Meter) -> None:
    called: list[str] = []
    keys = [f"key {number}" for number in range(5)]
    for key in keys:
        meter.coordinator.subscribe((key,), partial(called.append, key), measurement=True)
    for turn in range(2):
        for key in keys:
            meter.coordinator.apply({key: turn})
        await asyncio.sleep(0.01)
    assert len(called) == 5
    await asyncio.sleep(1.5 * INTERVAL)
    assert sorted(called) == sorted(keys * 2)


async def test_an_unsubscribed_function_is_not_called(meter: Meter) -> None:
    meter.change(1)
    meter.change(2)
    meter.unsubscribe()
    await asyncio.sleep(1.5 * INTERVAL)
    assert meter.values() == [1]
    meter.change(3)
    assert len(meter.calls) == 1
    await meter.coordinator.async_stop()


async def test_the_other_subscriber_is_called_when_one_unsubscribes(meter: Meter) -> None:
    other: list[int] = []
    meter.coordinator.subscribe(("key",), lambda: other.append(meter.value), measurement=True)
    meter.change(1)
    meter.change(2)
    meter.unsubscribe()
    await asyncio.sleep(1.5 * INTERVAL)
    assert other == [1, 2]
    assert meter.values() == [1]
    await meter.coordinator.async_stop()


async def test_a_pending_write_is_dropped_by_the_stop(meter: Meter) -> None:
    meter.change(1)
    meter.change(2)
    await meter.coordinator.async_stop()
    meter.change(3)
    await asyncio.sleep(1.5 * INTERVAL)
    assert meter.values() == [1]


async def test_no_write_is_pending_after_the_stop(meter: Meter) -> None:
    meter.change(1)
    await meter.coordinator.async_stop()
    meter.change(2)
    await asyncio.sleep(1.5 * INTERVAL)
    assert meter.values() == [1]


@pytest.mark.parametrize("count", [2, 50])
async def test_many_changes_at_once_write_the_state_twice(
    hass: HomeAssistant, fake: FakeIntegration, count: int
) -> None:
    await fake.set_up()
    sensor = fake.coordinator.added["pressure"]
    sensor.writes = 0
    for number in range(count):
        fake.coordinator.apply({"pressure": 10 + number})
    assert sensor.writes == 1
    await asyncio.sleep(1.5 * INTERVAL)
    assert sensor.writes == 2
    assert state_of(hass, "sensor.pressure").state == str(9 + count)
