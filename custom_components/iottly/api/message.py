"""Parse messages: each of the four shapes on the wire becomes a `Message` (docs/protocol/iottly.md#message-shapes).

1. an agent event with its key at the top level, beside `from`, `to`, `timestamp`;
2. `type` and `payload`, dates as `{"$date": ...}`;
3. the same with dates as plain text (paginated history, webhook);
4. the board's JSON merged into the top level, `from` being a Jabber id.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
import re
from typing import Any

from ..common.client.wire import DropCounter
from .dates import is_date, parse_date
from .model import Message, MessageKind

# A server's clock may be this far ahead of ours; a timestamp further ahead would hide every later value.
CLOCK_TOLERANCE = timedelta(hours=1)

_ENVELOPE = frozenset({"_id", "from", "to", "timestamp", "devicetimestamp", "channel"})
_BOARD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)


def parse_board_id(value: Any) -> str | None:
    """Return the board's id from an id or from a Jabber id `<board>@<host>/<resource>`; None for neither."""
    if not isinstance(value, str):
        return None
    board = value.partition("@")[0].strip()
    return board if _BOARD_ID.fullmatch(board) else None


def parse_message(value: Any, received: datetime, dropped: DropCounter) -> Message | None:
    """Return the message in a JSON value of any shape; None (counted) when it is none.

    A message without a believable timestamp counts as made when it was `received`.
    """
    if not isinstance(value, dict):
        dropped.add("message that is not an object")
        return None
    board = parse_board_id(value.get("from"))
    if board is None:
        dropped.add("message without a sender")
        return None
    return Message(
        board=board,
        kind=_kind(value),
        payload=_payload(value),
        timestamp=_timestamp(value.get("timestamp"), received),
        device_timestamp=parse_date(value.get("devicetimestamp")),
        id=_object_id(value.get("_id")),
    )


def bare_message(payload: dict[str, Any], board: str, received: datetime) -> Message:
    """Return the message of a webhook that sends only the payload."""
    kind = MessageKind.AGENT if payload.keys() == {"connectionstatus"} else MessageKind.USER
    return Message(board=board, kind=kind, payload=_plain(payload), timestamp=received)


def oldest_first(messages: Iterable[Message]) -> list[Message]:
    """Sort the messages of an answer: servers differ in their order (docs/protocol/iottly.md#order-of-messages).

    What happened in the same millisecond stays in the order of the answer, whichever that is, or
    follows the storage's ids, which grow with time.
    """
    found = list(messages)
    if found and found[0].timestamp >= found[-1].timestamp:
        found.reverse()
    return sorted(found, key=lambda message: (message.timestamp, message.id or ""))


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
    """Write `{"$date": ...}` inside a payload as the text that the webhook has there."""
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


def _timestamp(value: Any, received: datetime) -> datetime:
    moment = parse_date(value)
    if moment is None or moment > received + CLOCK_TOLERANCE:
        return received
    return moment


def _object_id(value: Any) -> str | None:
    match value:
        case {"$oid": str(text)} | str(text):
            return text[:64]
    return None
