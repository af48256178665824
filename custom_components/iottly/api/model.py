"""The types of the Iottly API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

type LeafValue = bool | int | float | str | datetime
# Board, milliseconds, digest of the payload.
type Identity = tuple[str, int, bytes]


class MessageKind(StrEnum):
    """The origin of a message: the user's code on the board, or Iottly's agent on it."""

    USER = "userdefined"
    AGENT = "iottlyagent"


class LeafKind(Enum):
    """The kind of a leaf of a payload, which its first value determines."""

    FLAG = "flag"
    NUMBER = "number"
    MOMENT = "moment"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a board.

    `timestamp` is the server's and orders messages; the board's own clock can be days off
    (docs/protocol/iottly.md#dates). It is never later than when the message was read; `stated` is what the server
    said, where it said anything. `leaves` are the payload's values by path, `units` those that their names do not say,
    see `Leaves`.
    `connected` is what the agent says about the board's connection; None when the message says
    nothing about it. `id` is there only where the server's storage gave one.
    """

    board: str
    kind: MessageKind
    payload: Mapping[str, Any]
    leaves: Mapping[str, LeafValue | None]
    timestamp: datetime
    units: Mapping[str, str] = field(default_factory=dict)
    stated: datetime | None = None
    device_timestamp: datetime | None = None
    connected: bool | None = None
    id: str | None = None

    @property
    def identity(self) -> Identity:
        """Return the identity of a message, the same if pushed and if polled (only polled messages have an id).

        The server stores milliseconds and pushes microseconds.
        """
        if self.stated is None and self.id is not None:
            return self.board, 0, self.id.encode(errors="replace")
        milliseconds = int((self.stated or self.timestamp).timestamp() * 1000)
        payload = orjson.dumps(self.payload, option=orjson.OPT_SORT_KEYS)
        return self.board, milliseconds, blake2b(payload, digest_size=16).digest()

    @property
    def size(self) -> int:
        """Return the size of the payload as JSON in bytes."""
        return len(orjson.dumps(self.payload))

    @property
    def name(self) -> str | None:
        """Return the first key of the payload, which is the message's name in the user's code."""
        return next(iter(self.payload), None)

    def mentions(self, key: str) -> bool:
        """Return True if user code's message has this key at any depth, as `{"ECHO": {"echo": ..}}` has "echo"."""
        return self.kind is MessageKind.USER and key in _keys(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board's properties. The board's token in the API is its licence, and is not kept."""

    id: str
    name: str | None = None
    mac: str | None = None
    agent_version: str | None = None
    connected: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentGroup:
    """A group of boards with the same firmware: a branch of the project's code, at a revision."""

    id: str
    name: str
    status: str | None
    branch: str | None
    revision: str | None
    boards: tuple[str, ...]

    @property
    def is_flashable(self) -> bool:
        """Return True if there is a board to flash."""
        return bool(self.boards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project. The newer API lists no groups here, and the boards have to come from `boards()`."""

    id: str
    name: str
    board_model: str | None
    groups: tuple[DeploymentGroup, ...]
    # False if some rows of the response could not be read: missing boards or groups may still exist.
    is_complete: bool = True

    @property
    def boards(self) -> tuple[str, ...]:
        """Return the ids of the boards of all groups."""
        return tuple(dict.fromkeys(board for group in self.groups for board in group.boards))


class Boards(NamedTuple):
    """The boards of a response. `is_complete` is False if some of its rows could not be read."""

    boards: tuple[Board, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Licenses:
    """The numbers of used and of available licences of the project."""

    paired: int
    available: int


def _keys(value: Mapping[str, Any]) -> Iterator[str]:
    for key, inner in value.items():
        yield key
        if isinstance(inner, dict):
            yield from _keys(inner)
