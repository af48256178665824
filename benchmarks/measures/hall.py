"""A hall of 200 control units in one Home Assistant, each ticking once a second: one changed key each.

Floor: the same sockets' messages received and decoded, in turn with ours.
"""

import asyncio
from itertools import pairwise
import time

import aiohttp
from homeassistant.config_entries import ConfigEntryState

from ..clocks import Stopwatch
from ..results import Result, WrongCount, compared, single
from ..session import Session, Writes, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a hall of so many units; `size` is their number."""
    seconds, runs = (2, 1) if quick else (3, 5)
    async with session(name, size, units=size, load=False) as one:
        batches = [one.units[start::5] for start in range(5)]
        loading = [await _load(one, batch) for batch in batches]
        await one.house.settle()
        ours = (await one.feeder("sockets"))["open"]
        floors = await one.connect_floor(one.units)
        bare = [number for number in (await one.feeder("sockets"))["open"] if number not in ours]
        pairs, late = [], []
        await _tick(one, ours, 1)
        for _ in range(runs):
            with Writes(one) as writes:
                await _tick(one, ours, seconds)
            late.append(_latest(one, writes, seconds))
            mine = floor = 0.0
            # A second each in turn: what else the machine does falls on both.
            for _ in range(seconds):
                mine += await _tick(one, ours, 1) / seconds
                readers = [asyncio.create_task(_receive(websocket, one)) for websocket in floors]
                floor += await _tick(one, bare, 1) / seconds
                await asyncio.gather(*readers)
            pairs.append((mine, floor))
        lost = [entry for entry in one.entries if entry.state is not ConfigEntryState.LOADED]
        if lost or not all(entry.runtime_data.last_update_success for entry in one.entries):
            raise WrongCount(f"{len(lost)} of {size} units are not loaded")
        for websocket in floors:
            await websocket.close()
    return [
        compared(f"a hall of {size} units, a tick a second each", name, "CPU ms per second", pairs),
        single("latest state in the hall", name, "s late", late),
        single(f"setting up a fifth of the hall's {size} units", name, "s", loading),
    ]


async def _load(one: Session, units: range) -> float:
    """Set up units with the entities they have at first; return the seconds it took."""
    start = time.perf_counter()
    for unit in units:
        await one.add(unit, enable_all=False)
    return time.perf_counter() - start


async def _tick(one: Session, sockets: list[int], seconds: int) -> float:
    """Have every socket told one change a second; return CPU milliseconds per second."""
    watch = Stopwatch()
    with watch:
        await one.feeder("spread", sockets=sockets, kind="tick", rounds=seconds)
        await asyncio.sleep(0.1)
    return watch.cpu / seconds * 1000


def _latest(one: Session, writes: Writes, seconds: int) -> float:
    """Check that each unit's tick was written each second; return how much later than its second the latest was."""
    if len(writes.changed) != len(one.feeder.ports) or any(count != seconds for count in writes.changed.values()):
        raise WrongCount(
            f"{len(writes.changed)} of {len(one.feeder.ports)} units wrote, {sum(writes.changed.values())}"
        )
    gaps = [later - earlier - 1 for moments in writes.values.values() for (earlier, _), (later, _) in pairwise(moments)]
    return max(gaps)


async def _receive(websocket: aiohttp.ClientWebSocketResponse, one: Session) -> None:
    one.vendor.decode((await websocket.receive()).data)
