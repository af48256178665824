"""Keyed state: a message costs what changed, not what exists.

State is one flat dict, key to value. Subscribers name the keys they read; `apply` compares, stores and
calls only the subscribers of keys that changed.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
import logging
from typing import Any

# A measurement that drifts is passed on at most this often, so that floods do not reach the recorder.
THROTTLE_SECONDS = 0.1

type Update = Callable[[], None]
type Unsubscribe = Callable[[], None]

_MISSING: Any = object()


@dataclass(slots=True)
class _Subscribers:
    """Who is called for one key: `immediate` for every change, `throttled` at most once per THROTTLE_SECONDS.

    `pending` is the timer of a throttled call to come; it reads the value that is the latest then.
    """

    immediate: tuple[Update, ...] = ()
    throttled: tuple[Update, ...] = ()
    next_due: float = 0.0
    pending: asyncio.TimerHandle | None = None


class KeyedState[K: Hashable, V]:
    """Values by their keys, and who is called when they change. It imports no Home Assistant."""

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
        """Store what changed and call the subscribers of these keys, each once."""
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
        """Remove keys that no longer exist and call their subscribers."""
        gone = [key for key in keys if key in self.data]
        for key in gone:
            del self.data[key]
        for update in self._subscribers_of(gone):
            self._notify(update)

    def _replace(self, full: Mapping[K, V]) -> dict[Update, None]:
        """Make a full state the only one; return whom that concerns, each once."""
        changed = [key for key, value in full.items() if self.data.get(key, _MISSING) != value]
        changed += [key for key in self.data if key not in full]
        self.data.clear()
        self.data.update(full)
        return self._subscribers_of(changed)

    def _keys_appeared(self) -> None:
        """React to keys that were not there before (for instance: which entities there are)."""

    # Subscribers --------------------------------------------------------------------------------

    def subscribe(self, keys: Iterable[K], update: Update, *, measurement: bool = False) -> Unsubscribe:
        """Call `update` when one of the keys changes; return what ends it.

        A measurement (a number that drifts) is passed on at once and then at most ten times a second,
        the latest value winning. Every other change is passed on, in order.
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
        """Call one subscriber; if it fails that is logged, and the others are called all the same."""
        try:
            update()
        except Exception:
            self.logger.exception("%s: a state could not be written", self.name)

    # Measurements -------------------------------------------------------------------------------

    def _is_due(self, subscribers: _Subscribers) -> bool:
        """Return True if a measurement may be passed on now; otherwise see to it that it is later."""
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
        """Pass on no pending measurement, now or later."""
        self._is_throttle_stopped = True
        for subscribers in self._subscribers.values():
            if subscribers.pending is not None:
                subscribers.pending.cancel()
                subscribers.pending = None

    # Events -------------------------------------------------------------------------------------

    def fire(self, key: Hashable, payload: Any) -> None:
        """Pass an event on: never compared, never throttled, in order."""
        for listener in self._event_listeners.get(key, ()):
            listener(payload)

    def subscribe_event(self, key: Hashable, listener: Callable[[Any], None]) -> Unsubscribe:
        """Call `listener` with the payload of each event of this key; return what ends it."""
        self._event_listeners[key] = (*self._event_listeners.get(key, ()), listener)
        return lambda: self._unsubscribe_event(key, listener)

    def has_listeners(self, key: Hashable) -> bool:
        """Return True if there is a listener for the events of this key."""
        return key in self._event_listeners

    def _unsubscribe_event(self, key: Hashable, listener: Callable[[Any], None]) -> None:
        if left := _without(self._event_listeners.get(key, ()), listener):
            self._event_listeners[key] = left
        else:
            self._event_listeners.pop(key, None)


def _without[L](listeners: tuple[L, ...], listener: L) -> tuple[L, ...]:
    return tuple(other for other in listeners if other != listener)
