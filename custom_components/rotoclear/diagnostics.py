"""Diagnostics, without credentials, addresses and names."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .common.diagnostics import unloaded_facts
from .coordinator import RotoclearConfigEntry
from .structures import plain

TO_REDACT = {CONF_TOKEN, CONF_USERNAME, CONF_HOST, "fingerprint", "title", "unique_id"}
# These identify the unit, its network or its users.
PRIVATE_VARIABLES = {"macAddr", "hostname", "netInfo", "connectionUrls", "userAuthentication", "httpsCertificate"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: RotoclearConfigEntry) -> dict[str, Any]:
    """Return the diagnostics of a config entry."""
    if (unloaded := unloaded_facts(entry, TO_REDACT)) is not None:
        return unloaded
    coordinator = entry.runtime_data
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "dropped": coordinator.client.dropped.as_dict(),
            "viewers": coordinator.stream.viewers,
        },
        "parts": [part._asdict() for part in coordinator.parts],
        "state": async_redact_data(plain(coordinator.data), PRIVATE_VARIABLES),
    }
