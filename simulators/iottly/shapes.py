"""Stored messages, and the shapes in which the cloud returns them (docs/protocol/iottly.md#message-shapes)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

USER, AGENT = "userdefined", "iottlyagent"


@dataclass(frozen=True)
class Stored:
    """One stored message."""

    id: str
    board: str
    project: str
    kind: str
    payload: dict[str, Any]
    timestamp: datetime
    channel: str | None = None


def top_level(message: Stored) -> dict[str, Any]:
    """Return the top level shapes: the older page's sample for the agent, the core's for user code.

    The core's sender is a Jabber id; the page's sample has the plain id.
    """
    is_agent = message.kind == AGENT
    return {
        "_id": {"$oid": message.id},
        **message.payload,
        "from": message.board if is_agent else f"{message.board}@xmppbroker.iottly.org/IB",
        "timestamp": {"$date": milliseconds(message.timestamp)},
        "to": message.project if is_agent else "iottlycore@xmppbroker.iottly.org",
    }


def typed(message: Stored) -> dict[str, Any]:
    """Return the typed shape: `type`, `payload`, dates as text inside `$date` (newer pages, history)."""
    return {
        "_id": {"$oid": message.id},
        "from": message.board,
        "to": message.project,
        "timestamp": {"$date": iso(message.timestamp) + "Z"},
        "devicetimestamp": {"$date": iso(device_clock(message), "seconds") + "Z"},
        "type": message.kind,
        "payload": message.payload,
    }


def plain(message: Stored) -> dict[str, Any]:
    """Return the plain shape: the same without an id, dates as text without a zone (paginated, webhook)."""
    return {
        "from": message.board,
        "to": message.project,
        "timestamp": iso(message.timestamp),
        "devicetimestamp": iso(device_clock(message), "seconds"),
        "type": message.kind,
        "payload": message.payload,
    }


def pushed_top_level(message: Stored) -> dict[str, Any]:
    """Return what the core pushes: top level without the id, dates with an offset and in microseconds."""
    return {
        **{key: value for key, value in top_level(message).items() if key != "_id"},
        "timestamp": message.timestamp.astimezone().isoformat(timespec="microseconds"),
    }


def milliseconds(moment: datetime) -> int:
    """Return milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def iso(moment: datetime, precision: str = "milliseconds") -> str:
    """Return ISO text in UTC, without a zone."""
    return moment.replace(tzinfo=None).isoformat(timespec=precision)


def device_clock(message: Stored) -> datetime:
    """Return the board's own clock: two days late, as in the vendor's sample (docs/protocol/iottly.md#dates)."""
    return message.timestamp - timedelta(days=2)
