"""A cache for methods of a profile, because each platform and each reading calls them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

# Results by method.
type Kept = dict[Callable[..., Any], Any]


class Keeper(Protocol):
    """An object that clears `kept`, the cache, when it has learned something."""

    kept: Kept


def until_learned[K: Keeper, F](find: Callable[[K], F]) -> Callable[[K], F]:
    """Cache the result of a method until the object learns something."""

    @wraps(find)
    def kept(self: K) -> F:
        if find not in self.kept:
            self.kept[find] = find(self)
        found: F = self.kept[find]
        return found

    return kept
