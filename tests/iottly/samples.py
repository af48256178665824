"""A message in every shape of the vendor's generations (docs/protocol/iottly.md#message-shapes)."""

from datetime import UTC, datetime
from typing import Any

from custom_components.iottly.api import (
    Message,
)
from custom_components.iottly.api.message import parse_message
from custom_components.iottly.common.client.wire import DropCounter

BOARD = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"
PROJECT = "58f73b41c3cc4800078010c5"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
THEN = datetime(2026, 11, 21, 1, 17, 10, 605000, tzinfo=UTC)
MS = int(THEN.timestamp() * 1000)
PAYLOAD = {"temperature": 21.5, "echo": {"content": "hi"}}

SHAPES: dict[str, dict[str, Any]] = {
    "merged": {
        **PAYLOAD,
        "_id": {"$oid": "6b00e306686c826c32ad8199"},
        "from": f"{BOARD}@xmppbroker.localdev.iottly.org/IB",
        "to": "iottlycore@x",
        "timestamp": {"$date": MS},
    },
    "typed": {
        "_id": {"$oid": "6b00e306686c826c32ad8199"},
        "from": BOARD,
        "to": PROJECT,
        "timestamp": {"$date": "2026-11-21T01:17:10.605Z"},
        "devicetimestamp": {"$date": "2026-11-19T01:17:10Z"},
        "type": "userdefined",
        "payload": PAYLOAD,
    },
    "plain": {
        "from": BOARD,
        "to": PROJECT,
        "timestamp": "2026-11-21T01:17:10.605",
        "devicetimestamp": "2026-11-19T01:17:10",
        "type": "userdefined",
        "payload": PAYLOAD,
    },
    "pushed by the core": {
        **PAYLOAD,
        "from": f"{BOARD}@x/IB",
        "to": "iottlycore@x",
        "timestamp": "2026-11-21T02:17:10.605425+01:00",
    },
}
AGENT_SHAPES: list[dict[str, Any]] = [
    {"_id": {"$oid": "1"}, "connectionstatus": "connected", "from": BOARD, "timestamp": {"$date": MS}, "to": PROJECT},
    {"from": BOARD, "timestamp": {"$date": MS}, "type": "iottlyagent", "payload": {"connectionstatus": "connected"}},
    {"from": BOARD, "timestamp": THEN.isoformat(), "type": "iottlyagent", "connectionstatus": "connected"},
]


def parsed(value: Any, dropped: DropCounter | None = None) -> Message:
    message = parse_message(value, NOW, dropped or DropCounter())
    assert message is not None
    return message
