"""What messages mean for the state: which leaf has which value, taken once and in the order of time.

The same message can come twice (pushed and polled), late (polled long after a newer one was pushed)
and out of order (two webhooks at once).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from .api import LeafKind, Message, as_kind, leaf_kind, leaves
from .common.client.wire import DropCounter

# More than a poll of a hundred messages for dozens of boards can bring again.
REMEMBERED = 10_000
MAX_LEAVES_PER_BOARD = 200


class Fact(Enum):
    """What is known of a project, a board or a group besides the leaves of messages."""

    PROJECT = auto()
    LICENSES = auto()
    WEBHOOK = auto()
    GROUP = auto()
    BOARD = auto()
    CONNECTED = auto()
    LAST_MESSAGE = auto()


class Key(NamedTuple):
    """A key of the coordinator's data: whose (project, group or board), and what: a fact or a leaf's path."""

    owner: str
    what: Fact | str


class Inbox:
    """Takes messages of one project's boards."""

    def __init__(self, dropped: DropCounter) -> None:
        """Start with an empty memory."""
        self._dropped = dropped
        self._taken: dict[Any, None] = {}
        self._times: dict[Key, datetime] = {}
        self._kinds: dict[str, dict[str, LeafKind]] = {}

    def kinds(self, board: str) -> Mapping[str, LeafKind]:
        """Return the leaves that a board has, and what kind each is."""
        return self._kinds.get(board, {})

    def know(self, board: str, path: str, kind: LeafKind) -> None:
        """Take a leaf as known from before."""
        self._kinds.setdefault(board, {})[path] = kind

    def forget(self, board: str) -> Iterator[Key]:
        """Forget a board and yield the keys it had."""
        self._kinds.pop(board, None)
        for key in [key for key in self._times if key.owner == board]:
            del self._times[key]
            yield key

    def is_new(self, message: Message) -> bool:
        """Tell whether this message was not taken yet, and remember it."""
        identity = message.identity
        if identity in self._taken:
            return False
        self._taken[identity] = None
        if len(self._taken) > REMEMBERED:
            del self._taken[next(iter(self._taken))]
        return True

    def read(self, message: Message, *, connected_at: datetime | None = None) -> dict[Key, Any]:
        """Return what a message changes: only what no newer message has told already.

        `connected_at` is when a pushed message arrived, by our own clock; the server's can differ
        from it, and what it says of the connection is compared with what was polled by our clock.
        """
        board, when = message.board, message.timestamp
        changes: dict[Key, Any] = {}
        # A state shows seconds; finer ones would only be written again and again.
        self._put(changes, Key(board, Fact.LAST_MESSAGE), when.replace(microsecond=0), when)
        if message.connected is not None:
            self._put(changes, Key(board, Fact.CONNECTED), message.connected, connected_at or when)
        else:
            for path, value in leaves(message.payload, self._dropped).items():
                if (kind := self._kind(board, path, value)) is not None:
                    self._put(changes, Key(board, path), as_kind(value, kind), when)
        return changes

    def read_all(self, messages: Iterable[Message]) -> dict[Key, Any]:
        """Return what several messages, oldest first, leave behind."""
        changes: dict[Key, Any] = {}
        for message in messages:
            changes |= self.read(message)
        return changes

    def connection(self, board: str, is_connected: bool | None, when: datetime) -> dict[Key, Any]:
        """Return what a polled `operatingstatus` changes."""
        changes: dict[Key, Any] = {}
        if is_connected is not None:
            self._put(changes, Key(board, Fact.CONNECTED), is_connected, when)
        return changes

    def _put(self, changes: dict[Key, Any], key: Key, value: Any, when: datetime) -> None:
        known = self._times.get(key)
        if known is None or when >= known:
            self._times[key] = when
            changes[key] = value

    def _kind(self, board: str, path: str, value: Any) -> LeafKind | None:
        """Return what kind a leaf is; a new one is that of its first value, None when it has none yet."""
        kinds = self._kinds.setdefault(board, {})
        if path not in kinds and value is not None:
            if len(kinds) >= MAX_LEAVES_PER_BOARD:
                self._dropped.add("more leaves than a board may have")
                return None
            kinds[path] = leaf_kind(value)
        return kinds.get(path)
