"""The room for the definitions of a server, in number and in bytes: it must not fill the memory."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any

from ..common.client.wire import DropCounter
from .parse import MOST_OF_A_KIND

# Of all definitions of devices, variables and rules, as `size_of` estimates them. A thousand devices with five
# attributes each have four megabytes.
MOST_BYTES = 128 * 1024 * 1024
BYTES_OF_ONE = 64


class Room:
    """The room that is left."""

    def __init__(self, dropped: DropCounter) -> None:
        """Initialize without definitions; those without room are counted in `dropped`."""
        self._dropped = dropped
        # By kind and id.
        self._sizes: dict[tuple[str, str], int] = {}
        self._sum = 0

    def has(self, known: Mapping[str, object], name: str) -> bool:
        """Return True if an id is known, or there is room for it; one beyond the limit is counted."""
        return name in known or len(known) < MOST_OF_A_KIND or self.refuse()

    def admit(self, kind: str, known: Mapping[str, object], name: str, part: object) -> bool:
        """Return True if there is also room for the bytes of a definition, which are then taken."""
        if not self.has(known, name):
            return False
        size, old = size_of(part), self._sizes.get((kind, name), 0)
        if self._sum - old + size > MOST_BYTES:
            return self.refuse()
        self._sizes[kind, name] = size
        self._sum += size - old
        return True

    def free(self, kind: str, names: Iterable[str]) -> None:
        """Free the bytes of removed definitions."""
        self._sum -= sum(self._sizes.pop((kind, name), 0) for name in names)

    def refuse(self) -> bool:
        """Count what has no room, and return False."""
        self._dropped.add("more than any house has")
        return False


def size_of(part: Any) -> int:
    """Return the bytes of a definition, roughly."""
    if isinstance(part, str):
        return BYTES_OF_ONE + len(part)
    if isinstance(part, tuple):
        return BYTES_OF_ONE + sum(map(size_of, part))
    if is_dataclass(part):
        return BYTES_OF_ONE + sum(size_of(getattr(part, name)) for name in part.__dataclass_fields__)
    return 0
