"""Counting of the turns of the event loop."""

import asyncio
from collections.abc import Awaitable


async def turns_during(work: Awaitable[object]) -> int:
    """Return how many turns other tasks had during some work."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await asyncio.sleep(0)
    turns = 0
    await work
    counting.cancel()
    await asyncio.gather(counting, return_exceptions=True)
    return turns
