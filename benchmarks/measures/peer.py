"""One changed value, beside ESPHome: the time of ours from bytes to state, and of its from value to state, in turn."""

from collections.abc import Iterator
import itertools
from typing import Any

from harness.vendor import Entry

from ..clocks import Stopwatch
from ..results import CPU_US, Result, WrongCount, compared
from ..session import Writes, no_collection, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor at one size."""
    blocks, count = (2, 200) if quick else (20, 250)
    ours, peer = Stopwatch(), Stopwatch()
    async with session(name, size) as one:
        entry = await one.home.add(Entry(domain="core_path", title="Peer", data={"kind": "esphome", "entities": size}))
        data, values = entry.runtime_data, _changes(size)
        await one.write_each_once()
        with Writes(one) as writes:
            for value in itertools.islice(values, size):
                data.async_update_state(value)
        if writes.total != size:
            raise WrongCount(f"{size} values of ESPHome wrote {writes.total} states")
        async with no_collection():
            for _ in range(blocks):
                await one.prepare("change", count)
                with ours:
                    await one.until_marked()
                block = list(itertools.islice(values, count))
                with peer:
                    for value in block:
                        data.async_update_state(value)
    sent = blocks * count
    what = f"one changed value beside ESPHome's ({size} entities)"
    return [compared(what, name, CPU_US, ours.cpu / sent * 1e6, peer.cpu / sent * 1e6)]


def _changes(count: int) -> Iterator[Any]:
    """Change all of so many sensors in turn, for ever."""
    # It is there only where the bench runs in full.
    from aioesphomeapi import BinarySensorState

    for turn in itertools.count():
        for key in range(count):
            yield BinarySensorState(key=key, state=turn % 2 == 0)
