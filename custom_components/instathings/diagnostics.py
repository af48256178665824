"""Diagnostics, without secrets."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST
from homeassistant.core import HomeAssistant

from .cloud import CloudCoordinator
from .common.client.secrets import NO_SECRETS
from .common.diagnostics import unloaded_facts
from .const import CONF_BASE_URL, CONF_GATEWAY_ID, CONF_PROJECT, CONF_WEBSOCKET_URL, OPTION_DEVICES
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .on_premise import GatewayCoordinator

TO_REDACT = {
    CONF_BASE_URL,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_HOST,
    CONF_PROJECT,
    CONF_GATEWAY_ID,
    CONF_WEBSOCKET_URL,
    OPTION_DEVICES,
    "title",
    "unique_id",
}
PRIVATE_FIELDS = {"id", "name", "project_id", "parent"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: InstathingsConfigEntry) -> dict[str, Any]:
    """Return the state of a project or a gateway.

    Devices have numbers instead of their ids, because the id is all that a gateway needs to return readings.
    """
    if (unloaded := unloaded_facts(entry, TO_REDACT)) is not None:
        return unloaded
    coordinator = entry.runtime_data
    redactor = coordinator.client.tokens.redactor if isinstance(coordinator, CloudCoordinator) else NO_SECRETS
    facts = {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "dropped": coordinator.dropped.as_dict(),
            **_connection(coordinator),
        },
        "devices": [_device(coordinator, device_id) for device_id in coordinator.inventory],
    }
    # Devices may send secrets under names such as "password".
    redacted: dict[str, Any] = redactor.value(facts)
    return redacted


def _connection(coordinator: InstathingsCoordinator) -> dict[str, Any]:
    match coordinator:
        case CloudCoordinator():
            return {
                "requests": coordinator.client.requests,
                "tokens": coordinator.client.tokens.renewals,
                "still_to_ask_for": len(coordinator.latest),
                "gateways_on_the_network": [
                    {
                        "connected": gateway.is_connected,
                        "attempts": gateway.connection.attempts,
                        "sessions": gateway.connection.sessions,
                        "last_error": str(gateway.last_error) if gateway.last_error else None,
                        "database_down": gateway.is_database_down,
                    }
                    for gateway in coordinator.local_gateways.values()
                ],
            }
        case GatewayCoordinator():
            return {"database_down": coordinator.is_database_down}
    return {}


def _device(coordinator: InstathingsCoordinator, device_id: str) -> dict[str, Any]:
    """Return one device: its kind, its controls, and the values of the keys it has sent."""
    numbers = {other: number for number, other in enumerate(coordinator.inventory)}
    device = asdict(coordinator.inventory[device_id])
    profile = coordinator.profiles[device_id]
    timestamp = profile.timestamp
    return {
        **{key: value for key, value in device.items() if key not in PRIVATE_FIELDS},
        "number": numbers[device_id],
        "parent": numbers.get(device["parent"] or ""),
        "controls": [f"{control.kind}{control.endpoint}" for control in profile.controls()],
        "is_http": profile.is_http,
        "last_reading": None if timestamp is None else datetime.fromtimestamp(timestamp, UTC).isoformat(),
        "values": {
            path: value
            for (owner, path), value in coordinator.data.items()
            if owner == device_id and path.isprintable()
        },
    }
