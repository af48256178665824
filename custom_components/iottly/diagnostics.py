"""Diagnostics, without secrets."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from .const import CONF_BASE_URL, CONF_PROJECT_ID, CONF_VALUES, CONF_VALUES_OFF, CONF_VALUES_ON, OPTION_WEBHOOK_AUTH
from .coordinator import IottlyConfigEntry, IottlyCoordinator, PartKind
from .message_store import Fact, Key

TO_REDACT = {
    CONF_BASE_URL,
    CONF_PROJECT_ID,
    CONF_TOKEN,
    CONF_VALUES,
    CONF_VALUES_OFF,
    CONF_VALUES_ON,
    CONF_WEBHOOK_ID,
    OPTION_WEBHOOK_AUTH,
    "mac",
    "name",
    "title",
    "unique_id",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: IottlyConfigEntry) -> dict[str, Any]:
    """Return what the integration knows about a project."""
    coordinator = entry.runtime_data
    client, data = coordinator.client, coordinator.data
    facts: dict[str, Any] = client.redactor.value(_facts(coordinator))
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "connection": {
            **coordinator.connection_facts(),
            "dropped": client.dropped.as_dict(),
            "next_poll_in": round(coordinator.schedule.due_in),
        },
        "webhook": {
            "received": coordinator.pushed,
            "last": data.get(coordinator.webhook_key),
        },
        "generation": {
            "properties": client.has_props,
            "licenses": client.has_licenses,
            "paginated_history": client.has_paginated,
        },
        **facts,
    }


def _facts(coordinator: IottlyCoordinator) -> dict[str, Any]:
    """Return what the cloud and the boards report."""
    data = coordinator.data
    groups = [part.id for part in coordinator.parts if part.kind is PartKind.GROUP]
    return {
        "groups": [async_redact_data(asdict(data[Key(group, Fact.GROUP)]), TO_REDACT) for group in groups],
        "boards": [
            {
                **async_redact_data(asdict(data[Key(board, Fact.BOARD)]), TO_REDACT),
                "connected": data.get(Key(board, Fact.CONNECTED)),
                "last_message": data.get(Key(board, Fact.LAST_MESSAGE)),
                "messages": {
                    name: {
                        "count": known.count,
                        "last": known.last,
                        "keys": {
                            path: {"count": count, "value": data.get(Key(board, path))}
                            for path, count in known.keys.items()
                        },
                    }
                    for name, known in coordinator.messages.schema.types_of(board).items()
                },
                "leaves": {
                    path: {"kind": kind.value, "value": data.get(Key(board, path))}
                    for path, kind in coordinator.messages.leaf_kinds(board).items()
                },
            }
            for board in coordinator.boards
        ],
    }
