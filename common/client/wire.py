"""Decoding of frames and answers: JSON within limits. Invalid data are dropped and counted."""

from collections import Counter
import logging
from typing import Any

import aiohttp
import orjson

from .errors import InvalidAnswer

_LOGGER = logging.getLogger(__name__)

MAX_FRAME_BYTES = 4 * 1024 * 1024
# The limit of orjson is 1024, which is too deep for recursive functions.
MAX_DEPTH = 32
# Lists and objects in one frame. Thousands of devices have a tenth of it. Millions of empty lists, which fit into a few
# megabytes, would block the event loop for seconds.
MAX_PARTS = 500_000


class DropCounter:
    """Counts dropped data by kind, for diagnostics, and logs each kind once at debug level."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, kind: str) -> None:
        """Count a dropped frame, key or answer. The kind is a short phrase without any received data."""
        self._counts[kind] += 1
        if self._counts[kind] == 1:
            _LOGGER.debug("Dropped invalid data: %s", kind)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by kind."""
        return dict(self._counts)


def decode_json(
    raw: str | bytes, dropped: DropCounter, limit: int = MAX_FRAME_BYTES, parts: int = MAX_PARTS
) -> Any | None:
    """Return the JSON value in a frame; None (counted) if it is too large, invalid or too deep.

    `limit` is in bytes, `parts` in lists and objects. None is also the value of `null`, which no vendor sends.
    """
    if len(raw) > limit:
        dropped.add("oversized frame")
        return None
    # Shorter frames cannot be too deep.
    brackets = count_parts(raw) if len(raw) > 2 * MAX_DEPTH else 0
    if brackets > parts:
        dropped.add("frame of too many parts")
        return None
    try:
        value = orjson.loads(raw)
    except ValueError:
        dropped.add("broken JSON")
        return None
    # Most frames have too few brackets to be too deep.
    if brackets > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        dropped.add("too deeply nested")
        return None
    return value


def count_parts(raw: str | bytes) -> int:
    """Return the number of opening brackets, an upper limit for the lists and objects in a JSON text."""
    return raw.count("{") + raw.count("[") if isinstance(raw, str) else raw.count(b"{") + raw.count(b"[")


async def read_body(response: aiohttp.ClientResponse, limit: int = MAX_FRAME_BYTES) -> bytes:
    """Return the body of an answer. Raises InvalidAnswer if it has more bytes than the limit."""
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
