"""The watched rules of a server, and their records, which are stored over restarts."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..api import LogMessage, Rule
from ..common.texts import text_of
from ..const import DOMAIN, LOGGER
from ..coordinator import DEVICES, MESSAGES, RULE, SEEN, Part, PartKind, PimaticCoordinator
from .comparison import Record
from .executions import rule_of
from .sources import draft_context
from .watch import DraftWatch

STORAGE_VERSION: Final = 1
# The records are stored at most this often.
SAVE_SECONDS: Final = 60.0
MOST_WATCHED: Final = 200
# Drafts are updated once for many changes of devices and entities.
SETTLE_SECONDS: Final = 1.0
# A rule can be deactivated after its draft has agreed for this time, and this often.
AGREED_TIME: Final = timedelta(days=7)
AGREED_RUNS: Final = 3
AGREEMENT_CHECK_INTERVAL: Final = timedelta(hours=1)


def watches_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store for the records of a server."""
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.watched_drafts.{entry_id}")


class DraftWatches:
    """The watched rules by their ids."""

    def __init__(self, coordinator: PimaticCoordinator) -> None:
        """Initialize without rules; `async_load` loads the stored ones."""
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._store = watches_store(coordinator.hass, coordinator.config_entry.entry_id)
        self._watches: dict[str, DraftWatch] = {}
        self._unsubscribe: dict[str, CALLBACK_TYPE] = {}
        self._cancel_update: CALLBACK_TYPE | None = None
        self._is_stopped = False

    def __contains__(self, rule_id: str) -> bool:
        """Return True if a rule is watched."""
        return rule_id in self._watches

    def of(self, rule_id: str) -> DraftWatch | None:
        """Return the watch of a rule."""
        return self._watches.get(rule_id)

    # Load, start, stop ---------------------------------------------------------------------------

    async def async_load(self) -> None:
        """Load the records, without those of removed rules."""
        rules = self._coordinator.rule_names
        for rule_id, data in (await self._store.async_load() or {}).items():
            if rule_id in rules or not self._coordinator.may("rules", "read"):
                try:
                    self._watches[rule_id] = self._new_watch(rule_id, Record(**data))
                except TypeError:
                    LOGGER.warning("The record of rule %s was stored by another version, and is ignored", rule_id)

    @callback
    def start(self) -> None:
        """Run the drafts after Home Assistant has started, until the entry is unloaded."""
        coordinator, unload = self._coordinator, self._coordinator.config_entry.async_on_unload
        for subscription in (
            coordinator.subscribe_event(MESSAGES, self._logged),
            coordinator.subscribe_event(DEVICES, self._schedule_update),
            coordinator.async_add_listener(self._pause),
            self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_changed),
            async_track_time_interval(self._hass, self._check_agreement, AGREEMENT_CHECK_INTERVAL),
            async_at_started(self._hass, self._started),
            self._stop,
        ):
            unload(subscription)
        for rule_id in self._watches:
            self._subscribe(rule_id)

    async def _started(self, _hass: HomeAssistant) -> None:
        await self._async_update_drafts()

    @callback
    def _stop(self) -> None:
        self._is_stopped = True
        if self._cancel_update is not None:
            self._cancel_update()
            self._cancel_update = None
        for rule_id, watch in self._watches.items():
            watch.stop()
            self._unsubscribe.pop(rule_id, _do_nothing)()

    async def async_stop(self) -> None:
        """Stop the drafts, and store the records."""
        self._stop()
        if self._watches:
            await self._store.async_save(self._as_data())
        else:
            await self._store.async_remove()

    # Rules ---------------------------------------------------------------------------------------

    async def async_watch(self, rule_id: str) -> None:
        """Watch a rule. Raises ServiceValidationError if it cannot be watched."""
        rule = self._coordinator.client.state.rules.get(rule_id)
        if rule_id in self._watches or rule is None:
            return
        if len(self._watches) >= MOST_WATCHED:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="watch_too_many",
                translation_placeholders={"most": str(MOST_WATCHED)},
            )
        watch = self._new_watch(rule_id, Record(rule.text, dt_util.utcnow().timestamp()))
        try:
            await watch.async_update_draft(draft_context(self._coordinator))
        except HomeAssistantError:
            watch.stop()
            raise
        if self._is_stopped or rule_id in self._watches:
            # The entry was unloaded, or another call watches the rule, in the meantime.
            watch.stop()
            return
        self._watches[rule_id] = watch
        self._subscribe(rule_id)
        self._changed(rule_id)
        self._update_part(rule_id)

    @callback
    def unwatch(self, rule_id: str) -> None:
        """Stop watching a rule, and remove its record."""
        if (watch := self._watches.pop(rule_id, None)) is not None:
            watch.stop()
            self._unsubscribe.pop(rule_id, _do_nothing)()
            self._changed(rule_id)
            self._update_part(rule_id)

    def _update_part(self, rule_id: str) -> None:
        """Add or remove the sensor of a rule."""
        if rule_id in self._coordinator.rule_names:
            self._coordinator.parts.add(Part(PartKind.RULE, rule_id))

    def _new_watch(self, rule_id: str, record: Record) -> DraftWatch:
        return DraftWatch(self._coordinator, rule_id, record, self._changed)

    def _subscribe(self, rule_id: str) -> None:
        self._unsubscribe[rule_id] = self._coordinator.subscribe(
            ((RULE, rule_id),), lambda: self._rule_changed(rule_id)
        )

    @callback
    def _rule_changed(self, rule_id: str) -> None:
        """Draft an edited rule again, stop watching a removed one, and pause the comparison."""
        watch = self._watches[rule_id]
        if watch.rule is None:
            self.unwatch(rule_id)
            return
        watch.pause()
        self._schedule_update()
        self._changed(rule_id)

    # Drafts --------------------------------------------------------------------------------------

    @callback
    def _entity_changed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Update the drafts after entities were renamed, added or removed, because drafts contain their ids."""
        if self._watches and (event.data["action"] != "update" or "old_entity_id" in event.data):
            self._schedule_update()

    @callback
    def _schedule_update(self, _: object = None) -> None:
        if self._watches and self._cancel_update is None:
            self._cancel_update = async_call_later(self._hass, SETTLE_SECONDS, self._update_scheduled)

    async def _update_scheduled(self, _now: datetime) -> None:
        self._cancel_update = None
        await self._async_update_drafts()

    async def _async_update_drafts(self) -> None:
        if not self._watches:
            return
        context = draft_context(self._coordinator)
        for rule_id, watch in list(self._watches.items()):
            problem = ""
            try:
                await watch.async_update_draft(context)
            except HomeAssistantError as error:
                problem = await text_of(self._hass, error)
            if watch.problem != problem:
                watch.problem = problem
                self._changed(rule_id)

    # Runs ----------------------------------------------------------------------------------------

    @callback
    def _logged(self, message: LogMessage) -> None:
        if (rule_id := rule_of(message.text)) is not None and (watch := self._watches.get(rule_id)) is not None:
            watch.server_logged()

    @callback
    def _pause(self) -> None:
        for watch in self._watches.values():
            watch.pause()

    @callback
    def _changed(self, rule_id: str) -> None:
        self._store.async_delay_save(self._as_data, SAVE_SECONDS)
        self._coordinator.fire((SEEN, rule_id), None)
        self._coordinator.fire(SEEN, None)

    @callback
    def _check_agreement(self, _now: datetime) -> None:
        self._coordinator.fire(SEEN, None)

    def _as_data(self) -> dict[str, Any]:
        return {rule_id: asdict(watch.record) for rule_id, watch in self._watches.items()}

    # Rules that agree ----------------------------------------------------------------------------

    def agreeing(self) -> Iterator[Rule]:
        """Yield the active rules whose drafts have agreed for long enough, without those that the user declined."""
        before = (dt_util.utcnow() - AGREED_TIME).timestamp()
        for watch in self._watches.values():
            record, rule = watch.record, watch.rule
            is_proven = record.in_a_row >= AGREED_RUNS and record.agrees_since <= before
            if rule is not None and rule.active and is_proven and not watch.problem and not record.is_declined:
                yield rule

    @callback
    def decline(self, rule_id: str) -> None:
        """Store that the user wants to keep a rule active."""
        if (watch := self._watches.get(rule_id)) is not None:
            watch.record.is_declined = True
            self._changed(rule_id)


def _do_nothing() -> None:
    """Do nothing."""
