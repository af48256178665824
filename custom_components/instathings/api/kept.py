"""What is known of a device is worked out once: each platform asks for it, and each reading."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

# What methods have found, by the method.
type Kept = dict[Callable[..., Any], Any]


class Keeper(Protocol):
    """Something that learns, and clears `kept` when it has learned."""

    kept: Kept


def until_learned[K: Keeper, F](find: Callable[[K], F]) -> Callable[[K], F]:
    """Keep what a method finds until something new is learned."""

    @wraps(find)
    def kept(self: K) -> F:
        if find not in self.kept:
            self.kept[find] = find(self)
        found: F = self.kept[find]
        return found

    return kept
