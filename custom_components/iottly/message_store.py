"""Converts messages to changes of the state: each message once, and in the order of their times.

The same message can come twice (pushed and polled), late (polled long after a newer one was pushed)
and out of order (two webhooks at once).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from typing import NamedTuple

from .api import Identity, LeafKind, LeafValue, Message, as_kind, is_placeholder, leaf_kind, split_path
from .common.client.wire import DropCounter
from .message_schema import MessageSchema

# More than the repeated messages of a poll of a hundred messages for dozens of boards.
REMEMBERED_MESSAGES = 10_000
MAX_LEAVES_PER_BOARD = 200


class Fact(Enum):
    """Facts about a project, a board or a group. Leaves of messages are not facts."""

    PROJECT = auto()
    LICENSES = auto()
    WEBHOOK = auto()
    GROUP = auto()
    # The newest revision of a group's branch, and the progress of a deployment to its boards (percent, or None).
    NEWEST = auto()
    DEPLOYMENT = auto()
    BOARD = auto()
    CONNECTED = auto()
    LAST_MESSAGE = auto()
    # True while the board's messages cannot be read.
    UNREAD = auto()


class Key(NamedTuple):
    """A key of the coordinator's data: the id of the project, a group or a board, and a fact or a leaf's path."""

    owner: str
    what: Fact | str


type Changes = dict[Key, LeafValue | None]


class MessageStore:
    """Remembers the messages of a project's boards, and when each key was last set."""

    def __init__(
        self,
        dropped: DropCounter,
        *,
        remembered: int = REMEMBERED_MESSAGES,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Initialize without messages; `remembered` is the number of messages that are recognized as repeated."""
        self._clock = clock
        self._dropped = dropped
        self._remembered = remembered
        self._taken: dict[Identity, None] = {}
        self._times: dict[Key, datetime] = {}
        self._leaf_kinds: dict[str, dict[str, LeafKind]] = {}
        self._units: dict[Key, str] = {}
        self.schema = MessageSchema()

    def leaf_kinds(self, board: str) -> Mapping[str, LeafKind]:
        """Return the leaves of a board and their kinds."""
        return self._leaf_kinds.get(board, {})

    def unit_of(self, board: str, path: str) -> str | None:
        """Return the unit that the first value of a leaf came with; empty for a leaf that is a unit."""
        return self._units.get(Key(board, path))

    def find_leaf(self, board: str, written: str) -> str:
        """Return the path of the leaf for a user's input, which has no escape for a dot inside a key."""
        kinds = self.leaf_kinds(board)
        if written in kinds:
            return written
        return next((path for path in kinds if ".".join(split_path(path)) == written), written)

    def find_dotted_leaf(self, board: str, path: str) -> str | None:
        """Return another leaf whose path differs only in dots inside keys."""
        others = (other for other in self.leaf_kinds(board) if other != path)
        return next((other for other in others if ".".join(split_path(other)) == path), None)

    def forget_leaf(self, board: str, path: str) -> None:
        """Forget one leaf of a board."""
        self._leaf_kinds.get(board, {}).pop(path, None)

    def add_leaf(self, board: str, path: str, kind: LeafKind) -> None:
        """Add a leaf from the entity registry."""
        self._leaf_kinds.setdefault(board, {})[path] = kind

    def forget(self, board: str) -> Iterator[Key]:
        """Forget a board and yield its keys."""
        self._leaf_kinds.pop(board, None)
        self.schema.forget(board)
        for key in [key for key in self._units if key.owner == board]:
            del self._units[key]
        for key in [key for key in self._times if key.owner == board]:
            del self._times[key]
            yield key

    def is_new(self, message: Message) -> bool:
        """Return True if this message is new, and remember it."""
        identity = message.identity
        if identity in self._taken:
            return False
        self._taken[identity] = None
        if len(self._taken) > self._remembered:
            del self._taken[next(iter(self._taken))]
        return True

    def read(self, message: Message, *, connected_at: datetime | None = None) -> Changes:
        """Return the changes of a message, except for keys that a newer message has set.

        `connected_at` is when a pushed message arrived, by our own clock. The server's clock can differ
        from it, and what the message says about the connection is compared with what was polled by ours.
        """
        board, when = message.board, message.timestamp
        changes: Changes = {}
        self.schema.learn(message)
        # The state has seconds; without microseconds it is written less often.
        self._put(changes, Key(board, Fact.LAST_MESSAGE), when.replace(microsecond=0), when)
        if message.connected is not None:
            self._put(changes, Key(board, Fact.CONNECTED), message.connected, connected_at or when)
            return changes
        for path, value in message.leaves.items():
            if (kind := self._kind(board, path, value, message.units.get(path))) is not None:
                self._put(changes, Key(board, path), as_kind(value, kind), when)
        return changes

    def read_all(self, messages: Iterable[Message]) -> Changes:
        """Return the changes of several messages, oldest first."""
        changes: Changes = {}
        for message in messages:
            changes |= self.read(message)
        return changes

    def connection(self, board: str, is_connected: bool | None, when: datetime) -> Changes:
        """Return the changes of a polled `operatingstatus`."""
        changes: Changes = {}
        if is_connected is not None:
            self._put(changes, Key(board, Fact.CONNECTED), is_connected, when)
        return changes

    def _put(self, changes: Changes, key: Key, value: LeafValue | None, when: datetime) -> None:
        """Set a key unless a newer message has set it; a time in the future is replaced by the current time.

        Where the clock was ahead and is right again, what was set meanwhile is older than anything new.
        """
        now = self._clock()
        when = min(when, now)
        known = self._times.get(key)
        if known is None or when >= known or known > now:
            self._times[key] = when
            changes[key] = value

    def _kind(self, board: str, path: str, value: LeafValue | None, unit: str | None) -> LeafKind | None:
        """Return the kind of a leaf: that of its first value, or None while it has no value."""
        kinds, key = self._leaf_kinds.setdefault(board, {}), Key(board, path)
        if value is not None and not is_placeholder(value) and key not in self._times:
            if path not in kinds and len(kinds) >= MAX_LEAVES_PER_BOARD:
                self._dropped.add("more leaves than a board may have")
                return None
            is_number = bool(unit) and leaf_kind(value) is LeafKind.NUMBER
            if path not in kinds or (is_number and kinds[path] is LeafKind.TEXT):
                # An earlier version had "12.4 V" as a text.
                kinds[path] = leaf_kind(value)
            if unit is not None:
                self._units[key] = unit
        return kinds.get(path)
