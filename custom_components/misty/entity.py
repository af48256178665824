"""The base of all Misty entities: the events and commands that they need."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.restore_state import RestoreEntity

from .api import Command, Topic
from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .coordinator import MistyConfigEntry, MistyCoordinator, Part, PartKind
from .movement import UPDATING
from .topics import CONNECTED, RUN_STATE, Key

# Keys of the selects that belong to the satellite.
PIPELINE, VAD_SENSITIVITY = "pipeline", "vad_sensitivity"

NO_STATE = (STATE_UNKNOWN, STATE_UNAVAILABLE)


def unique_id_of(serial_number: str, key: str) -> str:
    """Return the unique id of an entity. It is unambiguous, because a serial number has no underscore."""
    return f"{serial_number}_{key}"


def skill_key(skill_id: str) -> str:
    """Return the key of the switch of a skill."""
    return f"skill_{skill_id}"


def assist_unique_id(serial_number: str, key: str) -> str:
    """Return the unique id of a select of the satellite; assist_pipeline requires this format."""
    return f"{serial_number}-{key}"


@dataclass(frozen=True, kw_only=True)
class MistyEntityDescription(PushEntityDescription):
    """A row of a platform's table.

    `keys` are the keys that the entity reads, its own first. `topics` are subscribed to while it is enabled.
    `commands` such as "POST led" are those that it sends: a robot that lacks one of them does not have the entity.
    While a key has its value in `unavailable_while`, the entity is unavailable.
    """

    keys: tuple[Key, ...] = ()
    topics: tuple[Topic, ...] = ()
    commands: tuple[str, ...] = ()
    unavailable_while: Mapping[Key, Any] | None = None

    def exists(self, coordinator: MistyCoordinator) -> bool:
        """Return True if this robot has the topics and commands."""
        features = coordinator.client.features
        return all(features.sends(topic.type) for topic in self.topics) and all(
            features.has(*command.split(" ", 1)) for command in self.commands
        )


class MistyEntity[V = Any](PushEntity[MistyCoordinator, V]):
    """An entity of the robot."""

    entity_description: MistyEntityDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyEntityDescription) -> None:
        # While the robot installs software only the run state is known. Entities without a value stay available: Stop
        # and Halt work, and other commands fail with an error.
        unavailable_while = dict(description.unavailable_while or {})
        if description.keys and RUN_STATE not in description.keys:
            unavailable_while[RUN_STATE] = UPDATING
        super().__init__(coordinator, description, description.keys, unavailable_while=unavailable_while)
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = unique_id_of(str(coordinator.config_entry.unique_id), description.key)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the topics."""
        await super().async_added_to_hass()
        self.coordinator.subscriptions.add(*self.entity_description.topics)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Unsubscribe from the topics that no other entity needs."""
        self.coordinator.subscriptions.remove(*self.entity_description.topics)
        await super().async_will_remove_from_hass()


class MistyAssumedEntity(MistyEntity, RestoreEntity):
    """An entity whose state cannot be queried: it is what was sent last, and is restored after a restart.

    The command is sent again with each connection, because the robot may have restarted.
    """

    _attr_assumed_state = True
    _is_on: bool | None = None

    @property
    def is_on(self) -> bool | None:
        """Return True if it was last switched on."""
        return self._is_on

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the state, and send its command."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is not None and last.state not in NO_STATE:
            self._restore(last)
        self._repeat()
        self.async_on_remove(self.coordinator.subscribe_event(CONNECTED, self._repeat))

    def _command(self) -> Command | None:
        """Return the command for the state; None if the state is unknown or needs no command."""
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
        """Write the state that was sent."""
        self._is_on = is_on
        self.async_write_ha_state()


def table[D: MistyEntityDescription](
    entry: MistyConfigEntry, rows: Iterable[D], make: Callable[[MistyCoordinator, D], MistyEntity]
) -> Build[Part]:
    """Return a function that makes the entities of a part from a table, for `add_entities`."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[MistyEntity]:
        if part.kind is PartKind.ROBOT:
            for row in rows:
                if row.exists(coordinator):
                    yield noted(make(coordinator, row))

    return build


def noted(entity: MistyEntity) -> MistyEntity:
    """Return an entity after adding its unique id to those of the robot, see `remove_lacking_entities`."""
    entity.coordinator.unique_ids.add(str(entity.unique_id))
    return entity


@callback
def remove_lacking_entities(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Remove entities from the registry that the robot no longer has, after an update of its software."""
    registry, robot = er.async_get(hass), entry.runtime_data
    skills = unique_id_of(str(entry.unique_id), skill_key(""))
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        is_skill = entity.domain == Platform.SWITCH and entity.unique_id.startswith(skills)
        if entity.unique_id not in robot.unique_ids and (robot.skills.whole or not is_skill):
            registry.async_remove(entity.entity_id)
