"""A time limit for silence: it starts anew with everything heard.

A message costs one look at the clock; asyncio.timeout around every wait costs more than the rest
of reading a short message.
"""

import asyncio
from time import monotonic
from types import TracebackType
from typing import Self


class Silence:
    """`async with Silence(seconds) as silence:` raises TimeoutError once nothing was heard for that long.

    Whoever hears something sets `heard_at` to `monotonic()`.
    """

    def __init__(self, seconds: float) -> None:
        """Allow this much silence."""
        self._seconds = seconds
        self._limit = asyncio.timeout(None)
        self._loop = asyncio.get_running_loop()
        self.heard_at = 0.0

    async def __aenter__(self) -> Self:
        """Count from now."""
        await self._limit.__aenter__()
        self.heard_at = monotonic()
        self._timer = self._loop.call_later(self._seconds, self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop counting."""
        self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _look(self) -> None:
        """End the wait, or look again when the silence would be long enough."""
        left = self.heard_at + self._seconds - monotonic()
        if left <= 0:
            self._limit.reschedule(self._loop.time())
        else:
            self._timer = self._loop.call_later(left, self._look)
