"""Unique ids of entities: built, parsed and migrated.

At Iottly, boards and groups have UUIDs, and projects have ids of MongoDB. These are globally unique and are not
changed. Other installations may have other ids, which are unique within a project only and may contain the separator.
"""

import re
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .common.ids import join_id, split_id
from .const import CONF_PROJECT_ID, DOMAIN
from .coordinator import IottlyConfigEntry, Part, PartKind, device_identifier

_GLOBAL_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}", re.IGNORECASE | re.ASCII)
# Prefixes of the identifiers of devices that are not boards.
_PREFIXES = ("group_", "project_")


class Identity(NamedTuple):
    """The owner of an entity (the id of a board, a group or the project), and the entity's key within it."""

    owner: str
    key: str


def unique_id(project: str, owner: str, key: str) -> str:
    """Return the unique id of an entity."""
    if _GLOBAL_ID.fullmatch(owner) and "/" not in key and "%" not in key:
        return f"{owner}_{key}"
    return join_id(project, owner, key)


def parse_unique_id(project: str, text: str) -> Identity | None:
    """Return the owner and the key of a unique id; None for one of another project or of an earlier version."""
    if "/" not in text:
        owner, _, key = text.partition("_")
        return Identity(owner, key) if key and _GLOBAL_ID.fullmatch(owner) else None
    parts = split_id(text)
    return Identity(*parts[1:]) if len(parts) == 3 and parts[0] == project else None


@callback
def migrate_identities(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Migrate the registry to the current unique ids, and separate devices that were wrongly merged.

    In earlier versions the unique id was always `<owner>_<key>`; the device's identifier has the owner.
    """
    project: str = entry.data[CONF_PROJECT_ID]
    devices, entities = dr.async_get(hass), er.async_get(hass)
    for known in er.async_entries_for_config_entry(entities, entry.entry_id):
        device = devices.async_get(known.device_id) if known.device_id else None
        for domain, identifier in device.identifiers if device is not None else ():
            if domain == DOMAIN and (new := _migrated(project, identifier, known.unique_id)):
                if entities.async_get_entity_id(known.domain, DOMAIN, new) is None:
                    entities.async_update_entity(known.entity_id, new_unique_id=new)
                break
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        own = sorted(one for domain, one in device.identifiers if domain == DOMAIN)
        if len(own) > 1:
            # Boards that reported the same MAC address: each gets its own device.
            devices.async_update_device(device.id, new_identifiers={(DOMAIN, own[0])}, new_connections=set())
        if own and own[0].startswith(_PREFIXES) and device.entry_type is None:
            board = device_identifier(Part(PartKind.BOARD, own[0]))
            devices.async_update_device(device.id, new_identifiers={(DOMAIN, board)})


def _migrated(project: str, identifier: str, old: str) -> str | None:
    """Return the current unique id for one of an earlier version, or None if it stays."""
    for owner in (identifier, *(identifier.removeprefix(prefix) for prefix in _PREFIXES)):
        if old.startswith(f"{owner}_"):
            new = unique_id(project, owner, old.removeprefix(f"{owner}_"))
            return new if new != old else None
    return None
