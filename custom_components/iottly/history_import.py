"""The import of messages that Iottly has stored: which leaves, and how its progress shows."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .api import IottlyClient, LeafKind, MessageKind, as_kind, leaves, number_meaning
from .const import DOMAIN, LEAF, LOGGER
from .push.errors import CannotConnect

if TYPE_CHECKING:
    from .coordinator import IottlyCoordinator
    from .push.history import Progress, Series

EVENT_PROGRESS = f"{DOMAIN}_history_import"
# Messages asked for in one go, and the rest that the server gets between two of these.
CHUNK = 1000
PAUSE_SECONDS = 0.5


class BoardHistory:
    """The numbers in a board's stored messages, read once for all of its leaves."""

    def __init__(self, client: IottlyClient, board: str) -> None:
        """Take the board; nothing is read yet."""
        self._client = client
        self._board = board
        self._after: float | None = None
        self._points: defaultdict[str, list[tuple[float, float | None]]] = defaultdict(list)

    async def points(self, path: str, after: float, until: float) -> list[tuple[float, float | None]]:
        """Return time (seconds since 1970) and value of a leaf, later than one time and not later than another."""
        if self._after is None or after < self._after:
            await self._read(after, until)
        return [point for point in self._points[path] if after < point[0] <= until]

    async def _read(self, after: float, until: float) -> None:
        self._points.clear()
        start = dt_util.utc_from_timestamp(after)
        end = dt_util.utc_from_timestamp(until) + timedelta(milliseconds=1)
        while True:
            messages = await self._client.history(self._board, start=start, end=end, kind=MessageKind.USER, limit=CHUNK)
            for message in messages:
                for path, value in leaves(message.payload, self._client.dropped).items():
                    number = as_kind(value, LeafKind.NUMBER)
                    known = float(number) if isinstance(number, int | float) else None
                    self._points[path].append((message.timestamp.timestamp(), known))
            if len(messages) < CHUNK:
                break
            start = messages[-1].timestamp + timedelta(milliseconds=1)
            await asyncio.sleep(PAUSE_SECONDS)
        self._after = after


class HistoryImporter:
    """One import at a time for one project."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[IottlyCoordinator]) -> None:
        """Prepare; `start` imports."""
        self._hass = hass
        self._entry = entry
        self._task: asyncio.Task[Progress] | None = None
        self._texts: dict[str, str] = {}

    @property
    def is_running(self) -> bool:
        """Whether an import is under way."""
        return self._task is not None and not self._task.done()

    @callback
    def start(self, entity_ids: Iterable[str] = ()) -> asyncio.Task[Progress]:
        """Start to import the history of these sensors, of all if there are none named.

        Raises HomeAssistantError when an import runs already or there is no recorder.
        """
        if "recorder" not in self._hass.config.components:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_recorder")
        if self.is_running:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="import_running")
        self._task = self._entry.async_create_background_task(
            self._hass, self._run(set(entity_ids)), f"{DOMAIN} history of {self._entry.title}"
        )
        # Whoever only starts it never asks how it ended: that stands in the log and the notification.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._task

    async def stop(self) -> None:
        """Stop; the next import goes on from here."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, entity_ids: set[str]) -> Progress:
        # The recorder may not be there: it is imported only when it is used.
        from .push.history import HistoryImport, Progress

        self._texts = await async_get_translations(self._hass, self._hass.config.language, "exceptions", {DOMAIN})
        progress = Progress(0)
        try:
            importer = HistoryImport(self._hass, f"{DOMAIN}.{self._entry.entry_id}.history", self._report)
            progress = await importer.run(self._series(entity_ids))
        except CannotConnect as error:
            self._tell("history_interrupted", progress, reason=str(error))
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="import_interrupted") from None
        except Exception:
            LOGGER.exception("%s: the history could not be imported", self._entry.title)
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="import_failed") from None
        self._tell("history_done", progress)
        return progress

    def _series(self, entity_ids: set[str]) -> list[Series]:
        """Return the numeric leaves that have an enabled sensor."""
        from .push.history import Series

        coordinator = self._entry.runtime_data
        registry = er.async_get(self._hass)
        found: list[Series] = []
        for board in coordinator.boards:
            history = BoardHistory(coordinator.client, board)
            for path, kind in coordinator.inbox.kinds(board).items():
                entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{board}{LEAF}{path}")
                entity = registry.async_get(entity_id) if entity_id else None
                if kind is not LeafKind.NUMBER or entity_id is None or entity is None or entity.disabled:
                    continue
                if entity_ids and entity_id not in entity_ids:
                    continue
                meaning = number_meaning(path)
                found.append(
                    Series(
                        key=f"{board}.{path}",
                        entity_id=entity_id,
                        unit=meaning.unit if meaning else None,
                        fetch=_fetcher(history, path),
                        total=bool(meaning and meaning.grows),
                    )
                )
        return found

    @callback
    def _report(self, progress: Progress) -> None:
        self._tell("history_running", progress)

    @callback
    def _tell(self, key: str, progress: Progress, **more: str) -> None:
        """Show the progress as a notification, and fire it as an event for automations."""
        figures = {"done": progress.done, "series": progress.series, "points": progress.points, "hours": progress.hours}
        failed = ", ".join(progress.failed) or "-"
        text = self._texts.get(f"component.{DOMAIN}.exceptions.{key}.message", key)
        persistent_notification.async_create(
            self._hass,
            text.format(name=self._entry.title, failed=failed, **figures, **more),
            title=self._entry.title,
            notification_id=f"{DOMAIN}_history_{self._entry.entry_id}",
        )
        self._hass.bus.async_fire(
            EVENT_PROGRESS,
            {
                "config_entry_id": self._entry.entry_id,
                "state": key.removeprefix("history_"),
                "failed": list(progress.failed),
                **figures,
            },
        )


def _fetcher(history: BoardHistory, path: str) -> Any:
    """Return what fetches a page of one leaf."""
    from .push.history import Point

    async def fetch(after: float, until: float, limit: int) -> list[Point]:
        return [Point(moment, value) for moment, value in (await history.points(path, after, until))[:limit]]

    return fetch
