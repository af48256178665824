"""Shrinks an input that failed, so that it is easier to understand."""

from collections.abc import Callable, Iterator
import time
from typing import Any

MOST_SECONDS = 20.0


def shrunk(value: Any, fails: Callable[[Any], bool]) -> Any:
    """Return the smallest part of an input that still fails and is found in MOST_SECONDS."""
    until = time.monotonic() + MOST_SECONDS
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(value):
            if time.monotonic() > until:
                return value
            if fails(candidate):
                value, smaller = candidate, True
                break
    return value


def _candidates(value: Any) -> Iterator[Any]:
    """Yield smaller inputs, the smallest first. Tuples keep their length."""
    match value:
        case str() | bytes():
            yield from _cuts(value)
        case list():
            yield from _cuts(value)
            yield from (
                [*value[:at], less, *value[at + 1 :]] for at, one in enumerate(value) for less in _candidates(one)
            )
        case tuple():
            for at, one in enumerate(value):
                yield from ((*value[:at], less, *value[at + 1 :]) for less in _candidates(one))
        case dict():
            yield from ({key: one for key, one in value.items() if key != left_out} for left_out in value)
            yield from ({**value, key: less} for key, one in value.items() for less in _candidates(one))


def _cuts(value: Any) -> Iterator[Any]:
    """Yield a sequence without one of its pieces: halves first, single members last."""
    size = len(value) // 2 or len(value)
    while size:
        yield from (value[:at] + value[at + size :] for at in range(0, len(value), size))
        size //= 2
