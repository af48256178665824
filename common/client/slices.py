"""Long work in slices, so that the event loop is never held up."""

import asyncio
from collections.abc import Iterable

# Long enough to be worth a turn of the event loop, short enough that nothing else is late.
SLICE_SECONDS = 0.005


async def in_slices(steps: Iterable[object]) -> None:
    """Go through the steps of some work; the event loop gets a turn after each slice of time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SLICE_SECONDS
    for _ in steps:
        if loop.time() > until:
            await asyncio.sleep(0)
            until = loop.time() + SLICE_SECONDS
