"""The import of pimatic's stored history: which attributes, and how its progress shows."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.components.sensor import SensorStateClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from .api import Attribute, Device, Kind, Value
from .const import DOMAIN, LOGGER
from .measures import measure
from .push.errors import CannotConnect
from .templates import shape_of

if TYPE_CHECKING:
    from .coordinator import PimaticCoordinator
    from .push.history import Progress, Series

EVENT_PROGRESS = f"{DOMAIN}_history_import"


class HistoryImporter:
    """One import at a time for one server."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[PimaticCoordinator]) -> None:
        """Prepare; `start` or `run` imports."""
        self._hass = hass
        self._entry = entry
        self._task: asyncio.Task[Progress] | None = None
        self._texts: dict[str, str] = {}

    @callback
    def start(self, entity_ids: Iterable[str] = ()) -> asyncio.Task[Progress]:
        """Start to import the history of these sensors, of all if there are none named.

        Raises HomeAssistantError when an import runs already or there is no recorder.
        """
        if "recorder" not in self._hass.config.components:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_recorder")
        if self._task is not None and not self._task.done():
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
        """Return the numeric attributes that have a sensor with statistics."""
        from .push.history import Series

        registry = er.async_get(self._hass)
        found: list[Series] = []
        for device, attribute in _numbers(self._entry.runtime_data.devices.values()):
            unique_id = f"{self._entry.entry_id}_{device.id}_{attribute.name}"
            entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
            entity = registry.async_get(entity_id) if entity_id else None
            if entity_id is None or entity is None or entity.disabled or (entity_ids and entity_id not in entity_ids):
                continue
            shown = measure(attribute)
            if shown.state_class is None:
                continue
            found.append(
                Series(
                    key=f"{device.id}.{attribute.name}",
                    entity_id=entity_id,
                    unit=shown.unit,
                    fetch=self._fetcher(device.id, attribute.name),
                    total=shown.state_class is SensorStateClass.TOTAL_INCREASING,
                )
            )
        return found

    def _fetcher(self, device_id: str, attribute: str) -> Any:
        """Return what fetches a page of one attribute."""
        from .push.history import Point

        async def fetch(after: float, until: float, limit: int) -> list[Point]:
            points = await self._entry.runtime_data.client.history(
                device_id, attribute, after=int(after * 1000) + 1 if after else 0, before=int(until * 1000), limit=limit
            )
            return [Point(point.time / 1000, _number(point.value)) for point in points]

        return fetch

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


def _numbers(devices: Iterable[Device]) -> Iterable[tuple[Device, Attribute]]:
    return (
        (device, attribute)
        for device in devices
        for attribute in shape_of(device).plain_attributes
        if attribute.kind is Kind.NUMBER
    )


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
