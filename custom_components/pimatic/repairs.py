"""Repairs: devices whose plugin is missing on the server, and a user who sees no devices.

Neither can be fixed from here. Their texts explain what to do on the server, and they go when that is done.
"""

from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant, callback

from .common.issues import drop_with_entry, set_issue
from .coordinator import DEVICES, PimaticConfigEntry

MISSING_PLUGIN = "missing_plugin"
NOTHING_VISIBLE = "nothing_visible"
MOST_LISTED = 50


@callback
def watch_issues(hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
    """Raise each issue while it lasts, and drop it with its cause or the entry."""
    coordinator = entry.runtime_data

    @callback
    def check(_: object = None) -> None:
        missing = coordinator.without_plugin.values()
        lines = sorted(f"- {device.name} (`{device.config.device_class}`)" for device in missing)
        listed = {"devices": "\n".join(lines[:MOST_LISTED])}
        set_issue(hass, entry, MISSING_PLUGIN, bool(lines), is_fixable=False, placeholders=listed)
        user = {"username": entry.data[CONF_USERNAME]}
        set_issue(hass, entry, NOTHING_VISIBLE, not coordinator.sees_devices, is_fixable=False, placeholders=user)

    check()
    entry.async_on_unload(coordinator.subscribe_event(DEVICES, check))
    drop_with_entry(hass, entry, MISSING_PLUGIN)
    drop_with_entry(hass, entry, NOTHING_VISIBLE)
