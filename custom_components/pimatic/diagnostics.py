"""Diagnostics: all that helps to find a fault, nothing that opens a door."""

from collections import Counter
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .coordinator import RULE, VARIABLE, PimaticConfigEntry
from .templates import shape_of

TO_REDACT = {CONF_HOST, CONF_PASSWORD, CONF_USERNAME, "title", "unique_id"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: PimaticConfigEntry) -> dict[str, Any]:
    """Return what the integration knows about a server.

    Values of texts and variables stay out: people keep addresses and codes in them.
    """
    coordinator = entry.runtime_data
    user = coordinator.client.state.user
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "pushed": coordinator.client.connected,
            "dropped": coordinator.client.dropped.as_dict(),
        },
        "user": {"role": user.role, "permissions": dict(user.permissions)} if user else None,
        "counts": {
            "devices": len(coordinator.devices),
            "without_plugin": len(coordinator.without_plugin),
            "variables": Counter(variable.type for variable in coordinator.variables.values()),
            "rules": len(coordinator.rule_names),
            "groups": len(coordinator.client.state.groups),
        },
        "devices": [
            {
                "id": device.id,
                "class": device.config.device_class,
                "template": device.template,
                "roles": list(shape_of(device).roles),
                "attributes": {
                    one.name: {
                        "kind": one.kind,
                        "unit": one.unit,
                        "value": _shown(coordinator.data.get((device.id, one.name))),
                    }
                    for one in device.attributes
                },
                "actions": {action.name: [one.name for one in action.parameters] for action in device.actions},
            }
            for device in coordinator.devices.values()
        ],
        "keys": Counter({VARIABLE: "variables", RULE: "rules"}.get(key[0], "attributes") for key in coordinator.data),
    }


def _shown(value: Any) -> Any:
    return f"text of {len(value)} characters" if isinstance(value, str) else value
