"""The messages that a simulator received, for tests and for the control port."""

import asyncio
from collections import deque
from typing import Any

KEPT = 5000


class Record:
    """The latest received messages, oldest first: dicts with `kind` and details that depend on it."""

    def __init__(self) -> None:
        """Initialize without messages."""
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._arrived = asyncio.Event()

    def add(self, kind: str, **details: Any) -> None:
        """Add a message."""
        self._entries.append({"kind": kind, **details})
        self._arrived.set()

    def of(self, kind: str, **details: Any) -> list[dict[str, Any]]:
        """Return the messages of a kind with the given details."""
        return [
            entry
            for entry in self._entries
            if entry["kind"] == kind and all(entry.get(name) == value for name, value in details.items())
        ]

    def all(self) -> list[dict[str, Any]]:
        """Return all messages."""
        return list(self._entries)

    def clear(self) -> None:
        """Remove all messages."""
        self._entries.clear()

    async def wait_for(self, kind: str, *, seconds: float = 5.0, **details: Any) -> dict[str, Any]:
        """Return the latest such message; wait for one if there is none. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := self.of(kind, **details)):
                self._arrived.clear()
                await self._arrived.wait()
        return found[-1]
