"""The base of all Misty entities: which events it needs, which commands it sends, whether this robot has them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.restore_state import RestoreEntity

from .api import Command, Topic
from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .coordinator import MistyConfigEntry, MistyCoordinator, Part, PartKind
from .movement import UPDATING
from .topics import CONNECTED, RUN_STATE, Key

# The selects of Home Assistant's voice.
PIPELINE, VAD_SENSITIVITY = "pipeline", "vad_sensitivity"

NO_STATE = (STATE_UNKNOWN, STATE_UNAVAILABLE)


def unique_id_of(serial_number: str, key: str) -> str:
    """Return an entity's unique id. A serial number has no underscore: `split_unique_id` finds its end."""
    return f"{serial_number}_{key}"


def assist_unique_id(serial_number: str, key: str) -> str:
    """Return the unique id of a select of Home Assistant's voice: it looks for the selects under these ids."""
    return f"{serial_number}-{key}"


def split_unique_id(unique_id: str) -> tuple[str, str]:
    """Return the serial number and the key that `unique_id_of` made an id of."""
    serial_number, _, key = unique_id.partition("_")
    return serial_number, key


@dataclass(frozen=True, kw_only=True)
class MistyEntityDescription(PushEntityDescription):
    """What one row of a platform's table says.

    `keys` are the values it reads, the first one is its own. `topics` are subscribed to while the entity is enabled.
    `commands` ("POST led") are what it sends or asks; an edition that lacks one of them has no such entity.
    """

    keys: tuple[Key, ...] = ()
    topics: tuple[Topic, ...] = ()
    commands: tuple[str, ...] = ()

    def exists(self, coordinator: MistyCoordinator) -> bool:
        """Return True if this robot has all that the entity needs."""
        features = coordinator.client.features
        return all(features.sends(topic.type) for topic in self.topics) and all(
            features.has(*command.split(" ", 1)) for command in self.commands
        )


class MistyEntity(PushEntity[MistyCoordinator]):
    """An entity of the robot."""

    entity_description: MistyEntityDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyEntityDescription) -> None:
        # While the robot installs software no value is known but that it does. What shows no value stays:
        # Stop and Halt always go out, and other commands fail with a text.
        self._stays_in_update = not description.keys or RUN_STATE in description.keys
        super().__init__(
            coordinator,
            description.keys,
            availability_keys=() if self._stays_in_update else (RUN_STATE,),
            measurement=description.measurement,
        )
        self.entity_description = description
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = unique_id_of(str(coordinator.config_entry.unique_id), description.key)

    @property
    @override
    def available(self) -> bool:
        """Return False also for values while the robot installs software."""
        return super().available and (self._stays_in_update or self.coordinator.data.get(RUN_STATE) != UPDATING)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to what the entity needs, for as long as it is enabled."""
        await super().async_added_to_hass()
        self.coordinator.subscriptions.add(*self.entity_description.topics)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the subscriptions that no other entity needs."""
        self.coordinator.subscriptions.remove(*self.entity_description.topics)
        await super().async_will_remove_from_hass()


class MistyAssumedEntity(MistyEntity, RestoreEntity):
    """Something that the robot cannot be asked about: the state is what was sent last, also before a restart.

    It is sent again with each connection, because the robot may have restarted and look as it does by itself.
    """

    _attr_assumed_state = True
    _is_on: bool | None = None

    @property
    def is_on(self) -> bool | None:
        """Return True if it was switched on last."""
        return self._is_on

    @override
    async def async_added_to_hass(self) -> None:
        """Restore what was sent before the restart."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is not None and last.state not in NO_STATE:
            self._restore(last)
        self._repeat()
        self.async_on_remove(self.coordinator.subscribe_event(CONNECTED, self._repeat))

    def _command(self) -> Command | None:
        """Return the command that brings the robot into this state; None if none is known or needed."""
        return None

    @callback
    def _repeat(self, _: None = None) -> None:
        if (command := self._command()) is not None:
            self.coordinator.async_repeat(command)

    @callback
    def _restore(self, last: State) -> None:
        self._is_on = last.state == STATE_ON

    @callback
    def _sent(self, is_on: bool) -> None:
        """Show what was sent."""
        self._is_on = is_on
        self.async_write_ha_state()


def entities_of[D: MistyEntityDescription](
    coordinator: MistyCoordinator,
    part: Part,
    rows: Iterable[D],
    make: Callable[[MistyCoordinator, D], MistyEntity],
) -> Iterator[MistyEntity]:
    """Make the robot's entities from the rows of a table: those that this robot has."""
    if part.kind is PartKind.ROBOT:
        for row in rows:
            if row.exists(coordinator):
                yield noted(make(coordinator, row))


def table[D: MistyEntityDescription](
    entry: MistyConfigEntry, rows: Iterable[D], make: Callable[[MistyCoordinator, D], MistyEntity]
) -> Build[Part]:
    """Return what makes a part's entities from the rows of a table, for `add_entities`."""
    return lambda part: entities_of(entry.runtime_data, part, rows, make)


def noted(entity: MistyEntity) -> MistyEntity:
    """Note that the robot has an entity, see `remove_lacking_entities`."""
    entity.coordinator.unique_ids.add(str(entity.unique_id))
    return entity


@callback
def remove_lacking_entities(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Remove what an earlier firmware or edition had and this robot lacks."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id not in entry.runtime_data.unique_ids:
            registry.async_remove(entity.entity_id)
