"""Floods do not reach the recorder: measurements are written at once, then at most ten times a second."""

import asyncio
from collections.abc import Callable, Hashable
from time import monotonic

INTERVAL = 0.1


class Throttle[K: Hashable]:
    """Listeners of keys that drift.

    Per key: the first change passes at once, later ones wait for the rest of the interval, and
    then the listeners are called once and read the latest value.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, notify: Callable[[Callable[[], None]], None]) -> None:
        """Take what calls one listener."""
        self._loop = loop
        self._notify = notify
        # The listeners of each key; to look at only.
        self.listened: dict[K, tuple[Callable[[], None], ...]] = {}
        self._free_at: dict[K, float] = {}
        self._waiting: set[K] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, key: K, update: Callable[[], None]) -> None:
        """Call this listener when the key changes, at most once an interval."""
        self.listened[key] = (*self.listened.get(key, ()), update)

    def remove(self, key: K, update: Callable[[], None]) -> None:
        """Forget this listener of the key, and the key with its last listener."""
        left = tuple(other for other in self.listened.get(key, ()) if other != update)
        if left:
            self.listened[key] = left
            return
        self.listened.pop(key, None)
        self._free_at.pop(key, None)
        self._waiting.discard(key)

    def listeners(self, key: K) -> tuple[Callable[[], None], ...]:
        """Return all listeners of a key."""
        return self.listened.get(key, ())

    def admit(self, key: K) -> tuple[Callable[[], None], ...]:
        """Return the listeners to call now for a change of this key; none when they have to wait."""
        listeners = self.listened.get(key)
        if listeners is None or key in self._waiting:
            return ()
        now = monotonic()
        if now >= self._free_at.get(key, 0.0):
            self._free_at[key] = now + INTERVAL
            return listeners
        self._waiting.add(key)
        if self._timer is None:
            self._timer = self._loop.call_later(self._free_at[key] - now, self._flush)
        return ()

    def stop(self) -> None:
        """Drop what waits and forget the listeners; nothing is called afterwards."""
        self.listened.clear()
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush(self) -> None:
        """Call the listeners of every key whose interval is over."""
        self._timer = None
        now = monotonic()
        due = [key for key in self._waiting if self._free_at[key] <= now]
        updates: dict[Callable[[], None], None] = {}
        for key in due:
            self._waiting.discard(key)
            self._free_at[key] = now + INTERVAL
            updates.update(dict.fromkeys(self.listened[key]))
        if self._waiting:
            self._timer = self._loop.call_later(min(self._free_at[key] for key in self._waiting) - now, self._flush)
        for update in updates:
            self._notify(update)
