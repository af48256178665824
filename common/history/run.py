"""Imports the stored history of a config entry in the background, one import at a time, and shows how far it is.

Apart from statistics.py, which imports the recorder: that is loaded only when an import runs, since a Home
Assistant may be without it. The integration has the texts: exceptions `no_recorder`, `import_running`,
`import_interrupted`, `import_failed`, and `history_running`, `history_interrupted`, `history_done` for
the notification.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from logging import Logger
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.helpers.translation import async_get_translations

from ..client.errors import CannotConnect, PushError
from ..texts import text_of

if TYPE_CHECKING:
    from .statistics import Progress, Series

ATTR_WAIT = "wait"
STORE_VERSION = 1
# Of the entities that failed: an event or a notification with thousands would be none.
MOST_NAMED = 50


def _store_key(entry: ConfigEntry[Any]) -> str:
    """Return where it is kept how far the imports of an entry got."""
    return f"{entry.domain}.{entry.entry_id}.history"


async def async_forget_history(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Remove what is kept of the imports of an entry that is removed: its id does not come again."""
    await Store[Any](hass, STORE_VERSION, _store_key(entry)).async_remove()


class HistoryRun:
    """The imports of one config entry.

    About once a second a notification and an event `<domain>_history_import` tell how far it is, with `state` running,
    interrupted or done.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        logger: Logger,
        series: Callable[[], Iterable[Series]],
        error_for: Callable[[PushError], HomeAssistantError],
    ) -> None:
        """Initialize; `series` returns all that can be imported, `error_for` what a person is shown of an error.

        `series` may import the recorder.
        """
        self._hass = hass
        self._entry = entry
        self._logger = logger
        self._series = series
        self._error_for = error_for
        self._task: asyncio.Task[Progress] | None = None
        self._texts: dict[str, str] = {}

    @property
    def is_running(self) -> bool:
        """Return True while an import is under way."""
        return self._task is not None and not self._task.done()

    @callback
    def start(self, entity_ids: Collection[str] | None = None) -> asyncio.Task[Progress]:
        """Start to import the history of these sensors, or of all.

        Raises HomeAssistantError when an import runs already or there is no recorder.
        """
        if "recorder" not in self._hass.config.components:
            raise self._error("no_recorder")
        if self.is_running:
            raise self._error("import_running")
        self._task = self._entry.async_create_background_task(
            self._hass, self._run(entity_ids), f"{self._entry.domain} history of {self._entry.title}"
        )
        # Without this, asyncio would log an error that the log and the notification show already.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._task

    async def act(self, call: ServiceCall) -> ServiceResponse:
        """Start as an action's `entity_id` says, and wait for the end if its `wait` or a response is wanted."""
        task = self.start(call.data[CONF_ENTITY_ID] or None)
        if not (call.data[ATTR_WAIT] or call.return_response):
            return None
        progress = await self._end_of(task)
        if not call.return_response:
            return None
        return {"points": progress.points, "hours": progress.hours, "failed": list(progress.failed)}

    async def run(self, entity_ids: Collection[str] | None = None) -> Progress:
        """Do as `start` and wait for the end. Raises HomeAssistantError when the import does not get there."""
        return await self._end_of(self.start(entity_ids))

    async def stop(self) -> None:
        """Stop; the next import goes on from here."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _end_of(self, task: asyncio.Task[Progress]) -> Progress:
        """Wait for an import; it goes on when the caller is cancelled."""
        await asyncio.wait((task,))
        if task.cancelled():
            raise self._error("import_interrupted")
        return task.result()

    async def _run(self, entity_ids: Collection[str] | None) -> Progress:
        from .statistics import HistoryImport, Progress

        domain = self._entry.domain
        self._texts = await async_get_translations(self._hass, self._hass.config.language, "exceptions", {domain})
        progress = Progress(0)
        try:
            importer = HistoryImport(self._hass, _store_key(self._entry), self._report)
            wanted = [one for one in self._series() if entity_ids is None or one.entity_id in entity_ids]
            progress = await importer.run(wanted)
        except CannotConnect as error:
            self._notify("interrupted", progress, reason=await text_of(self._hass, self._error_for(error)))
            raise self._error("import_interrupted") from None
        except Exception:
            self._logger.exception("%s: the history could not be imported", self._entry.title)
            raise self._error("import_failed") from None
        self._notify("done", progress)
        return progress

    @callback
    def _report(self, progress: Progress) -> None:
        self._notify("running", progress)

    @callback
    def _notify(self, state: str, progress: Progress, **reason: str) -> None:
        """Show the progress as a notification, and fire it as an event for automations."""
        domain, entry_id = self._entry.domain, self._entry.entry_id
        figures = {"done": progress.done, "series": progress.series, "points": progress.points, "hours": progress.hours}
        named = progress.failed[:MOST_NAMED]
        others = len(progress.failed) - len(named)
        failed = ", ".join([*named, *([f"… (+{others})"] if others else [])]) or "-"
        text = self._texts.get(f"component.{domain}.exceptions.history_{state}.message", state)
        persistent_notification.async_create(
            self._hass,
            text.format(name=self._entry.title, failed=failed, **figures, **reason),
            title=self._entry.title,
            notification_id=f"{domain}_history_{entry_id}",
        )
        self._hass.bus.async_fire(
            f"{domain}_history_import",
            {"config_entry_id": entry_id, "state": state, "failed": named, **figures},
        )

    def _error(self, key: str) -> HomeAssistantError:
        return HomeAssistantError(translation_domain=self._entry.domain, translation_key=key)
