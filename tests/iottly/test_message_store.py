"""The message store applies each message once, and does not replace newer values."""

from datetime import timedelta
from typing import Any

from custom_components.iottly.api import LeafKind, Message
from custom_components.iottly.common.client.wire import DropCounter
from custom_components.iottly.message_store import MAX_LEAVES_PER_BOARD, Fact, Key, MessageStore

from .samples import BOARD, THEN, parsed


def message(payload: dict[str, Any], *, seconds: float = 0, kind: str = "userdefined") -> Message:
    """Return a message of the board with a time in seconds after THEN."""
    timestamp = (THEN + timedelta(seconds=seconds)).isoformat()
    return parsed({"from": BOARD, "type": kind, "timestamp": timestamp, "payload": payload})


def test_a_repeated_message_is_not_new() -> None:
    store = MessageStore(DropCounter())
    assert store.is_new(message({"a": 1}))
    assert not store.is_new(message({"a": 1}))
    assert store.is_new(message({"a": 2}))
    assert store.is_new(message({"a": 1}, seconds=1))


def test_the_number_of_remembered_messages_is_limited() -> None:
    store = MessageStore(DropCounter(), remembered=50)
    messages = [message({"number": number}) for number in range(80)]
    assert all(map(store.is_new, messages))
    assert not any(map(store.is_new, messages[-50:])), "the latest messages are stored"
    assert store.is_new(messages[0]), "the first message was removed"


def test_a_late_message_does_not_replace_newer_values() -> None:
    store = MessageStore(DropCounter())
    store.read(message({"temperature": 20}, seconds=5))
    assert store.read(message({"temperature": 10, "humidity": 40})) == {Key(BOARD, "humidity"): 40}


def test_an_agent_message_changes_the_connection() -> None:
    store = MessageStore(DropCounter())
    changes = store.read(message({"connectionstatus": "disconnected"}, kind="iottlyagent"))
    assert changes == {Key(BOARD, Fact.CONNECTED): False, Key(BOARD, Fact.LAST_MESSAGE): THEN.replace(microsecond=0)}
    assert store.connection(BOARD, True, THEN - timedelta(seconds=1)) == {}, (
        "the poll was before the message of the agent"
    )
    assert store.connection(BOARD, True, THEN + timedelta(seconds=1)) == {Key(BOARD, Fact.CONNECTED): True}


def test_the_first_value_decides_the_kind_of_a_leaf() -> None:
    store = MessageStore(DropCounter())
    assert Key(BOARD, "mode") not in store.read(message({"mode": None})), "the kind of the leaf is unknown"
    store.read(message({"mode": "eco"}, seconds=1))
    assert store.leaf_kinds(BOARD) == {"mode": LeafKind.TEXT}
    assert store.read(message({"mode": 7}, seconds=2))[Key(BOARD, "mode")] == "7"


def test_the_number_of_leaves_of_a_board_is_limited() -> None:
    dropped = DropCounter()
    store = MessageStore(dropped)
    for page in range(3):
        store.read(message({f"key{page}_{number}": number for number in range(90)}, seconds=page))
    assert len(store.leaf_kinds(BOARD)) == MAX_LEAVES_PER_BOARD
    assert dropped.as_dict() == {"more leaves than a board may have": 3 * 90 - MAX_LEAVES_PER_BOARD}


def test_a_removed_board_has_no_leaves() -> None:
    store = MessageStore(DropCounter())
    changes = store.read(message({"temperature": 20}))
    assert set(store.forget(BOARD)) == set(changes)
    assert store.leaf_kinds(BOARD) == {}


def test_a_pushed_connection_is_newer_than_an_earlier_poll() -> None:
    """A poll before the webhook is older, even if the server's clock is slow."""
    store = MessageStore(DropCounter())
    store.connection(BOARD, True, THEN + timedelta(minutes=5))
    pushed = message({"connectionstatus": "disconnected"}, kind="iottlyagent")
    changes = store.read(pushed, connected_at=THEN + timedelta(minutes=6))
    assert changes[Key(BOARD, Fact.CONNECTED)] is False
