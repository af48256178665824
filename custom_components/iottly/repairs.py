"""Repairs: a webhook that was heard before and has been silent for a day."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .const import CONF_WEBHOOK_SEEN, DOMAIN, OPTION_WEBHOOK
from .coordinator import IottlyConfigEntry
from .inbox import Fact, Key
from .webhook import async_webhook_url

SILENCE = timedelta(days=1)
CHECK = timedelta(hours=1)


@callback
def watch_webhook(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Raise the issue after a day of silence, and drop it when a webhook arrives or the entry is unloaded."""
    coordinator = entry.runtime_data
    issue_id = f"webhook_silent_{entry.entry_id}"
    key = Key(coordinator.project_id, Fact.WEBHOOK)
    started = dt_util.utcnow()

    @callback
    def heard() -> None:
        if not entry.data.get(CONF_WEBHOOK_SEEN):
            hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_SEEN: True})
        ir.async_delete_issue(hass, DOMAIN, issue_id)

    @callback
    def check(_now: datetime) -> None:
        silence = dt_util.utcnow() - coordinator.data.get(key, started)
        if not entry.data.get(CONF_WEBHOOK_SEEN) or silence < SILENCE:
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="webhook_silent",
            translation_placeholders={"name": entry.title},
        )

    if entry.options.get(OPTION_WEBHOOK, True):
        entry.async_on_unload(coordinator.subscribe((key,), heard, measurement=True))
        entry.async_on_unload(async_track_time_interval(hass, check, CHECK))
    entry.async_on_unload(lambda: ir.async_delete_issue(hass, DOMAIN, issue_id))


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that shows the URL again, or does without the webhook."""
    return SilentWebhookFlow(str((data or {}).get("entry_id")))


class SilentWebhookFlow(RepairsFlow):
    """Lets the person choose: correct the webhook at Iottly, or do without it."""

    def __init__(self, entry_id: str) -> None:
        """Remember which project."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Show the URL and the ways out."""
        entry = self._entry
        if entry is None:
            return self.async_abort(reason="entry_gone")
        url = await async_webhook_url(self.hass, entry.data[CONF_WEBHOOK_ID])
        return self.async_show_menu(
            step_id="init",
            menu_options=["corrected", "switch_off"],
            description_placeholders={"name": entry.title, "url": url},
        )

    async def async_step_corrected(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Believe that the webhook was corrected: from now on another day of silence is allowed."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="entry_gone")
        coordinator = entry.runtime_data
        coordinator.apply({Key(coordinator.project_id, Fact.WEBHOOK): dt_util.utcnow()})
        return self.async_create_entry(data={})

    async def async_step_switch_off(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Do without the webhook: polls are back at their interval."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="entry_gone")
        self.hass.config_entries.async_update_entry(
            entry,
            options={**entry.options, OPTION_WEBHOOK: False},
            data={**entry.data, CONF_WEBHOOK_SEEN: False},
        )
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})

    @property
    def _entry(self) -> IottlyConfigEntry | None:
        entry: IottlyConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        return entry
