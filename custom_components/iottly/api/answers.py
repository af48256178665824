"""Parse bodies as JSON, with Python's NaN and Infinity, which boards and the cloud send."""

import re
from typing import Any

from ..common.client.wire import MAX_PARTS, DropCounter, decode_json

# A text as a whole, which stays, or what Python writes for a number that is none. A text that does not end takes
# the rest, so that each byte is looked at once.
_TEXT_OR_NO_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*+"?|-?(?:NaN|Infinity)', re.DOTALL)


def decode_answer(raw: bytes, dropped: DropCounter, limit: int, parts: int = MAX_PARTS) -> Any | None:
    """Return the JSON value in a body, with null for NaN and Infinity; None (counted) if it is not JSON."""
    if len(raw) <= limit and (b"NaN" in raw or b"Infinity" in raw):
        raw = _TEXT_OR_NO_NUMBER.sub(lambda found: found[0] if found[0].startswith(b'"') else b"null", raw)
    return decode_json(raw, dropped, limit, parts)
