"""A hall of up to 200 control units in one Home Assistant, with one changed key per second of each unit.

Floor: the same messages received and decoded on as many bare sockets, in turn with ours.
"""

import asyncio
from itertools import pairwise

import aiohttp
from homeassistant.config_entries import ConfigEntryState

from ..clocks import Stopwatch
from ..results import Result, WrongCount, compared, single
from ..session import Session, Writes, session

COUNTED_SECONDS = 3


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a hall with `size` units."""
    turns = 2 if quick else 6
    mine, floor, loading = Stopwatch(), Stopwatch(), Stopwatch()
    async with session(name, size, units=size, load=False) as one:
        with loading:
            for unit in one.units:
                # Only the entities that are enabled by default.
                await one.add(unit, enable_all=False)
        await one.home.settle()
        ours = (await one.feeder("sockets"))["open"]
        floors = await one.connect_floor(one.units)
        bare = [number for number in (await one.feeder("sockets"))["open"] if number not in ours]
        await _tick(one, ours, 1)
        with Writes(one) as writes:
            await _tick(one, ours, COUNTED_SECONDS)
        late = _latest(one, writes, COUNTED_SECONDS)
        readers = [asyncio.create_task(_receive(websocket, one, turns)) for websocket in floors]
        # A second each in turn, so that other programs disturb both.
        for _ in range(turns):
            with mine:
                await _tick(one, ours, 1)
            with floor:
                await _tick(one, bare, 1)
        await asyncio.gather(*readers)
        lost = [entry for entry in one.entries if entry.state is not ConfigEntryState.LOADED]
        if lost or not all(entry.runtime_data.last_update_success for entry in one.entries):
            raise WrongCount(f"{len(lost)} of {size} units are not loaded")
        for websocket in floors:
            await websocket.close()
    return [
        compared(
            f"a hall of {size} units, a tick a second each",
            name,
            "CPU ms per second",
            mine.cpu / turns * 1000,
            floor.cpu / turns * 1000,
        ),
        single(f"latest state in the hall ({size} units)", name, "s late", late),
        single(f"setting up the hall's {size} units", name, "s", loading.wall),
    ]


async def _tick(one: Session, sockets: list[int], seconds: int) -> None:
    """Send one change per second to every socket."""
    await one.feeder("spread", sockets=sockets, kind="tick", rounds=seconds)
    await asyncio.sleep(0.1)


def _latest(one: Session, writes: Writes, seconds: int) -> float:
    """Check that each tick was written; return the largest delay of a tick in seconds."""
    if len(writes.changed) != len(one.feeder.ports) or any(count != seconds for count in writes.changed.values()):
        raise WrongCount(
            f"{len(writes.changed)} of {len(one.feeder.ports)} units wrote, {sum(writes.changed.values())}"
        )
    gaps = [later - earlier - 1 for moments in writes.values.values() for (earlier, _), (later, _) in pairwise(moments)]
    return max(gaps)


async def _receive(websocket: aiohttp.ClientWebSocketResponse, one: Session, count: int) -> None:
    for _ in range(count):
        one.workload.decode((await websocket.receive()).data)
