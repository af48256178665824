"""Waiting for the effects of a message on a real socket."""

import asyncio
from collections.abc import Callable
from typing import Any


async def eventually(
    holds: Callable[[], Any], seconds: float = 10.0, otherwise: Callable[[], str] = lambda: "it never held"
) -> None:
    """Wait until `holds` returns a true value. Fails with the text of `otherwise` after some seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while not holds():
        if loop.time() > until:
            raise AssertionError(otherwise())
        await asyncio.sleep(0.005)
