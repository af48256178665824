"""Many reloads of one entry, which must not leave tasks, sockets or listeners, and little memory."""

import asyncio
import gc
from pathlib import Path
import time

from homeassistant.config_entries import ConfigEntryState

from ..clocks import resident_bytes
from ..results import Result, WrongCount, single
from ..session import Session, session

RELOADS = 200
# Reloads before the measurement, which fill the caches.
WARM_UP = 30
# aiohttp keeps connections alive for a while.
KEPT_ALIVE_SECONDS = 20.0


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    async with session(name, size) as one:
        await reload(one, WARM_UP)
        grown = await count_left(one, 4 if quick else RELOADS)
    return [single(f"memory after {RELOADS} reloads", name, "MB more", grown)]


async def count_left(one: Session, reloads: int) -> float:
    """Reload and check that nothing is left; return the new memory in megabytes."""
    before, memory = await _left(one), resident_bytes()
    await reload(one, reloads)
    after, grown = await _left(one), (resident_bytes() - memory) / 1e6
    until = time.monotonic() + KEPT_ALIVE_SECONDS
    while more := [what for what, count in after.items() if count > before[what]]:
        if time.monotonic() > until:
            what = more[0]
            raise WrongCount(f"{one.name}: reloads leave {what} behind: {before[what]} became {after[what]}")
        after = await _left(one)
    return grown


async def reload(one: Session, times: int) -> None:
    """Reload the entry of the first unit. Raises RuntimeError if it cannot be loaded."""
    for _ in range(times):
        await one.hass.config_entries.async_reload(one.entry.entry_id)
        await one.hass.async_block_till_done()
        if one.entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"{one.name} did not load again: {one.entry.reason}")


async def _left(one: Session) -> dict[str, int]:
    """Return the numbers of tasks, sockets and listeners after a second."""
    await asyncio.sleep(1)
    gc.collect()
    links = await asyncio.to_thread(_open_files)
    return {
        "tasks": len(asyncio.all_tasks()),
        "sockets": sum(link.startswith("socket:") for link in links),
        "listeners": sum(one.hass.bus.async_listeners().values()),
    }


def _open_files() -> list[str]:
    links = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except OSError:
            continue
    return links
