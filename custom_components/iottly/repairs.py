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
# How long a webhook may not be called, and how often that is checked. The number of checks counts, because the clock
# may be set, as after the start of a computer without a hardware clock.
LONGEST_SILENCE = timedelta(days=1)
CHECK_INTERVAL = timedelta(hours=1)


@callback
def watch_webhook(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Raise the issue after a day without a call, and delete it with the next call or when the entry is unloaded."""
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
    """Return the flow that shows the URL again, or disables the webhook."""
    return SilentWebhookFlow(str((data or {}).get("entry_id")))


class SilentWebhookFlow(FixFlow):
    """A menu to correct the webhook at Iottly, or to disable it."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self._is_corrected = False

    @override
    async def async_ask(self, entry: IottlyConfigEntry) -> RepairsFlowResult:
        """Show the menu with the URL."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["corrected", "switch_off"],
            description_placeholders={
                "name": entry.title,
                "url": await async_webhook_url(self.hass, entry.data[CONF_WEBHOOK_ID]),
            },
        )

    async def async_step_corrected(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Delete the issue, because the user has corrected the webhook."""
        self._is_corrected = True
        return await self.async_step_confirm({})

    async def async_step_switch_off(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Disable the webhook."""
        self.needs_loaded = False
        return await self.async_step_confirm({})

    @override
    async def async_fix(self, entry: IottlyConfigEntry) -> None:
        if self._is_corrected:
            # The next issue can be raised after another day.
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
