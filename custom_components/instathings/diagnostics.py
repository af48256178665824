"""Diagnostics: all that helps to find a fault, nothing that opens a door."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST
from homeassistant.core import HomeAssistant

from .api.models import time_of
from .cloud import CloudCoordinator
from .const import CONF_BASE_URL, CONF_PROJECT, CONF_WEBSOCKET_URL, OPTION_DEVICES
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .on_premise import GatewayCoordinator

TO_REDACT = {
    CONF_BASE_URL,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_HOST,
    CONF_PROJECT,
    CONF_WEBSOCKET_URL,
    OPTION_DEVICES,
    "title",
    "unique_id",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: InstathingsConfigEntry) -> dict[str, Any]:
    """Return what the integration knows of a project or a gateway.

    Devices are numbered: their ids are what a gateway on the network asks for.
    """
    coordinator = entry.runtime_data
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "dropped": coordinator.dropped.as_dict(),
            **_of_connection(coordinator),
        },
        "devices": [_device(coordinator, device_id) for device_id in coordinator.devices],
    }


def _of_connection(coordinator: InstathingsCoordinator) -> dict[str, Any]:
    if isinstance(coordinator, CloudCoordinator):
        return {
            "requests": coordinator.api.requests,
            "tokens": coordinator.api.tokens.renewals,
            "still_to_ask_for": len(coordinator.latest),
        }
    return {"database_down": isinstance(coordinator, GatewayCoordinator) and coordinator.database_down}


def _device(coordinator: InstathingsCoordinator, device_id: str) -> dict[str, Any]:
    """Return one device: what kind it is, which keys it has sent and what they are now."""
    numbers = {other: number for number, other in enumerate(coordinator.devices)}
    device = asdict(coordinator.devices[device_id])
    shape = coordinator.shapes[device_id]
    return {
        **{key: value for key, value in device.items() if key not in {"id", "name", "project_id", "parent"}},
        "number": numbers[device_id],
        "parent": numbers.get(device["parent"] or ""),
        "controls": [f"{control.kind}{control.endpoint}" for control in shape.controls()],
        "is_http": shape.is_http,
        "last_reading": time_of(shape.sent).isoformat() if shape.sent is not None else None,
        "values": {
            path: value
            for (owner, path), value in coordinator.data.items()
            if owner == device_id and path.isprintable()
        },
    }
