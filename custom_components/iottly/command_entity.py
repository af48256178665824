"""Command buttons and switches: entities that a user defines as config subentries."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange, ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .const import CONF_BOARD, CONF_PROJECT_ID, CONF_STATE_KEY, LEAF
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription
from .identity import parse_unique_id, unique_id
from .message_store import Key

# Begins the key of a command's entity; the subentry's id follows.
COMMAND = "command_"
COMMAND_PLATFORMS = (Platform.BUTTON, Platform.SWITCH)


class CommandEntity(IottlyEntity):
    """An entity of one subentry, on the device of its board."""

    # For the icon: the name is the user's own.
    _attr_translation_key = "command"

    def __init__(
        self,
        coordinator: IottlyCoordinator,
        part: Part,
        description: IottlyEntityDescription,
        subentry: ConfigSubentry,
    ) -> None:
        """Initialize with the row of all entities of this kind, and the subentry, whose title is the name."""
        super().__init__(coordinator, part, replace(description, name=subentry.title))
        self.config = subentry.data
        self.definition = (subentry.title, repr(dict(subentry.data)))
        self._attr_unique_id = _unique_id(coordinator.config_entry, subentry)


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
    """Remove the entities of subentries that went, or went to another board, while the entry was not loaded.

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
    """Return the leaves that are the state of a command entity: their own entities say the same once more."""
    messages = entry.runtime_data.messages
    return {
        Key(subentry.data[CONF_BOARD], messages.find_leaf(subentry.data[CONF_BOARD], state_key))
        for subentry in entry.subentries.values()
        if (state_key := subentry.data.get(CONF_STATE_KEY))
    }


@callback
def _hide_reported_leaves(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Hide the entities of leaves that are the state of a command entity, and show those that no longer are."""
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
