"""What Iottly has stored and what of it can be imported: the numeric leaves that have a sensor.

Needs the recorder: imported only when an import runs.
"""

from array import array
import asyncio
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from math import isnan, nan

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .api import IottlyClient, LeafKind, Message, MessageKind, as_kind, is_measured, number_meaning
from .common.client.errors import InvalidAnswer
from .common.history.statistics import Point, Series, enabled_sensor
from .common.ids import join_id
from .common.names.quantities import COUNTED
from .const import DOMAIN, LEAF
from .identity import unique_id
from .message_store import MessageStore

# Messages asked for in one go: few, since each may be large; and the rest that the server gets between two of these.
CHUNK = 200
PAUSE_SECONDS = 0.1
# Points of a board that are held in memory, 16 bytes each; those that do not fit are read again when it is their turn.
MAX_POINTS = 500_000
# More than a year with a message every ten seconds.
MOST_MESSAGES = 4_000_000


def stored_series(
    hass: HomeAssistant, client: IottlyClient, project: str, boards: Iterable[str], messages: MessageStore
) -> Iterator[Series]:
    """Yield a series for each number among the leaves of the boards that has an enabled sensor."""
    for board in boards:
        sensors = {
            path: entity_id
            for path, kind in messages.leaf_kinds(board).items()
            if kind is LeafKind.NUMBER
            and is_measured(path)
            and (entity_id := enabled_sensor(hass, DOMAIN, unique_id(project, board, f"{LEAF}{path}")))
        }
        history = BoardHistory(client, board, sensors)
        for path, entity_id in sensors.items():
            meaning = number_meaning(path, messages.unit_of(board, path) or None)
            yield Series(
                key=_series_key(board, path),
                entity_id=entity_id,
                unit=meaning.unit if meaning else None,
                fetch=partial(history.fetch, path),
                total=meaning is not None and meaning.state_class == COUNTED,
            )


def _series_key(board: str, path: str) -> str:
    """Return the key of a leaf's series. No id of a board begins with a slash."""
    return join_id("", board, path) if "." in board else f"{board}.{path}"


class BoardHistory:
    """The numbers in a board's stored messages, read once for all of its leaves as long as they fit into memory."""

    def __init__(self, client: IottlyClient, board: str, paths: Collection[str]) -> None:
        """Initialize with the board and the leaves that are wanted; nothing is read yet."""
        self._client = client
        self._board = board
        self._paths = tuple(paths)
        # What was read: later than the first of these times and not later than the second.
        self._begin = self._end = 0.0
        self._times: dict[str, array[float]] = {}
        self._values: dict[str, array[float]] = {}

    async def fetch(self, path: str, after: float, until: float, limit: int) -> list[Point]:
        """Return at most `limit` points of a leaf, later than `after` and not later than `until`."""
        found: list[Point] = []
        while after < until and len(found) < limit:
            if not self._begin <= after < self._end:
                await self._read(after, until)
            times, values = self._times[path], self._values[path]
            first = bisect_right(times, after)
            last = min(bisect_right(times, until), first + limit - len(found))
            found += [Point(times[i], None if isnan(values[i]) else values[i]) for i in range(first, last)]
            after = self._end
        return found

    async def _read(self, after: float, until: float) -> None:
        """Read what is later than `after`, as much as fits."""
        self._times = {path: array("d") for path in self._paths}
        self._values = {path: array("d") for path in self._paths}
        self._begin, self._end = after, after
        start = dt_util.utc_from_timestamp(after)
        end = dt_util.utc_from_timestamp(until) + timedelta(milliseconds=1)
        for _ in range(MOST_MESSAGES // CHUNK):
            messages = await self._client.history(self._board, start=start, end=end, kind=MessageKind.USER, limit=CHUNK)
            for message in messages:
                self._add(message)
            if not messages:
                self._end = until
                return
            start = _after(messages[-1])
            self._end = min(messages[-1].timestamp.timestamp(), until)
            if sum(map(len, self._times.values())) >= MAX_POINTS and self._end > after:
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise InvalidAnswer("the stored messages have no end")

    def _add(self, message: Message) -> None:
        time = message.timestamp.timestamp()
        for path in self._paths:
            if path in message.leaves:
                number = as_kind(message.leaves[path], LeafKind.NUMBER)
                self._times[path].append(time)
                self._values[path].append(float(number) if isinstance(number, int | float) else nan)


def _after(message: Message) -> datetime:
    return message.timestamp + timedelta(milliseconds=1)
