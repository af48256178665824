"""Command buttons and switches: entities that a user defines as config subentries."""

from collections.abc import Callable, Iterable

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_BOARD
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntity, add_entities
from .inbox import Key


class CommandEntity(IottlyEntity):
    """An entity of one subentry, on the device of its board."""

    needs_board = True
    _attr_translation_key = "command"

    def __init__(
        self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry, keys: tuple[Key, ...] = ()
    ) -> None:
        """Take the subentry: its title is the name."""
        super().__init__(coordinator, part, keys)
        self.subentry_id = subentry.subentry_id
        self.config = subentry.data
        self._attr_unique_id = subentry.subentry_id
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

    def add(
        new_entities: Iterable[Entity], update_before_add: bool = False, *, config_subentry_id: str | None = None
    ) -> None:
        """Add each entity as its subentry's."""
        for entity in new_entities:
            assert isinstance(entity, CommandEntity)
            async_add_entities([entity], update_before_add, config_subentry_id=entity.subentry_id)

    add_entities(hass, entry, add, build)
