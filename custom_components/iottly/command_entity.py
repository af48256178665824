"""Command entities: buttons, switches, lights, covers and numbers that a user defines as config subentries."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange, ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafValue
from .commands import async_send, async_send_and_wait
from .common.push.parts import add_entities
from .const import CONF_BOARD, CONF_CMD_TYPE, CONF_LEVEL_KEY, CONF_PROJECT_ID, CONF_STATE_KEY, LEAF
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription
from .identity import parse_unique_id, unique_id
from .message_store import Key

# Begins the key of a command's entity; the subentry's id follows.
COMMAND = "command_"
COMMAND_PLATFORMS = (Platform.BUTTON, Platform.COVER, Platform.LIGHT, Platform.NUMBER, Platform.SWITCH)
# The fields of a subentry for the leaves that are the state of its entity.
STATE_KEYS = (CONF_STATE_KEY, CONF_LEVEL_KEY)


class CommandEntity(IottlyEntity):
    """An entity of one subentry, on the device of its board."""

    # For the icon: the name is the user's own.
    _attr_translation_key = "command"

    def __init__(
        self, coordinator: IottlyCoordinator, part: Part, description: IottlyEntityDescription, subentry: ConfigSubentry
    ) -> None:
        """Initialize with the description of this kind of entity and the subentry, whose title is the name."""
        super().__init__(coordinator, part, replace(description, name=subentry.title))
        self.config = subentry.data
        self.definition = (subentry.title, repr(dict(subentry.data)))
        self._attr_unique_id = _unique_id(coordinator.config_entry, subentry)


class ReportedEntity(CommandEntity):
    """An entity of one subentry whose state the board may report with one or two keys of its messages."""

    def __init__(
        self, coordinator: IottlyCoordinator, part: Part, description: IottlyEntityDescription, subentry: ConfigSubentry
    ) -> None:
        """Initialize with the description of this kind of entity and the subentry, which has the keys."""
        find = coordinator.messages.find_leaf
        self._paths = {name: find(part.id, key) for name in STATE_KEYS if (key := subentry.data.get(name))}
        super().__init__(coordinator, part, replace(description, also=tuple(self._paths.values())), subentry)
        self.definition = (self.definition, *self._paths.values())
        # Without a key the state is that of the last command.
        self._attr_assumed_state = not self._paths
        self._sending = asyncio.Lock()

    def _reading(self, name: str) -> LeafValue | None:
        """Return the value of the leaf that this field of the subentry names."""
        return self.coordinator.data.get(Key(self.part.id, self._paths[name])) if name in self._paths else None

    async def _async_command(
        self, values: Mapping[str, Any], name: str = "", confirms: Callable[[LeafValue | None], bool] | None = None
    ) -> None:
        """Send the command; if the board reports a state by this name, wait until `confirms` returns True for it."""
        board, cmd_type, path = self.part.id, self.config[CONF_CMD_TYPE], self._paths.get(name)
        async with self._sending:
            if path is None or confirms is None:
                await async_send(self.coordinator, board, cmd_type, values)
                return
            await async_send_and_wait(
                self.coordinator, board, cmd_type, values, lambda message: confirms(message.leaves.get(path))
            )


def add_command_entities(
    hass: HomeAssistant,
    entry: IottlyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    subentry_type: str,
    make: Callable[[IottlyCoordinator, Part, ConfigSubentry], CommandEntity],
) -> None:
    """Add the entities of the subentries of a type, each while its board exists."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[CommandEntity]:
        for subentry in entry.get_subentries_of_type(subentry_type):
            if part == Part(PartKind.BOARD, subentry.data[CONF_BOARD]):
                yield make(coordinator, part, subentry)

    add_entities(hass, entry, async_add_entities, build)


@callback
def watch_subentries(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Add, change and remove the entities when a user adds, changes or removes a subentry, without a reload."""
    parts = entry.runtime_data.parts
    _remove_stale_commands(hass, entry)
    _hide_reported_leaves(hass, entry)

    @callback
    def changed(change: ConfigEntryChange, other: object) -> None:
        if change is ConfigEntryChange.UPDATED and other is entry:
            _hide_reported_leaves(hass, entry)
            for board in entry.runtime_data.boards:
                parts.add(Part(PartKind.BOARD, board))

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


@callback
def _remove_stale_commands(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Remove the entities of subentries that were removed, or moved to another board, while the entry was not loaded.

    A device belongs to one subentry at most, so these entities, on their boards' devices, are not the
    subentries' in the registry, and Home Assistant does not remove them itself.
    """
    wanted = {_unique_id(entry, subentry) for subentry in entry.subentries.values()}
    registry = er.async_get(hass)
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        identity = parse_unique_id(entry.data[CONF_PROJECT_ID], known.unique_id)
        is_command = known.domain in COMMAND_PLATFORMS and identity is not None and identity.key.startswith(COMMAND)
        if is_command and known.unique_id not in wanted:
            registry.async_remove(known.entity_id)


def reported_leaves(entry: IottlyConfigEntry) -> set[Key]:
    """Return the leaves that are the state of a command entity: their own entities have the same state."""
    messages = entry.runtime_data.messages
    return {
        Key(subentry.data[CONF_BOARD], messages.find_leaf(subentry.data[CONF_BOARD], key))
        for subentry in entry.subentries.values()
        for name in STATE_KEYS
        if (key := subentry.data.get(name))
    }


@callback
def _hide_reported_leaves(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Hide the entities of leaves that are the state of a command entity, and unhide all others."""
    reported, registry = reported_leaves(entry), er.async_get(hass)
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        identity = parse_unique_id(entry.data[CONF_PROJECT_ID], known.unique_id)
        if identity is None or not identity.key.startswith(LEAF):
            continue
        is_reported = Key(identity.owner, identity.key.removeprefix(LEAF)) in reported
        if known.hidden_by is None and is_reported:
            registry.async_update_entity(known.entity_id, hidden_by=er.RegistryEntryHider.INTEGRATION)
        elif known.hidden_by is er.RegistryEntryHider.INTEGRATION and not is_reported:
            registry.async_update_entity(known.entity_id, hidden_by=None)


def _unique_id(entry: IottlyConfigEntry, subentry: ConfigSubentry) -> str:
    return unique_id(entry.data[CONF_PROJECT_ID], subentry.data[CONF_BOARD], f"{COMMAND}{subentry.subentry_id}")
