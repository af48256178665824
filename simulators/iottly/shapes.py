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
    """Return the top level shape: that of the older page's sample for the agent, that of the core for user code.

    The sender is a Jabber id in the core, and the plain id in the sample.
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
    """Return the typed shape, with `type`, `payload`, and dates as text in `$date` (newer pages, history)."""
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
    """Return the plain shape: no id, and dates as text without a time zone (paginated, webhook)."""
    return {
        "from": message.board,
        "to": message.project,
        "timestamp": iso(message.timestamp),
        "devicetimestamp": iso(device_clock(message), "seconds"),
        "type": message.kind,
        "payload": message.payload,
    }


def pushed_top_level(message: Stored) -> dict[str, Any]:
    """Return the shape that the core pushes: top level without the id, dates in microseconds with an offset."""
    return {
        **{key: value for key, value in top_level(message).items() if key != "_id"},
        "timestamp": message.timestamp.astimezone().isoformat(timespec="microseconds"),
    }


def milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def iso(moment: datetime, precision: str = "milliseconds") -> str:
    """Return the ISO text of a UTC time, without the zone."""
    return moment.replace(tzinfo=None).isoformat(timespec=precision)


def device_clock(message: Stored) -> datetime:
    """Return the time of the board's clock, two days late as in the vendor's sample (docs/protocol/iottly.md#dates)."""
    return message.timestamp - timedelta(days=2)
