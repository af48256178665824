"""Diagnostics, without the identity and address of the robot and without what people said."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant

from .common.diagnostics import unloaded_facts
from .coordinator import MistyConfigEntry

TO_REDACT = {CONF_HOST, "title", "unique_id"}
# Names of values about people or the network.
PRIVATE = {
    "ipAddress",
    "label",
    "personName",
    "speechRecognitionResult",
    "message",
    "data",
    "objects",
    "name",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: MistyConfigEntry) -> dict[str, Any]:
    """Return the diagnostics of a config entry."""
    if (unloaded := unloaded_facts(entry, TO_REDACT)) is not None:
        return unloaded
    coordinator = entry.runtime_data
    device, features = coordinator.device, coordinator.client.features
    state: dict[str, Any] = {}
    for (event_type, sensor, name), value in coordinator.data.items():
        path = ".".join(filter(None, (event_type, sensor, name)))
        state[path] = "**REDACTED**" if name in PRIVATE and value is not None else value
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "dropped": coordinator.client.dropped.as_dict(),
            "subscriptions": sorted(
                f"{topic.type} {topic.sensor or ''}".strip() for topic in coordinator.subscriptions.topics
            ),
        },
        "robot": {
            "model": device.model if device else None,
            "software": device.robot_version if device else None,
            "hardware": device.hardware if device else None,
            "commands": len(features.endpoints) if features.endpoints else None,
            "event_types": sorted(features.event_types) if features.event_types else None,
            "skills": len(coordinator.skills.found),
        },
        "state": coordinator.client.redactor.value(dict(sorted(state.items()))),
    }
