"""Diagnostics of an entry that is not loaded, which users download if the setup fails."""

from collections.abc import Collection
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntry, ConfigEntryState


def unloaded_facts(entry: ConfigEntry[Any], to_redact: Collection[str]) -> dict[str, Any] | None:
    """Return the diagnostics of an entry that is not loaded, and so has no coordinator; None for a loaded one."""
    if entry.state is ConfigEntryState.LOADED:
        return None
    return {
        "entry": async_redact_data(entry.as_dict(), to_redact),
        "state": entry.state.value,
        "reason": entry.error_reason_translation_key,
    }
