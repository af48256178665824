"""Measurements: written at once, then at most ten times a second, the latest value winning."""

import asyncio
from collections.abc import Callable
from functools import partial

from homeassistant.core import HomeAssistant
import pytest

from shared_push.throttle import INTERVAL, Listeners, Throttle
from tests.push.fake import FakeIntegration
from tests.states import state_of


def listeners(*sometimes: Callable[[], None]) -> Listeners:
    """Return a key that drifts."""
    key = Listeners()
    key.sometimes = sometimes
    return key


class Meter:
    """One key behind a throttle, and when its listener was called with what."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.throttle = Throttle(self.loop, lambda update: update())
        self.value = 0
        self.calls: list[tuple[float, int]] = []
        self.listeners = listeners(self.read)

    def read(self) -> None:
        """Be called."""
        self.calls.append((self.loop.time(), self.value))

    def change(self, value: int) -> None:
        """Change the key as the coordinator does."""
        self.value = value
        for update in self.throttle.admit(self.listeners):
            update()


async def test_a_flood_becomes_ten_writes_a_second() -> None:
    meter = Meter()
    started = meter.loop.time()
    value = 0
    while meter.loop.time() - started < 0.55:
        value += 1
        meter.change(value)
        await asyncio.sleep(0.001)
    await asyncio.sleep(2 * INTERVAL)

    assert meter.calls[0][1] == 1, "the first change passes at once"
    assert meter.calls[0][0] - started < 0.02
    assert meter.calls[-1][1] == value, "the latest value wins"
    assert len(meter.calls) <= 7
    gaps = [later - earlier for (earlier, _), (later, _) in zip(meter.calls, meter.calls[1:], strict=False)]
    assert min(gaps) >= INTERVAL - 0.005
    meter.throttle.stop()


async def test_a_change_after_the_interval_passes_at_once() -> None:
    meter = Meter()
    meter.change(1)
    await asyncio.sleep(1.5 * INTERVAL)
    meter.change(2)
    assert [value for _, value in meter.calls] == [1, 2]


async def test_keys_wait_for_themselves_only() -> None:
    meter = Meter()
    others: list[str] = []
    meter.change(1)
    for update in meter.throttle.admit(listeners(lambda: others.append("called"))):
        update()
    assert others == ["called"]


async def test_keys_that_wait_together_are_all_called() -> None:
    meter = Meter()
    called: list[str] = []
    keys = [listeners(partial(called.append, f"key {number}")) for number in range(5)]
    for _ in range(2):
        for key in keys:
            for update in meter.throttle.admit(key):
                update()
        await asyncio.sleep(0.01)
    assert len(called) == 5
    await asyncio.sleep(1.5 * INTERVAL)
    assert sorted(called) == sorted([f"key {number}" for number in range(5)] * 2)


async def test_removed_listeners_are_not_called() -> None:
    meter = Meter()
    meter.change(1)
    meter.change(2)
    meter.listeners.sometimes = ()
    await asyncio.sleep(1.5 * INTERVAL)
    assert [value for _, value in meter.calls] == [1]
    meter.change(3)
    assert len(meter.calls) == 1
    meter.throttle.stop()


async def test_one_of_two_listeners_removed_while_waiting() -> None:
    meter = Meter()
    other: list[int] = []
    meter.listeners.sometimes = (meter.read, lambda: other.append(meter.value))
    meter.change(1)
    meter.change(2)
    meter.listeners.sometimes = meter.listeners.sometimes[1:]
    await asyncio.sleep(1.5 * INTERVAL)
    assert other == [1, 2]
    assert [value for _, value in meter.calls] == [1]
    meter.throttle.stop()


async def test_nothing_is_called_after_the_stop() -> None:
    meter = Meter()
    meter.change(1)
    meter.change(2)
    meter.throttle.stop()
    meter.change(3)
    await asyncio.sleep(1.5 * INTERVAL)
    assert [value for _, value in meter.calls] == [1]


async def test_nobody_waits_after_the_stop() -> None:
    meter = Meter()
    meter.change(1)
    meter.throttle.stop()
    meter.change(2)
    await asyncio.sleep(1.5 * INTERVAL)
    assert [value for _, value in meter.calls] == [1]


@pytest.mark.parametrize("count", [2, 50])
async def test_a_flood_reaches_the_state_machine_as_two_writes(
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
