"""Repairs: a gateway with its own entry, whose devices also belong to a project.

The repair explains what will happen, then makes the gateway's address a subentry of the project and removes its entry.
The project's devices and entities stay as they are.
"""

from collections.abc import Iterable, Iterator, Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple, override

from homeassistant.components.automation import automations_with_device, automations_with_entity
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.components.script import scripts_with_device, scripts_with_entity
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .cloud import CloudCoordinator
from .common.client.markup import plain_text
from .common.ids import split_id
from .common.issues import FixFlow, drop_with_entry, set_issue
from .const import CONF_CONNECTION, CONF_GATEWAY_ID, DOMAIN, GATEWAY, ISSUE_SECOND_DEVICES, SUBENTRY_GATEWAY
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator, Part, PartKind
from .on_premise import GatewayCoordinator

# Of a list in the text.
MAX_LINES = 30
NONE = "-"


class Target(NamedTuple):
    """The gateway of a project that has another entry, too; `device_ids` are the devices that both entries have."""

    project: CloudCoordinator
    gateway_id: str
    device_ids: AbstractSet[str]


@callback
def watch_second_devices(hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
    """Raise the issue when a gateway's entry has a device of a project, and delete it with the entry."""
    coordinator = entry.runtime_data
    if isinstance(coordinator, CloudCoordinator):
        for gateway in _coordinators(hass, GatewayCoordinator):
            _check(hass, gateway.config_entry)
        return

    @callback
    def part_changed(part: Part) -> None:
        # First, because this is called for each device.
        if any(part.device_id in project.inventory for project in _coordinators(hass, CloudCoordinator)):
            _check(hass, entry)

    _check(hass, entry)
    entry.async_on_unload(coordinator.parts.subscribe(part_changed))
    drop_with_entry(hass, entry, ISSUE_SECOND_DEVICES)


@callback
def _check(hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
    set_issue(hass, entry, ISSUE_SECOND_DEVICES, target_of(hass, entry) is not None)


@callback
def target_of(hass: HomeAssistant, entry: InstathingsConfigEntry) -> Target | None:
    """Return the project's gateway that the entry is for, or None if that is uncertain."""
    wanted = entry.runtime_data.inventory.keys() - {GATEWAY}
    found = [
        Target(project, gateway_id, both)
        for project in _coordinators(hass, CloudCoordinator)
        for gateway_id, behind in project.devices_by_gateway().items()
        if (both := wanted & frozenset(behind))
    ]
    return found[0] if len(found) == 1 else None


def _coordinators[C: InstathingsCoordinator](hass: HomeAssistant, kind: type[C]) -> list[C]:
    """Return the coordinators of entries of one kind."""
    entries: list[InstathingsConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    coordinators = [getattr(entry, "runtime_data", None) for entry in entries]
    return [one for one in coordinators if isinstance(one, kind)]


# What will happen ---------------------------------------------------------------------------------


class _Use(NamedTuple):
    """An automation or a script that uses an entity or a device that will be removed, and the replacement."""

    user: str
    named: str
    instead: str | None


def dry_run(hass: HomeAssistant, entry: InstathingsConfigEntry, target: Target) -> dict[str, str]:
    """Return the placeholders of the text that explains what the repair will do."""
    registry = er.async_get(hass)
    project, coordinator = target.project, entry.runtime_data
    kept = [
        entity
        for device_id in sorted(target.device_ids)
        for entity in er.async_entries_for_device(registry, project.devices.get(_part(device_id)).id, True)
    ]
    others = sorted(coordinator.inventory.keys() - target.device_ids - {GATEWAY})
    uses = [f"{use.user}: {use.named} → {use.instead or NONE}" for use in _uses(hass, entry, target)]
    return {
        "name": entry.title,
        "project": project.config_entry.title,
        "gateway": plain_text(project.inventory[target.gateway_id].name),
        "devices": _lines(project.inventory[device_id].name for device_id in sorted(target.device_ids)),
        "kept": str(len(kept)),
        "removed": str(len(er.async_entries_for_config_entry(registry, entry.entry_id))),
        "uses": _lines(uses),
        "others": _lines(others),
    }


def _part(device_id: str) -> Part:
    return Part(PartKind.DEVICE, device_id)


def _lines(texts: Iterable[str]) -> str:
    """Return the first texts as a list for the form."""
    found = list(texts)
    more = [f"… (+{len(found) - MAX_LINES})"] if len(found) > MAX_LINES else []
    return "\n".join(f"- {plain_text(text)}" for text in (*found[:MAX_LINES], *more)) or NONE


def _uses(hass: HomeAssistant, entry: InstathingsConfigEntry, target: Target) -> Iterator[_Use]:
    """Yield the automations and scripts that use an entity or a device which will be removed."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    instead = _entities_by_path(entities, target.project.config_entry)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        for user in (*automations_with_entity(hass, entity.entity_id), *scripts_with_entity(hass, entity.entity_id)):
            yield _Use(user, entity.entity_id, instead.get(split_id(entity.unique_id)[1:]))
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        for user in (*automations_with_device(hass, device.id), *scripts_with_device(hass, device.id)):
            yield _Use(user, device.name_by_user or device.name or device.id, None)


def _entities_by_path(registry: er.EntityRegistry, project: InstathingsConfigEntry) -> dict[tuple[str, ...], str]:
    """Return the project's entities by device and path: the first part of a unique id is the entry's."""
    entities = er.async_entries_for_config_entry(registry, project.entry_id)
    return {split_id(entity.unique_id)[1:]: entity.entity_id for entity in entities}


# What happens -------------------------------------------------------------------------------------


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that merges the entries."""
    return OneDeviceFlow(str((data or {}).get("entry_id")))


class OneDeviceFlow(FixFlow):
    """The flow that turns a gateway's entry into a subentry of its project, after a confirmation."""

    @override
    async def async_ask(self, entry: InstathingsConfigEntry) -> RepairsFlowResult:
        """Show the changes, and ask for a confirmation."""
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if (target := target_of(self.hass, entry)) is None:
            return self.async_abort(reason="not_sure")
        return self.async_show_form(step_id="confirm", description_placeholders=dry_run(self.hass, entry, target))

    @override
    async def async_fix(self, entry: InstathingsConfigEntry) -> None:
        """Merge the entries. The subentry comes first, so that an interruption does not lose the gateway's address."""
        if (target := target_of(self.hass, entry)) is None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_loaded")
        _keep_areas(self.hass, entry, target)
        _add_gateway(self.hass, entry, target)
        await self.hass.config_entries.async_remove(entry.entry_id)


@callback
def _keep_areas(hass: HomeAssistant, entry: InstathingsConfigEntry, target: Target) -> None:
    """Move the project's devices without an area to the areas of the gateway's devices."""
    registry = dr.async_get(hass)
    for device_id in target.device_ids:
        kept = target.project.devices.get(_part(device_id))
        gone = entry.runtime_data.devices.get(_part(device_id))
        if kept.area_id is None and gone.area_id is not None:
            registry.async_update_device(kept.id, area_id=gone.area_id)


@callback
def _add_gateway(hass: HomeAssistant, entry: InstathingsConfigEntry, target: Target) -> None:
    """Add the gateway to the project, unless that has it already."""
    if any(subentry.unique_id == target.gateway_id for subentry in target.project.config_entry.subentries.values()):
        return
    data = {key: value for key, value in entry.data.items() if key != CONF_CONNECTION}
    subentry = ConfigSubentry(
        data=MappingProxyType(data | {CONF_GATEWAY_ID: target.gateway_id}),
        subentry_type=SUBENTRY_GATEWAY,
        title=target.project.inventory[target.gateway_id].name,
        unique_id=target.gateway_id,
    )
    hass.config_entries.async_add_subentry(target.project.config_entry, subentry)
