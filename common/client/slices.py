"""Long work in slices, so that the event loop is never held up."""

import asyncio
from collections.abc import Iterable

# Long enough to be worth a turn of the event loop, short enough that nothing else is late.
SLICE_SECONDS = 0.005


async def in_slices(steps: Iterable[object], lock: asyncio.Lock | None = None) -> None:
    """Go through the steps of some work; the event loop gets a turn after each slice of time.

    Of all that share a lock, one has its slice in a turn: hundreds of devices may come back in the same moment.
    """
    lock = lock or asyncio.Lock()
    clock, left = asyncio.get_running_loop().time, iter(steps)
    is_more = True
    while is_more:
        async with lock:
            until = clock() + SLICE_SECONDS
            is_more = any(clock() > until for _ in left)
            await asyncio.sleep(0)
