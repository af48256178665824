"""When a project is polled (rarely while the webhook is called), and what one poll reads."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import NamedTuple

from .api import (
    CLOCK_TOLERANCE,
    MAX_BOARDS,
    Board,
    IottlyClient,
    Licenses,
    Message,
    NoRoute,
    NotFound,
    Project,
    ServerError,
)
from .common.client.errors import AuthFailed, CannotConnect, InvalidAnswer, PushError
from .const import DEFAULT_POLL_INTERVAL

# The longest time by which calls of the webhook can delay the next poll.
LONGEST_SECONDS = 900.0
# The shortest time between polls for messages of unknown boards, which anyone could send.
HURRY_SECONDS = 30.0
# The most messages of one board that are read after a long time without connection.
MOST_MESSAGES = 5000
# The server is unavailable if the messages of more boards than these cannot be fetched.
MOST_UNREACHABLE = 2
# Parallel requests.
AT_ONCE = 4
# Groups, licenses and the list of boards change rarely.
STRUCTURE_SECONDS = 300.0


class PollSchedule:
    """The time of the next poll: each call of the webhook delays it by the poll interval, 15 minutes at most.

    So polls are rare while the webhook is called, and return to the interval afterwards. After a poll that finds
    messages which the webhook did not bring, the webhook does not delay the next one.
    """

    def __init__(self, clock: Callable[[], float], interval: float | None) -> None:
        """Initialize with a monotonic clock and the poll interval in seconds."""
        self._clock = clock
        self._interval = float(interval or DEFAULT_POLL_INTERVAL)
        self._polled_at = clock()
        self._pushed_at = float("-inf")
        self._hurried_at = float("-inf")
        self._is_covered = True
        self._hurry = asyncio.Event()

    @property
    def due_in(self) -> float:
        """Return the seconds until the next poll."""
        due = self._polled_at + self._interval
        if self._is_covered and self._pushed_at > self._polled_at:
            due = min(self._pushed_at + self._interval, self._polled_at + max(LONGEST_SECONDS, self._interval))
        return due - self._clock()

    def pushed(self) -> None:
        """Handle a call of the webhook."""
        self._pushed_at = self._clock()

    def polled(self, missed: int) -> None:
        """Handle a finished poll; `missed` is the number of its messages that the webhook should have brought."""
        self._polled_at = self._clock()
        self._is_covered = missed == 0

    def may_hurry(self) -> bool:
        """Return True if an unknown board may cause a poll now, and remember that it did."""
        if self._clock() < self._hurried_at + HURRY_SECONDS:
            return False
        self._hurried_at = self._clock()
        return True

    def hurry(self) -> None:
        """Make the next poll due now."""
        self._hurry.set()

    async def wait(self) -> None:
        """Wait until the next poll is due; calls of the webhook can delay it while waiting."""
        while (seconds := self.due_in) > 0 and not self._hurry.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._hurry.wait()
            except TimeoutError:
                continue
        self._hurry.clear()


class ProjectState(NamedTuple):
    """The result of one poll. `messages` are by board, oldest first; `when` is the start of the poll.

    `unread` are the boards whose messages could not be read. `is_complete` is False if boards or groups that
    are missing may still exist; `is_cut` is True if there are more boards than MAX_BOARDS.
    """

    project: Project
    boards: dict[str, Board]
    licenses: Licenses | None
    messages: dict[str, list[Message]]
    when: datetime
    unread: frozenset[str] = frozenset()
    is_complete: bool = True
    is_cut: bool = False


class ProjectReader:
    """Reads a project. The project and its licenses, which change rarely, are cached for some minutes."""

    def __init__(self, client: IottlyClient, clock: Callable[[], float]) -> None:
        """Initialize with the project's client and a monotonic clock."""
        self._client = client
        self._clock = clock
        self._project: Project | None = None
        self._licenses: Licenses | None = None
        self._project_read_at = 0.0
        self._boards: dict[str, Board] = {}
        # True if the server listed no boards.
        self._is_empty = False

    def forget(self) -> None:
        """Read project and licences again with the next poll."""
        self._project = None

    async def read(self, count: int, last_messages: Mapping[str, datetime]) -> ProjectState:
        """Read everything: of each board the latest `count` messages, or all since the last one known."""
        when = datetime.now(UTC)
        project = await self._read_project()
        boards, is_complete = await self._read_boards(project)
        is_cut = len(boards) > MAX_BOARDS
        boards = dict(islice(boards.items(), MAX_BOARDS))
        messages, unread = await self._read_messages(boards, count, last_messages)
        return ProjectState(project, boards, self._licenses, messages, when, unread, is_complete, is_cut)

    async def _read_boards(self, project: Project) -> tuple[dict[str, Board], bool]:
        """Return the boards, and False if missing boards may still exist, because the response was incomplete."""
        boards = {board: Board(id=board) for board in project.boards}
        is_complete = project.is_complete
        try:
            properties = await self._client.boards()
        except NotFound, InvalidAnswer:
            if not (self._boards or boards):
                raise
            properties, is_complete = None, False
        if properties is not None:
            boards |= {board.id: board for board in properties.boards}
            is_complete = is_complete and properties.is_complete
        self._is_empty = not boards
        if self._is_empty:
            # An empty list may be a fault of the server, which then may have no messages either.
            is_complete = is_complete and await self._is_gone(next(iter(self._boards), None))
        if not is_complete:
            boards = self._boards | boards
        # One more, so that `read` sees that there are too many.
        self._boards = boards = dict(islice(boards.items(), MAX_BOARDS + 1))
        return boards, is_complete

    async def _is_gone(self, board: str | None) -> bool:
        """Return True if the server refuses a board because it does not know it any more (newer generation)."""
        if board is None or not self._client.has_props:
            return False
        try:
            await self._client.board(board)
        except NoRoute:
            return False
        except NotFound:
            return True
        except ServerError as error:
            return error.status == HTTPStatus.FORBIDDEN
        except InvalidAnswer:
            pass
        return False

    async def _read_project(self) -> Project:
        now = self._clock()
        if self._project is None or now >= self._project_read_at + STRUCTURE_SECONDS:
            project = await self._client.project()
            try:
                self._licenses = await self._client.licenses()
            except InvalidAnswer, ServerError:
                pass  # they are for information only
            self._project, self._project_read_at = project, now
        return self._project

    async def _read_messages(
        self, boards: Iterable[str], count: int, last_messages: Mapping[str, datetime]
    ) -> tuple[dict[str, list[Message]], frozenset[str]]:
        """Return the messages of each board, and the boards whose messages could not be read."""
        slots = asyncio.Semaphore(AT_ONCE)
        failures: dict[str, PushError] = {}

        async def read(board: str) -> tuple[str, list[Message]]:
            async with slots:
                try:
                    return board, await self._read_messages_of(board, count, last_messages.get(board))
                except AuthFailed:
                    raise
                except PushError as error:
                    failures[board] = error
                    if sum(map(_is_unreachable, failures.values())) > MOST_UNREACHABLE:
                        raise
                    return board, []

        asked = tuple(boards)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(read(board)) for board in asked]
        except* PushError as errors:
            raise _most_serious(errors) from None
        if failures and len(failures) == len(asked) and not self._is_empty:
            _raise_first(failures.values())
        unread = frozenset(board for board, error in failures.items() if not isinstance(error, NotFound))
        return dict(task.result() for task in tasks), unread

    async def _read_messages_of(self, board: str, count: int, last: datetime | None) -> list[Message]:
        """Return a board's latest messages; if they do not include the last known one, all since that one."""
        messages = await self._client.messages(board, count=count)
        if last is None or len(messages) < count or messages[0].timestamp <= last:
            return messages
        end = datetime.now(UTC) + CLOCK_TOLERANCE
        return await self._client.history(board, start=last, end=end, limit=MOST_MESSAGES)


def _is_unreachable(error: PushError) -> bool:
    return isinstance(error, CannotConnect) and not isinstance(error, ServerError)


def _raise_first(errors: Iterable[PushError]) -> None:
    """Raise the first error that is about the server, and not only about a board."""
    for error in errors:
        if isinstance(error, NotFound | CannotConnect):
            raise error


def _most_serious(errors: BaseExceptionGroup[PushError]) -> PushError:
    """Return one of several parallel errors: refused credentials first."""
    flat = [error for error in errors.exceptions if isinstance(error, PushError)]
    return next((error for error in flat if isinstance(error, AuthFailed)), flat[0])
