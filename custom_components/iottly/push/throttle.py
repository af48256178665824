"""Floods do not reach the recorder: measurements are written at once, then at most ten times a second."""

import asyncio
from collections.abc import Callable
from time import monotonic

INTERVAL = 0.1

type Update = Callable[[], None]


class Listeners:
    """Who is told of one key: `always` of every change, `sometimes` as the throttle lets a number that drifts."""

    __slots__ = ("always", "free_at", "sometimes", "waits")

    def __init__(self) -> None:
        """Start with nobody."""
        self.always: tuple[Update, ...] = ()
        self.sometimes: tuple[Update, ...] = ()
        self.free_at = 0.0
        self.waits = False


class Throttle:
    """Lets changes of keys that drift pass.

    Per key: the first change passes at once, later ones wait for the rest of the interval, and
    then the listeners are called once and read the latest value.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, notify: Callable[[Update], None]) -> None:
        """Take what calls one listener."""
        self._loop = loop
        self._notify = notify
        self._waiting: list[Listeners] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def admit(self, listeners: Listeners) -> tuple[Update, ...]:
        """Return the listeners to call now for a change of their key; none when they have to wait."""
        if listeners.waits:
            return ()
        now = monotonic()
        if now >= listeners.free_at:
            listeners.free_at = now + INTERVAL
            return listeners.sometimes
        if self._is_stopped:
            return ()
        listeners.waits = True
        self._waiting.append(listeners)
        if self._timer is None:
            self._timer = self._loop.call_later(listeners.free_at - now, self._flush)
        return ()

    def stop(self) -> None:
        """Drop what waits; from now on nobody waits."""
        self._is_stopped = True
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flush(self) -> None:
        """Call the listeners of every key whose interval is over."""
        self._timer = None
        now = monotonic()
        due = [listeners for listeners in self._waiting if listeners.free_at <= now]
        self._waiting = [listeners for listeners in self._waiting if listeners.free_at > now]
        updates: dict[Update, None] = {}
        for listeners in due:
            listeners.waits = False
            listeners.free_at = now + INTERVAL
            updates.update(dict.fromkeys(listeners.sometimes))
        if self._waiting:
            next_at = min(listeners.free_at for listeners in self._waiting)
            self._timer = self._loop.call_later(next_at - now, self._flush)
        for update in updates:
            self._notify(update)
