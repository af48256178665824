"""Repairs: devices whose plugin is missing on the server, plugins that report errors, a user who sees no devices.

These cannot be fixed from here: their texts explain what to do on the server, and they go when that is done. One more
asks whether rules can be switched off whose drafts have agreed with them for a week (moving/agreement.py).
"""

from datetime import datetime

from homeassistant.components.repairs import RepairsFlow
from homeassistant.const import CONF_USERNAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_call_later

from .api import LogMessage
from .common.client.markup import plain_text
from .common.issues import drop_with_entry, set_issue
from .const import LOGGER
from .coordinator import DEVICES, MESSAGES, PimaticConfigEntry
from .moving.agreement import SwitchOffRulesFlow, watch_agreement

MISSING_PLUGIN = "missing_plugin"
NOTHING_VISIBLE = "nothing_visible"
PLUGIN_ERRORS = "plugin_errors"
MOST_LISTED = 50
# The least time between two checks of the devices.
CHECK_SECONDS = 1.0
# The number of errors of one plugin within a time in seconds that raises the issue.
MANY_ERRORS = 5
QUIET_SECONDS = 3600.0
MOST_PLUGINS = 20
LONGEST_ERROR = 300
# Plugins are named so in the tags of a message (docs/protocol/pimatic.md#log-message).
PLUGIN_PREFIX = "pimatic-"


@callback
def watch_issues(hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
    """Raise each issue, and delete it with its cause or when the entry is unloaded."""
    coordinator = entry.runtime_data

    @callback
    def check() -> None:
        missing = coordinator.without_plugin.values()
        named = ((plain_text(device.name), plain_text(device.config.device_class)) for device in missing)
        lines = sorted(f"- {name} (`{kind}`)" for name, kind in named)
        listed = {"devices": "\n".join(lines[:MOST_LISTED])}
        set_issue(hass, entry, MISSING_PLUGIN, bool(lines), is_fixable=False, placeholders=listed)
        user = {"username": entry.data[CONF_USERNAME]}
        set_issue(hass, entry, NOTHING_VISIBLE, not coordinator.sees_devices, is_fixable=False, placeholders=user)

    check()
    # A server may announce thousands of devices one after the other.
    checks = Debouncer(hass, LOGGER, cooldown=CHECK_SECONDS, immediate=True, function=check)
    entry.async_on_unload(coordinator.subscribe_event(DEVICES, lambda _: checks.async_schedule_call()))
    entry.async_on_unload(checks.async_shutdown)
    errors = PluginErrors(hass, entry)
    entry.async_on_unload(coordinator.subscribe_event(MESSAGES, errors.take))
    entry.async_on_unload(errors.stop)
    watch_agreement(hass, entry)
    drop_with_entry(hass, entry, PLUGIN_ERRORS)
    drop_with_entry(hass, entry, MISSING_PLUGIN)
    drop_with_entry(hass, entry, NOTHING_VISIBLE)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of the only issue that can be fixed."""
    return SwitchOffRulesFlow(str((data or {}).get("entry_id")))


class PluginErrors:
    """Raises an issue for plugins with repeated errors, and deletes it after an hour without errors."""

    def __init__(self, hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._counts: dict[str, int] = {}
        # The listed error of a plugin: the one that reached the number.
        self._listed: dict[str, str] = {}
        self._last: dict[str, float] = {}
        self._cancel_check: CALLBACK_TYPE | None = None

    @callback
    def take(self, message: LogMessage) -> None:
        """Count an error of a plugin; each plugin updates the issue once, also if more errors follow."""
        plugin = next((plain_text(tag) for tag in message.tags if tag.startswith(PLUGIN_PREFIX)), "")
        if message.level != "error" or not plugin or (plugin not in self._counts and len(self._counts) >= MOST_PLUGINS):
            return
        self._last[plugin] = self._hass.loop.time()
        self._counts[plugin] = self._counts.get(plugin, 0) + 1
        if self._cancel_check is None:
            self._cancel_check = async_call_later(self._hass, QUIET_SECONDS, self._check)
        if self._counts[plugin] == MANY_ERRORS:
            self._listed[plugin] = message.text[:LONGEST_ERROR]
            self._write()

    @callback
    def _check(self, _now: datetime) -> None:
        """Forget the plugins without recent errors."""
        self._cancel_check = None
        quiet_since = self._hass.loop.time() - QUIET_SECONDS
        for plugin in [plugin for plugin, last in self._last.items() if last <= quiet_since]:
            del self._counts[plugin], self._last[plugin]
            if self._listed.pop(plugin, None) is not None:
                self._write()
        if self._counts:
            self._cancel_check = async_call_later(self._hass, QUIET_SECONDS, self._check)

    def _write(self) -> None:
        lines = [f"- {plugin}: `{plain_text(text)}`" for plugin, text in sorted(self._listed.items())]
        listed = {"plugins": "\n".join(lines)}
        set_issue(self._hass, self._entry, PLUGIN_ERRORS, bool(lines), is_fixable=False, placeholders=listed)

    @callback
    def stop(self) -> None:
        """Stop the check."""
        if self._cancel_check is not None:
            self._cancel_check()
