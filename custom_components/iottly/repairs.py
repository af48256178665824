"""Repairs: a webhook that has received messages before, but none for a day."""

from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .common.issues import FixFlow, drop_with_entry, set_issue
from .const import CONF_WEBHOOK_SEEN, OPTION_WEBHOOK
from .coordinator import IottlyConfigEntry
from .webhook import async_webhook_url

WEBHOOK_SILENT = "webhook_silent"
# How long a webhook may be silent, and how often that is checked. The checks are counted: a clock that is set, as at
# the start of a computer that has none of its own, is no silence.
LONGEST_SILENCE = timedelta(days=1)
CHECK_INTERVAL = timedelta(hours=1)


@callback
def watch_webhook(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Raise the issue after a day of silence, and drop it when a webhook arrives or the entry is unloaded."""
    coordinator = entry.runtime_data
    key = coordinator.webhook_key
    silent_checks = 0

    @callback
    def arrived() -> None:
        nonlocal silent_checks
        silent_checks = 0
        if not entry.data.get(CONF_WEBHOOK_SEEN):
            hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_SEEN: True})
        set_issue(hass, entry, WEBHOOK_SILENT, False)

    @callback
    def check(_now: datetime) -> None:
        nonlocal silent_checks
        silent_checks += 1
        if entry.data.get(CONF_WEBHOOK_SEEN) and silent_checks * CHECK_INTERVAL >= LONGEST_SILENCE:
            set_issue(hass, entry, WEBHOOK_SILENT, True)

    if entry.options.get(OPTION_WEBHOOK, True):
        entry.async_on_unload(coordinator.subscribe((key,), arrived, measurement=True))
        entry.async_on_unload(async_track_time_interval(hass, check, CHECK_INTERVAL))
    drop_with_entry(hass, entry, WEBHOOK_SILENT)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that shows the URL again, or does without the webhook."""
    return SilentWebhookFlow(str((data or {}).get("entry_id")))


class SilentWebhookFlow(FixFlow):
    """Lets the person choose: correct the webhook at Iottly, or do without it."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self._is_corrected = False

    @override
    async def async_ask(self, entry: IottlyConfigEntry) -> RepairsFlowResult:
        """Show the URL and the ways out."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["corrected", "switch_off"],
            description_placeholders={
                "name": entry.title,
                "url": await async_webhook_url(self.hass, entry.data[CONF_WEBHOOK_ID]),
            },
        )

    async def async_step_corrected(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Believe that the webhook was corrected."""
        self._is_corrected = True
        return await self.async_step_confirm({})

    async def async_step_switch_off(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Do without the webhook."""
        self.needs_loaded = False
        return await self.async_step_confirm({})

    @override
    async def async_fix(self, entry: IottlyConfigEntry) -> None:
        if self._is_corrected:
            # From now on another day of silence is allowed.
            coordinator = entry.runtime_data
            coordinator.apply({coordinator.webhook_key: dt_util.utcnow()})
            return
        # Polls are back at their interval.
        self.hass.config_entries.async_update_entry(
            entry,
            options={**entry.options, OPTION_WEBHOOK: False},
            data={**entry.data, CONF_WEBHOOK_SEEN: False},
        )
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
