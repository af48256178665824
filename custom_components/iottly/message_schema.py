"""The types of messages that boards send, how often, and with which keys; learned from the messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from .api import Message, MessageKind

# Limits: further types are counted as OTHER, and further keys are ignored.
MAX_TYPES = 50
MAX_KEYS = 200
MAX_NAME = 64

# The types that the user's code does not name.
FROM_AGENT = "agent_message"
OTHER = "other_message"
OWN_TYPES = (FROM_AGENT, OTHER)


@dataclass(slots=True)
class MessageType:
    """The messages of one type that a board has sent: how many, when the last one, and how often each key."""

    count: int = 0
    last: datetime | None = None
    keys: dict[str, int] = field(default_factory=dict)


class MessageSchema:
    """The types of messages of each board. The name of a type is the first key of the payload."""

    def __init__(self) -> None:
        self._boards: dict[str, dict[str, MessageType]] = {}

    def types_of(self, board: str) -> dict[str, MessageType]:
        """Return the types of a board's messages by name, in the order in which they were first sent."""
        return self._boards.setdefault(board, {})

    def type_names(self, board: str) -> list[str]:
        """Return the names of all types that a board's messages can have, those of the user's code first."""
        return [*(name for name in self.types_of(board) if name not in OWN_TYPES), *OWN_TYPES]

    def recall(self, board: str, names: Iterable[str]) -> None:
        """Restore the types that the board sent before a restart."""
        types = self.types_of(board)
        for name in names:
            if name not in OWN_TYPES and len(types) < MAX_TYPES:
                types.setdefault(name, MessageType())

    def learn(self, message: Message) -> None:
        """Count a message and its keys."""
        types = self.types_of(message.board)
        name = _name(message)
        if name not in types and len(types) >= MAX_TYPES:
            name = OTHER
        known = types.setdefault(name, MessageType())
        known.count += 1
        known.last = max(known.last or message.timestamp, message.timestamp)
        for path in message.leaves:
            if path in known.keys or len(known.keys) < MAX_KEYS:
                known.keys[path] = known.keys.get(path, 0) + 1

    def type_of(self, message: Message) -> str:
        """Return the type of a message that was learned."""
        name = _name(message)
        return name if name in self.types_of(message.board) else OTHER

    def forget(self, board: str) -> None:
        """Forget a board."""
        self._boards.pop(board, None)


def _name(message: Message) -> str:
    if message.kind is MessageKind.AGENT:
        return FROM_AGENT
    name = " ".join((message.name or "").split())[:MAX_NAME]
    return name if name.isprintable() and name else OTHER
