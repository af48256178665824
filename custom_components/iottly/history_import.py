"""What Iottly has stored and what of it can be imported: the numeric leaves that have a sensor.

Needs the recorder: imported only when an import runs.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .api import IottlyClient, LeafKind, MessageKind, as_kind, number_meaning
from .common.history.statistics import Point, Series, enabled_sensor
from .const import DOMAIN, LEAF

# Messages asked for in one go, and the rest that the server gets between two of these.
CHUNK = 1000
PAUSE_SECONDS = 0.5


def stored_series(
    hass: HomeAssistant, client: IottlyClient, leaves: Mapping[str, Mapping[str, LeafKind]]
) -> Iterator[Series]:
    """Yield a series for each number among the leaves, by board and path, that has an enabled sensor."""
    for board, kinds in leaves.items():
        history = BoardHistory(client, board)
        for path, kind in kinds.items():
            entity_id = enabled_sensor(hass, DOMAIN, f"{board}_{LEAF}{path}")
            if kind is LeafKind.NUMBER and entity_id:
                meaning = number_meaning(path)
                yield Series(
                    key=f"{board}.{path}",
                    entity_id=entity_id,
                    unit=meaning.unit if meaning else None,
                    fetch=partial(history.fetch, path),
                    total=bool(meaning and meaning.grows),
                )


class BoardHistory:
    """The numbers in a board's stored messages, read once for all of its leaves."""

    def __init__(self, client: IottlyClient, board: str) -> None:
        """Initialize with the board; nothing is read yet."""
        self._client = client
        self._board = board
        self._after: float | None = None
        self._points: defaultdict[str, list[Point]] = defaultdict(list)

    async def fetch(self, path: str, after: float, until: float, limit: int) -> list[Point]:
        """Return at most `limit` points of a leaf, later than `after` and not later than `until`."""
        if self._after is None or after < self._after:
            await self._read(after, until)
        return [point for point in self._points[path] if after < point.time <= until][:limit]

    async def _read(self, after: float, until: float) -> None:
        self._points.clear()
        start = dt_util.utc_from_timestamp(after)
        end = dt_util.utc_from_timestamp(until) + timedelta(milliseconds=1)
        while True:
            messages = await self._client.history(self._board, start=start, end=end, kind=MessageKind.USER, limit=CHUNK)
            for message in messages:
                for path, value in message.leaves.items():
                    number = as_kind(value, LeafKind.NUMBER)
                    known = float(number) if isinstance(number, int | float) else None
                    self._points[path].append(Point(message.timestamp.timestamp(), known))
            if len(messages) < CHUNK:
                break
            start = messages[-1].timestamp + timedelta(milliseconds=1)
            await asyncio.sleep(PAUSE_SECONDS)
        self._after = after
