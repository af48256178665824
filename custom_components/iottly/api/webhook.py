"""Parse the body of a webhook: a form with `msg`, a JSON object with `msg`, or only a payload.

The vendor's servers use all three, by generation and by setting (docs/protocol/iottly.md#webhook-bodies).
The body decides which one it is, not its declared type (docs/protocol/iottly.md#receive-a-webhook).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from ..common.client.errors import PushError
from ..common.client.wire import DropCounter, decode_json
from .message import bare_message, parse_board_id, parse_message
from .model import Message

MAX_BODY_BYTES = 256 * 1024


class MalformedWebhook(PushError):
    """A body that holds no message; nothing was changed."""


def parse_webhook(body: bytes, *, board: str | None, received: datetime, dropped: DropCounter) -> Message:
    """Return the message in a webhook's body, however it is encoded.

    `board` is what the header or the query of the request names: whose payload it is, where the
    body holds nothing else. Raises MalformedWebhook (counted) for everything that is no message.
    """
    value = _outer(body, dropped)
    if isinstance(value, dict):
        inner = _inner(value, dropped)
        message = _message(inner, parse_board_id(board), received, dropped)
        if message is not None:
            return message
    else:
        dropped.add("webhook body that is neither a form nor JSON")
    raise MalformedWebhook("the webhook's body holds no message")


def _outer(body: bytes, dropped: DropCounter) -> Any:
    """Return the body as an object: JSON by its first character, else a form with `msg`."""
    if body.lstrip()[:1] in (b"{", b"["):
        return decode_json(body, dropped, MAX_BODY_BYTES)
    try:
        form = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=16)
    except ValueError:
        return None
    return {"msg": form["msg"][0]} if "msg" in form else None


def _inner(value: dict[str, Any], dropped: DropCounter) -> dict[str, Any]:
    """Unwrap `msg`, an object or JSON text; without one the body is the payload, or the message, itself."""
    match value:
        case {"msg": dict(inner)}:
            return inner
        case {"msg": str(text)} if text.lstrip().startswith("{"):
            decoded = decode_json(text, dropped, MAX_BODY_BYTES)
            return decoded if isinstance(decoded, dict) else {}
    return value


def _message(value: Mapping[str, Any], board: str | None, received: datetime, dropped: DropCounter) -> Message | None:
    if not value:
        dropped.add("webhook without a message")
        return None
    if "from" in value and ("timestamp" in value or board is None):
        return parse_message(value, received, dropped)
    if board is None:
        dropped.add("webhook with a bare payload and no board")
        return None
    return bare_message(dict(value), board, received)
