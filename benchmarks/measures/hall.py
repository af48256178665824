"""A hall of 200 control units in one Home Assistant, each ticking once a second: one changed key each.

Floor: the same sockets' messages received and decoded, in turn with ours.
"""

import asyncio
from itertools import pairwise
import time
from typing import Any

import aiohttp
from homeassistant.config_entries import ConfigEntry, ConfigEntryState

from ..clocks import Stopwatch
from ..results import Result, WrongCount, compared, single
from ..session import Session, Writes, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a hall of so many units; `size` is their number."""
    seconds, runs = (2, 1) if quick else (4, 5)
    async with session(name, size, load=False) as one:
        entries, loading = await _load(one)
        ours = (await one.feeder("sockets"))["open"]
        floors = [
            await one.vendor.connect(one.client, one.feeder.ports, unit)  # type: ignore[call-arg]  # units have names
            for unit in one.feeder.ports
        ]
        bare = [number for number in (await one.feeder("sockets"))["open"] if number not in ours]
        pairs, late = [], []
        await _tick(one, ours, 1)
        for _ in range(runs):
            with Writes(one) as writes:
                await _tick(one, ours, seconds)
            late.append(_latest(one, writes, seconds))
            mine = await _tick(one, ours, seconds)
            readers = [asyncio.create_task(_receive(websocket, one, seconds)) for websocket in floors]
            pairs.append((mine, await _tick(one, bare, seconds)))
            await asyncio.gather(*readers)
        lost = [entry for entry in entries if entry.state is not ConfigEntryState.LOADED]
        if lost or not all(entry.runtime_data.last_update_success for entry in entries):
            raise WrongCount(f"{len(lost)} of {size} units are not loaded")
        for websocket in floors:
            await websocket.close()
    return [
        compared(f"a hall of {size} units, a tick a second each", name, "CPU ms per second", pairs, most=2),
        single("latest state in the hall", name, "s late", late, below=1),
        single(f"setting up {size} units", name, "s", [loading]),
    ]


async def _load(one: Session) -> tuple[list[ConfigEntry[Any]], float]:
    start = time.perf_counter()
    entries = []
    for unit in one.feeder.ports:
        wanted = one.vendor.entry(one.feeder.ports, unit)  # type: ignore[call-arg]  # units have names
        entries.append(
            await one.house.add(one.vendor.domain, wanted.data, unique_id=wanted.unique_id, enable_all=False)
        )
    await one.house.settle()
    return entries, time.perf_counter() - start


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


async def _receive(websocket: aiohttp.ClientWebSocketResponse, one: Session, count: int) -> None:
    for _ in range(count):
        one.vendor.decode((await websocket.receive()).data)
