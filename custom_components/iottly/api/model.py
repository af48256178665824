"""What the Iottly API tells, typed. Nothing behind `api/` looks at JSON again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

ORPHANED = "_orphaned"


class MessageKind(StrEnum):
    """Who made a message: the user's code on the board, or Iottly's own agent there."""

    USER = "userdefined"
    AGENT = "iottlyagent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a board.

    `timestamp` is the server's and orders messages; the board's own clock can be days off
    (docs/protocol/iottly.md#dates). `id` is there only where the server's storage gave one.
    """

    board: str
    kind: MessageKind
    payload: Mapping[str, Any]
    timestamp: datetime
    device_timestamp: datetime | None = None
    id: str | None = None

    @property
    def identity(self) -> tuple[str, int, bytes]:
        """What is the same for one message, whether it was pushed or polled (only polled ones have an id).

        The server stores milliseconds and pushes microseconds.
        """
        milliseconds = int(self.timestamp.timestamp() * 1000)
        return self.board, milliseconds, orjson.dumps(self.payload, option=orjson.OPT_SORT_KEYS)

    @property
    def name(self) -> str | None:
        """The first key of the payload, which is what user code calls a message."""
        return next(iter(self.payload), None)

    @property
    def connected(self) -> bool | None:
        """What the agent tells of the board's connection; None when this message tells nothing of it."""
        if self.kind is not MessageKind.AGENT:
            return None
        return parse_connected(self.payload.get("connectionstatus"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board's properties. What the API calls the board's token is its licence, and is not kept."""

    id: str
    name: str | None = None
    mac: str | None = None
    agent_version: str | None = None
    connected: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentGroup:
    """A set of boards that get the same firmware: a branch of the project's code, at a revision."""

    id: str
    name: str
    status: str | None
    branch: str | None
    revision: str | None
    boards: tuple[str, ...]

    @property
    def is_flashable(self) -> bool:
        """Whether there is a board to flash."""
        return bool(self.boards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project. The newer API tells no groups here, and the boards have to come from `boards()`."""

    id: str
    name: str
    board_model: str | None
    groups: tuple[DeploymentGroup, ...]

    @property
    def boards(self) -> tuple[str, ...]:
        """The ids of the boards of all groups."""
        return tuple(dict.fromkeys(board for group in self.groups for board in group.boards))


@dataclass(frozen=True, slots=True, kw_only=True)
class Licenses:
    """How many boards the project's licences serve, and how many more they could."""

    paired: int
    available: int


def parse_connected(value: Any) -> bool | None:
    """Read `connectionstatus` and `operatingstatus`; None for what is neither."""
    match value:
        case str():
            return {"connected": True, "disconnected": False}.get(value.strip().lower())
    return None
