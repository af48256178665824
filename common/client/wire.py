"""The edge: bytes of a frame or an answer become JSON values, or are dropped and counted."""

from collections import Counter
import logging
from typing import Any

import aiohttp
import orjson

from .errors import InvalidAnswer

_LOGGER = logging.getLogger(__name__)

MAX_FRAME_BYTES = 4 * 1024 * 1024
# Deeper than any vendor's message; orjson itself stops at 1024, long after Python's own recursion would.
MAX_DEPTH = 32
# Lists and objects in one frame: thousands of devices have a tenth of it, and millions of empty lists, which
# fit into a few megabytes, would hold Home Assistant up for seconds.
MAX_PARTS = 500_000


class DropCounter:
    """Counts what was dropped, by kind, and logs each kind once at debug.

    `as_dict()` is what diagnostics show.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, kind: str) -> None:
        """Count one dropped frame, key or answer of this kind (a short phrase, never its content)."""
        self._counts[kind] += 1
        if self._counts[kind] == 1:
            _LOGGER.debug("Dropped what is not of the protocol: %s", kind)

    def as_dict(self) -> dict[str, int]:
        """Return how often each kind was dropped."""
        return dict(self._counts)


def decode_json(
    raw: str | bytes, dropped: DropCounter, limit: int = MAX_FRAME_BYTES, parts: int = MAX_PARTS
) -> Any | None:
    """Return the JSON value in a frame; None (counted) when it is too large, broken or too deep.

    `limit` is in bytes, `parts` in lists and objects.
    A frame that holds JSON's own null is dropped too: no vendor sends one.
    """
    if len(raw) > limit:
        dropped.add("oversized frame")
        return None
    # Shorter ones have no room for too many: one that opens is one that closes.
    brackets = count_parts(raw) if len(raw) > 2 * MAX_DEPTH else 0
    if brackets > parts:
        dropped.add("frame of too many parts")
        return None
    try:
        value = orjson.loads(raw)
    except ValueError:
        dropped.add("broken JSON")
        return None
    # Without brackets enough for it, most frames are spared the walk.
    if brackets > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        dropped.add("too deeply nested")
        return None
    return value


def count_parts(raw: str | bytes) -> int:
    """Return the most lists and objects that a JSON text can hold; those in its texts count, too."""
    return raw.count("{") + raw.count("[") if isinstance(raw, str) else raw.count(b"{") + raw.count(b"[")


async def read_body(response: aiohttp.ClientResponse, limit: int = MAX_FRAME_BYTES) -> bytes:
    """Return the whole body of an answer. Raises InvalidAnswer when it has more bytes than the limit."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise InvalidAnswer("the answer is too large")
    return bytes(body)


def _is_deeper(value: Any, levels: int) -> bool:
    """Return True if lists and objects nest deeper than this, without recursion."""
    layer: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        layer = [
            child
            for parent in layer
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True
