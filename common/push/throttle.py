"""Floods do not reach the recorder: measurements are written at once, then at most ten times a second."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from time import monotonic

INTERVAL = 0.1
# When a key is free again whose listeners are to be called anyway.
WAITING = float("inf")

type Update = Callable[[], None]


class Listeners:
    """Who is told of one key: `always` of every change, `sometimes` of a number that drifts.

    A change at `free_at` (of `monotonic`) or later is told to the latter at once; one before that waits.
    """

    __slots__ = ("always", "free_at", "sometimes")

    def __init__(self) -> None:
        """Start with nobody."""
        self.always: tuple[Update, ...] = ()
        self.sometimes: tuple[Update, ...] = ()
        self.free_at = 0.0


class Throttle:
    """Holds changes of keys that drift.

    Per key: the first change passes at once, and whoever lets it pass sets `free_at` an interval
    later; changes before that are held for the rest of the interval, and then the listeners are
    called once and read the latest value.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, notify: Callable[[Update], None]) -> None:
        """Take what calls one listener."""
        self._loop = loop
        self._notify = notify
        # A heap, by when they are due: the id only decides between equal times.
        self._waiting: list[tuple[float, int, Listeners]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def hold(self, listeners: Listeners) -> None:
        """Have listeners that are not `WAITING` called when their key is free."""
        if self._is_stopped:
            return
        due_at, listeners.free_at = listeners.free_at, WAITING
        heappush(self._waiting, (due_at, id(listeners), listeners))
        if self._waiting[0][2] is listeners:
            self._set_timer(due_at - monotonic())

    def stop(self) -> None:
        """Drop what waits; from now on nobody waits."""
        self._is_stopped = True
        for due_at, _, listeners in self._waiting:
            listeners.free_at = due_at
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self, seconds: float) -> None:
        """Look after so many seconds who is free, and not at any other time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._flush)

    def _flush(self) -> None:
        """Call the listeners of every key whose interval is over."""
        self._timer = None
        waiting, now = self._waiting, monotonic()
        updates: dict[Update, None] = {}
        while waiting and waiting[0][0] <= now:
            _, _, listeners = heappop(waiting)
            listeners.free_at = now + INTERVAL
            updates.update(dict.fromkeys(listeners.sometimes))
        if waiting:
            self._set_timer(waiting[0][0] - now)
        for update in updates:
            self._notify(update)
