"""Keyed state: a flat dict of values, with subscribers for its keys.

`apply` compares and stores values, and calls only the subscribers of changed keys. So the cost of a message depends on
what has changed, not on the number of entities.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
import logging
from typing import Any

# The least time between two updates of a measurement, which also limits the rows of the recorder.
THROTTLE_SECONDS = 0.1

type Update = Callable[[], None]
type Unsubscribe = Callable[[], None]

_MISSING: Any = object()


@dataclass(slots=True)
class _Subscribers:
    """The subscribers of a key: `immediate` for every change, `throttled` at most once per THROTTLE_SECONDS.

    `pending` is the timer of the next throttled call.
    """

    immediate: tuple[Update, ...] = ()
    throttled: tuple[Update, ...] = ()
    next_due: float = 0.0
    pending: asyncio.TimerHandle | None = None


class KeyedState[K: Hashable, V]:
    """Values by their keys, with subscribers, and events. It needs no Home Assistant."""

    data: dict[K, V]
    logger: logging.Logger
    name: str

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.data = {}
        self._loop = loop
        self._subscribers: dict[K, _Subscribers] = {}
        self._event_listeners: dict[Hashable, tuple[Callable[[Any], None], ...]] = {}
        self._is_throttle_stopped = False

    # Values -------------------------------------------------------------------------------------

    def apply(self, changes: Mapping[K, V]) -> None:
        """Store the changed values, and call the subscribers of their keys, each once."""
        data, subscribers = self.data, self._subscribers
        due: list[Update] = []
        appeared = False
        for key, value in changes.items():
            known = data.get(key, _MISSING)
            if known == value:
                continue
            data[key] = value
            appeared = appeared or known is _MISSING
            if (found := subscribers.get(key)) is not None:
                due += found.immediate
                if found.throttled and self._is_due(found):
                    due += found.throttled
        for update in dict.fromkeys(due):
            self._notify(update)
        if appeared:
            self._keys_appeared()

    def forget(self, keys: Iterable[K]) -> None:
        """Remove keys, and call their subscribers."""
        gone = [key for key in keys if key in self.data]
        for key in gone:
            del self.data[key]
        for update in self._subscribers_of(gone):
            self._notify(update)

    def _replace(self, full: Mapping[K, V]) -> dict[Update, None]:
        """Replace all values; return the subscribers of changed and removed keys, each once."""
        changed = [key for key, value in full.items() if self.data.get(key, _MISSING) != value]
        changed += [key for key in self.data if key not in full]
        self.data.clear()
        self.data.update(full)
        return self._subscribers_of(changed)

    def _keys_appeared(self) -> None:
        """Handle new keys, for instance add entities."""

    # Subscribers --------------------------------------------------------------------------------

    def subscribe(self, keys: Iterable[K], update: Update, *, measurement: bool = False) -> Unsubscribe:
        """Call `update` when one of the keys changes; return a function that unsubscribes.

        With `measurement`, the first change is passed on at once, and then the latest value at most ten times a second.
        Otherwise every change is passed on.
        """
        keys = tuple(keys)
        for key in keys:
            found = self._subscribers.setdefault(key, _Subscribers())
            if measurement:
                found.throttled = (*found.throttled, update)
            else:
                found.immediate = (*found.immediate, update)
        return lambda: self._unsubscribe(keys, update, measurement=measurement)

    def _unsubscribe(self, keys: Iterable[K], update: Update, *, measurement: bool) -> None:
        for key in keys:
            if (found := self._subscribers.get(key)) is None:
                continue
            if measurement:
                found.throttled = _without(found.throttled, update)
            else:
                found.immediate = _without(found.immediate, update)
            if not found.immediate and not found.throttled:
                del self._subscribers[key]
                if found.pending is not None:
                    found.pending.cancel()

    def _subscribers_of(self, keys: Iterable[K]) -> dict[Update, None]:
        due: dict[Update, None] = {}
        for key in keys:
            if (found := self._subscribers.get(key)) is not None:
                due.update(dict.fromkeys(found.immediate + found.throttled))
        return due

    def _notify(self, update: Update) -> None:
        """Call a subscriber, and log an exception."""
        try:
            update()
        except Exception:
            self.logger.exception("%s: a state could not be written", self.name)

    # Measurements -------------------------------------------------------------------------------

    def _is_due(self, subscribers: _Subscribers) -> bool:
        """Return True if throttled subscribers may be called now, otherwise schedule their call."""
        if subscribers.pending is not None:
            return False
        if (now := self._loop.time()) >= subscribers.next_due:
            subscribers.next_due = now + THROTTLE_SECONDS
            return True
        if not self._is_throttle_stopped:
            subscribers.pending = self._loop.call_at(subscribers.next_due, self._pass_on, subscribers)
        return False

    def _pass_on(self, subscribers: _Subscribers) -> None:
        subscribers.pending = None
        subscribers.next_due = self._loop.time() + THROTTLE_SECONDS
        for update in subscribers.throttled:
            self._notify(update)

    def _stop_throttle(self) -> None:
        """Cancel the scheduled calls, and schedule no others."""
        self._is_throttle_stopped = True
        for subscribers in self._subscribers.values():
            if subscribers.pending is not None:
                subscribers.pending.cancel()
                subscribers.pending = None

    # Events -------------------------------------------------------------------------------------

    def fire(self, key: Hashable, payload: Any) -> None:
        """Call the listeners of an event; events are neither compared nor throttled."""
        for listener in self._event_listeners.get(key, ()):
            listener(payload)

    def subscribe_event(self, key: Hashable, listener: Callable[[Any], None]) -> Unsubscribe:
        """Call `listener` with the payload of each event of this key; return a function that unsubscribes."""
        self._event_listeners[key] = (*self._event_listeners.get(key, ()), listener)
        return lambda: self._unsubscribe_event(key, listener)

    def has_listeners(self, key: Hashable) -> bool:
        """Return True if the events of this key have a listener."""
        return key in self._event_listeners

    def _unsubscribe_event(self, key: Hashable, listener: Callable[[Any], None]) -> None:
        if left := _without(self._event_listeners.get(key, ()), listener):
            self._event_listeners[key] = left
        else:
            self._event_listeners.pop(key, None)


def _without[L](listeners: tuple[L, ...], listener: L) -> tuple[L, ...]:
    return tuple(other for other in listeners if other != listener)
