"""Long work in slices, so that the event loop is not blocked."""

import asyncio
from collections.abc import Iterable

# The time of one slice.
SLICE_SECONDS = 0.005


async def in_slices(steps: Iterable[object], lock: asyncio.Lock | None = None) -> None:
    """Iterate over the steps of some work, and yield to the event loop after each slice.

    Of all work with the same lock, only one slice is done between two turns of the event loop: hundreds of devices may
    reconnect at the same time.
    """
    lock = lock or asyncio.Lock()
    clock, left = asyncio.get_running_loop().time, iter(steps)
    is_more = True
    while is_more:
        async with lock:
            until = clock() + SLICE_SECONDS
            is_more = any(clock() > until for _ in left)
            await asyncio.sleep(0)
