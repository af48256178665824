"""Long work is done in slices, so that it does not block the event loop."""

import asyncio
from collections.abc import Iterator

import pytest

from common.client.slices import in_slices
from tests.turns import turns_during


def add_to(done: list[int], count: int) -> Iterator[None]:
    for number in range(count):
        done.append(number)
        yield


async def test_the_event_loop_has_a_turn_after_each_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    assert await turns_during(in_slices(add_to(done, 100))) <= 2
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", -1.0)
    assert await turns_during(in_slices(add_to(done, 100))) >= 100
    assert done == [*range(100), *range(100)]


async def test_work_with_a_shared_lock_has_one_slice_per_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", -1.0)
    lock, done = asyncio.Lock(), list[int]()
    works = [in_slices(add_to(done, 10), lock) for _ in range(5)]
    assert await turns_during(asyncio.gather(*works)) >= 50
    assert sorted(done) == sorted([*range(10)] * 5)
    # They take turns: none waits until another one is done.
    assert done[:5] == [0] * 5


async def test_cancelled_work_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", -1.0)
    done: list[int] = []
    work = asyncio.ensure_future(in_slices(add_to(done, 1000)))
    await asyncio.sleep(0)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert len(done) < 10
