"""How often other work of the event loop gets its turn."""

import asyncio
from collections.abc import Awaitable


async def turns_during(work: Awaitable[object]) -> int:
    """Return how many turns the event loop had while some work was done."""
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
