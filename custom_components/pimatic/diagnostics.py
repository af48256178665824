"""Diagnostics, without secrets and texts."""

from collections import Counter
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .api import Rule, Value
from .common.client.secrets import Redactor
from .common.diagnostics import unloaded_facts
from .coordinator import RULE, VARIABLE, PimaticConfigEntry, PimaticCoordinator
from .meaning.features import AttributeFeature, Feature
from .meaning.profile import Profile

TO_REDACT = {CONF_HOST, CONF_PASSWORD, CONF_USERNAME, "title", "unique_id"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: PimaticConfigEntry) -> dict[str, Any]:
    """Return the state of a server.

    Values of texts and variables stay out: people keep addresses and codes in them.
    """
    if (unloaded := unloaded_facts(entry, TO_REDACT)) is not None:
        return unloaded
    coordinator = entry.runtime_data
    user = coordinator.client.state.user
    redactor = Redactor([entry.data[CONF_PASSWORD]], username=entry.data[CONF_USERNAME])
    facts = {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "pushed": coordinator.client.connected,
            "dropped": coordinator.client.dropped.as_dict(),
        },
        "user": {"role": user.role, "permissions": dict(user.permissions)} if user else None,
        "counts": {
            "devices": len(coordinator.profiles),
            "without_plugin": len(coordinator.without_plugin),
            "variables": Counter(typed.variable.type for typed in coordinator.variables.values()),
            "rules": len(coordinator.rule_names),
            "groups": len(coordinator.client.state.groups),
        },
        "devices": [_device(coordinator, profile) for profile in coordinator.profiles.values()],
        "keys": Counter({VARIABLE: "variables", RULE: "rules"}.get(key[0], "attributes") for key in coordinator.data),
    }
    redacted: dict[str, Any] = redactor.value(facts)
    return redacted


def _device(coordinator: PimaticCoordinator, profile: Profile) -> dict[str, Any]:
    """Return a device as the server described it, and its features; `script/what` uses this, too."""
    device = profile.device
    return {
        "id": device.id,
        "class": device.config.device_class,
        "template": device.template,
        "capabilities": list(device.capabilities),
        "features": [_feature(feature) for feature in profile.features],
        "attributes": {
            one.name: {
                "type": one.kind,
                "unit": one.unit,
                "label": one.label,
                "description": one.description,
                "acronym": one.acronym,
                "labels": list(one.labels),
                "enum": list(one.options),
                "hidden": one.hidden,
                "value": _public(coordinator.data.get((device.id, one.name))),
            }
            for one in device.attributes
        },
        "actions": [
            {
                "name": action.name,
                "params": {one.name: {"type": one.kind, "optional": one.optional} for one in action.parameters},
                "returns": {"result": {}} if action.returns else {},
            }
            for action in device.actions
        ],
    }


def _feature(feature: Feature) -> str:
    return f"{feature.role}: {feature.attribute.name}" if isinstance(feature, AttributeFeature) else feature.role


def _public(value: Value | Rule) -> Any:
    """Return a value, or the length of a text."""
    return f"text of {len(value)} characters" if isinstance(value, str) else value
