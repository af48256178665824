"""The import of the history of a config entry in the background, its action, and a notification of its progress.

statistics.py, which imports the recorder, is imported only when an import starts, because Home Assistant may have no
recorder. The translations need the exceptions `no_recorder`, `import_running`, `import_interrupted` and
`import_failed`, and `history_running`, `history_interrupted` and `history_done` for the notification.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from logging import Logger
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.storage import Store
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from ..actions import target_of
from ..client.errors import CannotConnect, PushError
from ..client.markup import plain_text
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
    """The imports of a config entry, one at a time.

    About once a second the notification is updated, and an event `<domain>_history_import` is fired, whose `state` is
    running, interrupted or done.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        logger: Logger,
        series: Callable[[], Iterable[Series]],
        error_for: Callable[[PushError], HomeAssistantError],
    ) -> None:
        """Initialize; `series` returns all series, `error_for` the translated exception for a PushError.

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
        """Return True while an import is running."""
        return self._task is not None and not self._task.done()

    @callback
    def start(self, entity_ids: Collection[str] | None = None) -> asyncio.Task[Progress]:
        """Start an import of the history of these sensors, or of all.

        Raises HomeAssistantError if an import is running or there is no recorder.
        """
        if "recorder" not in self._hass.config.components:
            raise self._error("no_recorder")
        if self.is_running:
            raise self._error("import_running")
        self._task = self._entry.async_create_background_task(
            self._hass, self._run(entity_ids), f"{self._entry.domain} history of {self._entry.title}"
        )
        # Otherwise asyncio logs an exception again that was already logged.
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._task

    async def stop(self) -> None:
        """Stop the import; the next one continues it."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def end_of(self, task: asyncio.Task[Progress]) -> Progress:
        """Wait for the end of an import, which continues if the caller is canceled. Raises HomeAssistantError."""
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
            # It may contain a text of the server.
            reason = plain_text(await text_of(self._hass, self._error_for(error)))
            self._notify("interrupted", progress, reason=reason)
            raise self._error("import_interrupted") from None
        except asyncio.CancelledError:
            self._dismiss()
            raise
        except Exception:
            self._dismiss()
            self._logger.exception("%s: the history could not be imported", self._entry.title)
            raise self._error("import_failed") from None
        self._notify("done", progress)
        return progress

    @property
    def _notification_id(self) -> str:
        return f"{self._entry.domain}_history_{self._entry.entry_id}"

    @callback
    def _dismiss(self) -> None:
        """Remove the notification, which still says that the import is running."""
        persistent_notification.async_dismiss(self._hass, self._notification_id)

    @callback
    def _report(self, progress: Progress) -> None:
        self._notify("running", progress)

    @callback
    def _notify(self, state: str, progress: Progress, **reason: str) -> None:
        """Update the notification, and fire the event."""
        domain = self._entry.domain
        figures = {"done": progress.done, "series": progress.series, "points": progress.points, "hours": progress.hours}
        named = progress.failed[:MOST_NAMED]
        others = len(progress.failed) - len(named)
        failed = ", ".join([*named, *([f"… (+{others})"] if others else [])]) or "-"
        text = self._texts.get(f"component.{domain}.exceptions.history_{state}.message", state)
        persistent_notification.async_create(
            self._hass,
            text.format(name=self._entry.title, failed=failed, **figures, **reason),
            title=self._entry.title,
            notification_id=self._notification_id,
        )
        self._hass.bus.async_fire(
            f"{domain}_history_import",
            {"config_entry_id": self._entry.entry_id, "state": state, "failed": named, **figures},
        )

    def _error(self, key: str) -> HomeAssistantError:
        return HomeAssistantError(translation_domain=self._entry.domain, translation_key=key)


def _named(call: ServiceCall) -> Collection[str] | None:
    """Return the sensors that a call names, or None for all."""
    return call.data[CONF_ENTITY_ID] or None


@callback
def register_import_history(
    hass: HomeAssistant,
    domain: str,
    *,
    waits: bool = False,
    sensors_of: Callable[[ServiceCall], Collection[str] | None] = _named,
) -> None:
    """Register the action `import_history` of an integration whose coordinators have a `HistoryRun` as `history`.

    `waits` is the default of the field `wait`. `sensors_of` returns the sensors of a call, or None for all.
    """

    async def import_history(call: ServiceCall) -> ServiceResponse:
        """Start an import, and wait for its end if the call has `wait` or returns a response."""
        entry, _ = target_of(call)
        history: HistoryRun = entry.runtime_data.history
        task = history.start(sensors_of(call))
        if not (call.data[ATTR_WAIT] or call.return_response):
            return None
        progress = await history.end_of(task)
        if not call.return_response:
            return None
        return {
            "sensors": progress.done,
            "points": progress.points,
            "hours": progress.hours,
            "failed": list(progress.failed),
        }

    schema = vol.Schema(
        {
            vol.Required(CONF_DEVICE_ID): cv.string,
            vol.Optional(CONF_ENTITY_ID, default=list): cv.entity_ids,
            vol.Optional(ATTR_WAIT, default=waits): cv.boolean,
        }
    )
    hass.services.async_register(domain, "import_history", import_history, schema, SupportsResponse.OPTIONAL)
