"""Waiting for what a real socket brings."""

import asyncio
from collections.abc import Callable
from typing import Any


async def eventually(
    holds: Callable[[], Any], seconds: float = 10.0, otherwise: Callable[[], str] = lambda: "it never held"
) -> None:
    """Wait until something holds. Fails with the text of `otherwise` when it does not in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while not holds():
        if loop.time() > until:
            raise AssertionError(otherwise())
        await asyncio.sleep(0.005)
