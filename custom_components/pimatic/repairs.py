"""Repairs: devices whose plugin is missing on the server, and a user that sees no devices.

Neither can be mended from here; both say what to do on the server, and go when it was done.
"""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .api import Device
from .const import DOMAIN

MISSING_PLUGIN = "missing_plugin"
NOTHING_VISIBLE = "nothing_visible"


@callback
def async_report_missing_plugins(hass: HomeAssistant, entry: ConfigEntry, devices: Iterable[Device]) -> None:
    """Raise the issue for these devices, or drop it when there are none."""
    listed = sorted(f"- {device.name} (`{device.config.device_class}`)" for device in devices)
    if not listed:
        _drop(hass, entry, MISSING_PLUGIN)
        return
    _raise(hass, entry, MISSING_PLUGIN, {"name": entry.title, "devices": "\n".join(listed[:50])})


@callback
def async_report_visibility(hass: HomeAssistant, entry: ConfigEntry, username: str, *, sees_devices: bool) -> None:
    """Raise the issue when the user's role hides all devices, or drop it."""
    if sees_devices:
        _drop(hass, entry, NOTHING_VISIBLE)
    else:
        _raise(hass, entry, NOTHING_VISIBLE, {"name": entry.title, "username": username})


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Drop all issues of an entry that is unloaded."""
    for key in (MISSING_PLUGIN, NOTHING_VISIBLE):
        _drop(hass, entry, key)


def _raise(hass: HomeAssistant, entry: ConfigEntry, key: str, placeholders: dict[str, str]) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def _drop(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")
