"""The base of all Misty entities: which events it needs, which commands it sends, whether this robot has them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Key, Topic, Value
from .common.push.entity import PushEntity
from .common.push.parts import PartEntities
from .coordinator import ROBOT, MistyConfigEntry, MistyCoordinator


@dataclass(frozen=True, kw_only=True)
class MistyEntityDescription(EntityDescription):
    """What one row of a platform's table says.

    `keys` are the values it reads, the first one is its own. `topics` are subscribed to while the entity is enabled.
    `commands` ("POST led") are what it sends or asks; an edition that lacks one of them has no such entity.
    """

    keys: tuple[Key, ...] = ()
    topics: tuple[Topic, ...] = ()
    commands: tuple[str, ...] = ()
    measurement: bool = False

    def exists(self, coordinator: MistyCoordinator) -> bool:
        """Tell whether this robot has all that the entity needs."""
        features = coordinator.client.features
        return all(features.sends(topic.type) for topic in self.topics) and all(
            features.has(*command.split(" ", 1)) for command in self.commands
        )


class MistyEntity(PushEntity[MistyCoordinator]):
    """An entity of the robot."""

    entity_description: MistyEntityDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyEntityDescription) -> None:
        """Take its row of the table."""
        super().__init__(coordinator, description.keys, measurement=description.measurement)
        self.entity_description = description
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.config_entry.unique_id}_{description.key}"

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to what the entity needs, for as long as it is enabled."""
        await super().async_added_to_hass()
        self.coordinator.want(*self.entity_description.topics)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the subscriptions that nobody else needs."""
        self.coordinator.unwant(*self.entity_description.topics)
        await super().async_will_remove_from_hass()

    @property
    def _value(self) -> Value:
        """Return the value the entity is about; None when unknown."""
        return self.coordinator.data.get(self.entity_description.keys[0])


def add_entities[D: MistyEntityDescription](
    hass: HomeAssistant,
    entry: MistyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Iterable[D],
    make: Callable[[MistyCoordinator, D], MistyEntity],
    of_skill: Callable[[MistyCoordinator, str], Iterable[MistyEntity]] | None = None,
) -> None:
    """Keep a platform's entities in line with its table, the robot's features and the skills on it."""
    coordinator = entry.runtime_data
    rows = tuple(descriptions)

    def build(part: str) -> Iterable[PushEntity[Any]]:
        if part == ROBOT:
            made = [make(coordinator, row) for row in rows if row.exists(coordinator)]
        else:
            made = list(of_skill(coordinator, part)) if of_skill else []
        coordinator.unique_ids.update(str(entity.unique_id) for entity in made)
        return made

    PartEntities(hass, entry, coordinator.parts, async_add_entities, build, lambda _: coordinator.async_device())


@callback
def remove_lacking_entities(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Remove what an earlier firmware or edition had and this robot lacks."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id not in entry.runtime_data.unique_ids:
            registry.async_remove(entity.entity_id)
