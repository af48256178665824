"""The simulated project: boards, deployment groups, stored messages, delivery of commands."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from .boards import DOORBELL, GREENHOUSE, METER, Board, Doorbell, default_boards
from .shapes import AGENT, USER, Stored

PROJECT_ID = "58f73b41c3cc4800078010c5"
ORPHANED = "1fef341c-2b1d-42d3-ac9a-2da8d4ec4756"
FIELD_GROUP = "4b1d0ad3-3e2c-4c1e-8f0b-92c1c8de7a10"
KEPT = 5000


@dataclass
class Group:
    """A deployment group (docs/protocol/iottly.md#inspect-a-project)."""

    id: str
    name: str
    boards: list[str] = field(default_factory=list)
    status: str = ""
    branch: str = ""
    revision: str = ""


class Project:
    """One project: its boards, groups and messages."""

    def __init__(self, stored: Callable[[Stored], None], *, answer_seconds: float, flash_seconds: float) -> None:
        """Initialize. `stored` is called with each message; the seconds are the time for a reply and a restart."""
        self.id = PROJECT_ID
        self.name = "My awesome project"
        self.boards = default_boards()
        self.groups = [
            Group(ORPHANED, "_orphaned", [DOORBELL]),
            Group(FIELD_GROUP, "field", [GREENHOUSE, METER], "deployed", "master", "3f2a91c"),
        ]
        self.spare_licenses = 2
        self.messages: list[Stored] = []
        self._on_stored = stored
        self._answer_seconds = answer_seconds
        self.flash_seconds = flash_seconds
        self._random = Random(7)
        self._ids = count(0x58F73B5DC3CC4800078010CA)
        self._tasks: set[asyncio.Task[None]] = set()
        for board in self.boards.values():
            self.send(board.id, {"connectionstatus": "connected"}, AGENT)
            self.report(board.id)

    # Messages -----------------------------------------------------------------------------------

    def send(self, board: str, payload: dict[str, Any], kind: str = USER, timestamp: datetime | None = None) -> Stored:
        """Store a message of a board, and call `stored`."""
        now = datetime.now(UTC)
        channel = self.boards[board].channel if board in self.boards else None
        message = Stored(f"{next(self._ids):024x}", board, self.id, kind, payload, timestamp or now, channel)
        self.messages.append(message)
        del self.messages[:-KEPT]
        self._on_stored(message)
        return message

    def report(self, board: str) -> None:
        """Send the regular message of a board, if it has one and is connected."""
        if self.boards[board].connected and (payload := self.boards[board].report()):
            self.send(board, payload)

    def tick(self) -> None:
        """Change and report the values of all boards, and sometimes press the doorbell."""
        for board in self.boards.values():
            board.drift(self._random)
            self.report(board.id)
            if isinstance(board, Doorbell) and self._random.random() < 0.1:
                self.send(board.id, board.press(1))

    def of(self, board: str) -> list[Stored]:
        """Return the board's stored messages, newest first."""
        found = [message for message in self.messages if message.board == board]
        return sorted(found, key=lambda message: message.timestamp, reverse=True)

    # Boards and groups --------------------------------------------------------------------------

    def connect(self, board: str, is_connected: bool) -> None:
        """Connect or disconnect a board; its agent sends a message."""
        if self.boards[board].connected is not is_connected:
            self.boards[board].connected = is_connected
            self.send(board, {"connectionstatus": "connected" if is_connected else "disconnected"}, AGENT)

    def add_board(self, name: str) -> str:
        """Add a board to the group of orphaned boards, and return its id."""
        board = Board(str(uuid4()), name, "b8:27:eb:" + ":".join(f"{self._random.randrange(256):02x}" for _ in "abc"))
        board.values = {"temperature": 20.0}
        self.boards[board.id] = board
        self.groups[0].boards.append(board.id)
        self.send(board.id, {"connectionstatus": "connected"}, AGENT)
        return board.id

    def remove_board(self, board: str) -> None:
        """Delete a board and its messages."""
        del self.boards[board]
        self.messages = [message for message in self.messages if message.board != board]
        for group in self.groups:
            group.boards = [other for other in group.boards if other != board]

    def deliver(self, board: str, command: dict[str, Any]) -> None:
        """Deliver a command to the board; it is lost if the board is disconnected."""
        self._run(self._execute(self.boards[board], command))

    def flash(self, group: Group, *, fails: bool, hangs: bool) -> None:
        """Deploy firmware. If it `fails`, the boards cannot load it; if it `hangs`, they do not reconnect."""
        self._run(self._flash(group, fails=fails, hangs=hangs))

    async def close(self) -> None:
        """Cancel all tasks of the boards."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _execute(self, board: Board, command: dict[str, Any]) -> None:
        await asyncio.sleep(self._answer_seconds)
        if board.connected:
            for payload in board.execute(command):
                self.send(board.id, payload)

    async def _flash(self, group: Group, *, fails: bool, hangs: bool) -> None:
        group.status = "deploying"
        present = [board for board in group.boards if self.boards[board].connected]
        status = "failed" if fails else "successful"
        for board in present:
            self.send(board, {"download_file": {"status": status, "dest_file": "firmware.tar.gz"}})
        if fails:
            group.status = "failed"
            return
        for board in present:
            self.connect(board, False)
        await asyncio.sleep(self.flash_seconds)
        if hangs:
            return
        group.status, group.revision = "deployed", f"{self._random.randrange(16**7):07x}"
        for board in present:
            self.connect(board, True)

    def _run(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
