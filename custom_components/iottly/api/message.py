"""Parse messages, polled or pushed: each shape on the wire becomes a `Message`.

There are four shapes (docs/protocol/iottly.md#message-shapes):

1. an agent event with its key at the top level, beside `from`, `to`, `timestamp`;
2. `type` and `payload`, dates as `{"$date": ...}`;
3. the same with dates as plain text (paginated history, webhook);
4. the board's JSON merged into the top level, `from` being a Jabber id.

The body of a webhook is a form with `msg`, a JSON object with `msg`, or only a payload, by generation and
by setting (docs/protocol/iottly.md#webhook-bodies). The body decides which one it is, not its declared type
(docs/protocol/iottly.md#receive-a-webhook).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
import re
from typing import Any
from urllib.parse import parse_qs

from ..common.client.errors import PushError
from ..common.client.secrets import Redactor
from ..common.client.wire import DropCounter
from .answers import decode_answer
from .dates import is_date, parse_date
from .model import Message, MessageKind
from .payload import parse_payload, redact_payload

MAX_BODY_BYTES = 256 * 1024
# Longer bodies are parsed outside the event loop. The names of 8 KiB may take 30 milliseconds.
LONG_BODY_BYTES = 8 * 1024
# The most lists and objects in a body: more than any board sends, and few enough to parse quickly.
MAX_BODY_PARTS = 5000
# How far a server's clock may be ahead, for requests of all messages up to now.
CLOCK_TOLERANCE = timedelta(hours=1)
# Without the entry's own secrets: other secrets are redacted by their names.
NO_SECRETS = Redactor()

_ENVELOPE = frozenset({"_id", "from", "to", "timestamp", "devicetimestamp", "channel"})
_BOARD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)
_CONNECTED = {"connected": True, "disconnected": False}


class MalformedWebhook(PushError):
    """The body has no message."""


def parse_board_id(value: Any) -> str | None:
    """Return the board's id from an id or from a Jabber id `<board>@<host>/<resource>`; None for neither."""
    if not isinstance(value, str):
        return None
    return parse_id(value.partition("@")[0].strip())


def parse_id(value: Any) -> str | None:
    """Return the id of a project, of a group or of a board; None if the value is not one."""
    return value if isinstance(value, str) and _BOARD_ID.fullmatch(value) else None


def parse_connected(value: Any) -> bool | None:
    """Read `connectionstatus` and `operatingstatus`; None for anything else."""
    return _CONNECTED.get(value.strip().lower()) if isinstance(value, str) else None


def parse_message(
    value: Any, received: datetime, dropped: DropCounter, redactor: Redactor = NO_SECRETS
) -> Message | None:
    """Return the message in a JSON value of any shape; None (counted) when there is none in it.

    A message without a timestamp, or with one that is yet to come, counts as made when it was `received`.
    """
    if not isinstance(value, dict):
        dropped.add("message that is not an object")
        return None
    board = parse_board_id(value.get("from"))
    if board is None:
        dropped.add("message without a sender")
        return None
    kind, payload = _kind(value), redact_payload(_payload(value), redactor)
    leaves = parse_payload(payload, dropped)
    stated = parse_date(value.get("timestamp"))
    return Message(
        board=board,
        kind=kind,
        payload=payload,
        leaves=leaves.values,
        units=leaves.units,
        timestamp=min(stated or received, received),
        stated=stated,
        device_timestamp=parse_date(value.get("devicetimestamp")),
        connected=_connected(kind, payload),
        id=_object_id(value.get("_id")),
    )


def parse_webhook(
    body: bytes,
    *,
    board: str | None,
    received: datetime,
    dropped: DropCounter,
    redactor: Redactor = NO_SECRETS,
) -> Message:
    """Return the message in a webhook's body, however it is encoded.

    `board` is what the header or the query of the request names: whose payload it is, where the
    body holds nothing else. Raises MalformedWebhook (counted) for everything that is no message.
    """
    value = _decode_body(body, dropped)
    if isinstance(value, dict):
        message = _pushed(_unwrap(value, dropped), parse_board_id(board), received, dropped, redactor)
        if message is not None:
            return message
    else:
        dropped.add("webhook body that is neither a form nor JSON")
    raise MalformedWebhook("the webhook's body holds no message")


def oldest_first(messages: Iterable[Message]) -> list[Message]:
    """Sort the messages of an answer: servers differ in their order (docs/protocol/iottly.md#order-of-messages).

    What happened in the same millisecond stays in the order of the answer, whichever that is, or
    follows the storage's ids, which grow with time.
    """
    found = list(messages)
    if found and found[0].timestamp >= found[-1].timestamp:
        found.reverse()
    return sorted(found, key=lambda message: (message.timestamp, message.id or ""))


def _decode_body(body: bytes, dropped: DropCounter) -> Any:
    """Return the body as an object: JSON by its first character, else a form with `msg`."""
    if body.lstrip()[:1] in (b"{", b"["):
        return decode_answer(body, dropped, MAX_BODY_BYTES, MAX_BODY_PARTS)
    try:
        form = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=16)
    except ValueError:
        return None
    return {"msg": form["msg"][0]} if "msg" in form else None


def _unwrap(value: dict[str, Any], dropped: DropCounter) -> dict[str, Any]:
    """Unwrap `msg`, an object or JSON text; without one the body is the payload, or the message, itself."""
    match value:
        case {"msg": dict(inner)}:
            return inner
        case {"msg": str(text)} if text.lstrip().startswith("{"):
            decoded = decode_answer(text.encode(errors="replace"), dropped, MAX_BODY_BYTES, MAX_BODY_PARTS)
            return decoded if isinstance(decoded, dict) else {}
    return value


def _pushed(
    value: dict[str, Any], board: str | None, received: datetime, dropped: DropCounter, redactor: Redactor
) -> Message | None:
    """Return the pushed message: whole, or only the payload of the named board."""
    if not value:
        dropped.add("webhook without a message")
        return None
    if "from" in value and ("timestamp" in value or board is None):
        return parse_message(value, received, dropped, redactor)
    if board is None:
        dropped.add("webhook with a bare payload and no board")
        return None
    kind = MessageKind.AGENT if value.keys() == {"connectionstatus"} else MessageKind.USER
    payload = redact_payload(_plain(value), redactor)
    leaves = parse_payload(payload, dropped)
    return Message(
        board=board,
        kind=kind,
        payload=payload,
        leaves=leaves.values,
        units=leaves.units,
        timestamp=received,
        connected=_connected(kind, payload),
    )


def _kind(value: dict[str, Any]) -> MessageKind:
    """Read `type`; without one, `connectionstatus` is what only the agent sends."""
    match value:
        case {"type": "userdefined"}:
            return MessageKind.USER
        case {"type": "iottlyagent"}:
            return MessageKind.AGENT
        case {"connectionstatus": str()} if "payload" not in value:
            return MessageKind.AGENT
    return MessageKind.USER


def _connected(kind: MessageKind, payload: dict[str, Any]) -> bool | None:
    """Read the connection from the agent's message; the same key of user code means nothing."""
    return parse_connected(payload.get("connectionstatus")) if kind is MessageKind.AGENT else None


def _payload(value: dict[str, Any]) -> dict[str, Any]:
    """Return the payload, wherever this shape has it."""
    match value:
        case {"payload": dict(payload)}:
            return _plain(payload)
        case {"payload": None | str() | int() | float() | list() as content, "type": "userdefined" | "iottlyagent"}:
            return {} if content is None else {"payload": content}
        case {"type": "userdefined" | "iottlyagent"}:
            return _plain({key: inner for key, inner in value.items() if key not in _ENVELOPE and key != "type"})
    return _plain({key: inner for key, inner in value.items() if key not in _ENVELOPE})


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """Write each `{"$date": ...}` inside a payload as the text that the webhook has there."""
    return {key: _plain_value(inner) for key, inner in payload.items()}


def _plain_value(value: Any) -> Any:
    if is_date(value):
        moment = parse_date(value)
        return None if moment is None else moment.isoformat()
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list):
        return [_plain_value(inner) for inner in value]
    return value


def _object_id(value: Any) -> str | None:
    match value:
        case {"$oid": str(text)} | str(text):
            return text[:64]
    return None
