"""The longest turn of the event loop at a reconnect, at which every entity is written twice.

Floor: the same number of `async_set` in one turn.
"""

import asyncio
import time

from ..clocks import LoopWatch
from ..results import Result, compared
from ..session import Session, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure at one size."""
    async with session(name, size) as one:
        longest, floor = await _reconnect(one), _floor(one)
    return [
        compared(f"longest turn of the event loop at a reconnect ({size} entities)", name, "CPU ms", longest, floor)
    ]


async def _reconnect(one: Session) -> float:
    coordinators = [entry.runtime_data for entry in one.entries]
    with LoopWatch() as watch:
        await one.feeder("drop")
        async with asyncio.timeout(30):
            while any(coordinator.last_update_success for coordinator in coordinators):
                await asyncio.sleep(0.01)
            while away := [coordinator for coordinator in coordinators if not coordinator.last_update_success]:
                for coordinator in away:
                    coordinator.connection.retry_now()
                await asyncio.sleep(0.01)
            await one.hass.async_block_till_done()
            await asyncio.sleep(0.2)
    return max(watch.cpu) * 1000


def _floor(one: Session) -> float:
    states = one.hass.states.async_all()[: one.size]
    start = time.thread_time()
    for state in states:
        one.hass.states.async_set(f"{state.entity_id}_floor", state.state, state.attributes, force_update=True)
    return (time.thread_time() - start) * 1000
