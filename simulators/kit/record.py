"""What a simulator received, so that a test or a person can see it."""

import asyncio
from collections import deque
from typing import Any

KEPT = 5000


class Record:
    """The latest messages received, oldest first: dicts with `kind` and whatever belongs to it."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._arrived = asyncio.Event()

    def add(self, kind: str, **details: Any) -> None:
        """Note one message."""
        self._entries.append({"kind": kind, **details})
        self._arrived.set()

    def of(self, kind: str, **details: Any) -> list[dict[str, Any]]:
        """Return the messages of a kind whose details are the given ones."""
        return [
            entry
            for entry in self._entries
            if entry["kind"] == kind and all(entry.get(name) == value for name, value in details.items())
        ]

    def all(self) -> list[dict[str, Any]]:
        """Return every message noted."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget everything noted so far."""
        self._entries.clear()

    async def wait_for(self, kind: str, *, seconds: float = 5.0, **details: Any) -> dict[str, Any]:
        """Return the latest such message, waiting for it. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := self.of(kind, **details)):
                self._arrived.clear()
                await self._arrived.wait()
        return found[-1]
