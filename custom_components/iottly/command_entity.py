"""Command buttons and switches: entities that a user defines as config subentries."""

from collections.abc import Callable, Iterable

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_BOARD
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntity, add_entities
from .inbox import Key

COMMAND = "command_"


class CommandEntity(IottlyEntity):
    """An entity of one subentry, on the device of its board."""

    needs_board = True
    _attr_translation_key = "command"

    def __init__(
        self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry, keys: tuple[Key, ...] = ()
    ) -> None:
        """Take the subentry: its title is the name."""
        super().__init__(coordinator, part, keys)
        self.config = subentry.data
        self._attr_unique_id = f"{COMMAND}{subentry.subentry_id}"
        self._attr_name = subentry.title


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
def remove_stale_commands(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Remove the entities of subentries that a user has removed.

    A device belongs to one subentry at most, so these entities, on their boards' devices, are not the
    subentries' in the registry, and Home Assistant does not remove them itself.
    """
    registry = er.async_get(hass)
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        subentry_id = known.unique_id.removeprefix(COMMAND)
        if known.unique_id.startswith(COMMAND) and subentry_id not in entry.subentries:
            registry.async_remove(known.entity_id)
