"""The base class of all Iottly entities, and the functions that restore leaves from the entity registry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.event import ATTR_EVENT_TYPES
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .api import LeafKind, is_secret_path, number_meaning
from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .const import DOMAIN, LEAF, NUMBER_ICON
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .identity import parse_unique_id, unique_id
from .message_store import Fact, Key
from .names import NUMBERS

# Translation keys of the sensors of numbers without a state class.
NUMBER_KEYS = {NUMBER_ICON, *NUMBERS}


@dataclass(frozen=True, kw_only=True)
class IottlyEntityDescription(PushEntityDescription):
    """A row of a platform's table.

    `part` is the kind of part that has the entity, `what` the fact or the path of the leaf that is its value (None for
    an entity without one), `also` what else it reads. `exists` returns True if the part has the entity, by its value.
    An entity that `needs_board` is unavailable while its board is disconnected.
    """

    part: PartKind
    what: Fact | str | None = None
    also: tuple[Fact | str, ...] = ()
    exists: Callable[[Any], bool] = lambda value: True
    needs_board: bool = False


class IottlyEntity(PushEntity[IottlyCoordinator]):
    """An entity of the project, of a deployment group or of a board."""

    entity_description: IottlyEntityDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, description: IottlyEntityDescription) -> None:
        is_away = {Key(part.id, Fact.CONNECTED): False, Key(part.id, Fact.UNREAD): True}
        super().__init__(
            coordinator,
            description,
            tuple(Key(part.id, what) for what in (description.what, *description.also) if what is not None),
            unavailable_while=is_away if description.needs_board else {},
        )
        self.part = part
        self._attr_unique_id = unique_id(coordinator.project.id, part.id, description.key)


def table[D: IottlyEntityDescription](
    entry: IottlyConfigEntry, rows: Iterable[D], make: Callable[[IottlyCoordinator, Part, D], IottlyEntity]
) -> Build[Part]:
    """Return a function that makes a part's entities from the rows of a table, for `add_entities`."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[IottlyEntity]:
        for row in rows:
            if row.part is part.kind:
                value = None if row.what is None else coordinator.data.get(Key(part.id, row.what))
                if row.exists(value):
                    yield make(coordinator, part, row)

    return build


def leaves_of(coordinator: IottlyCoordinator, part: Part, *kinds: LeafKind) -> Iterable[tuple[str, LeafKind]]:
    """Yield the path and the kind of each leaf of a board that has one of these kinds."""
    if part.kind is PartKind.BOARD:
        for path, kind in coordinator.messages.leaf_kinds(part.id).items():
            if kind in kinds:
                yield path, kind


@callback
def recall_messages(hass: HomeAssistant, entry: IottlyConfigEntry, coordinator: IottlyCoordinator) -> None:
    """Restore the leaves and the types of messages from the entity registry.

    The latest messages of a board may not have all of its leaves, but the entities must not be lost.
    """
    registry = er.async_get(hass)
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        identity = parse_unique_id(coordinator.project.id, known.unique_id)
        if identity is not None and known.domain == Platform.EVENT:
            coordinator.messages.schema.recall(identity.owner, (known.capabilities or {}).get(ATTR_EVENT_TYPES, ()))
        if identity is None or not identity.key.startswith(LEAF):
            continue
        path, kind = identity.key.removeprefix(LEAF), _leaf_kind(known)
        if is_secret_path(path):
            registry.async_remove(known.entity_id)  # an earlier version showed the secret
        elif kind is not LeafKind.TEXT or number_meaning(path) is None:
            # A text with the name of a number was a placeholder; the next value decides.
            coordinator.messages.add_leaf(identity.owner, path, kind)


@callback
def adopt_dotted_leaves(hass: HomeAssistant, entry: IottlyConfigEntry, coordinator: IottlyCoordinator) -> None:
    """Migrate the entities of keys with a dot: in earlier versions `a.b` was also the path of a nested key."""
    registry, project = er.async_get(hass), coordinator.project.id
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        identity = parse_unique_id(project, known.unique_id)
        if identity is None or not identity.key.startswith(LEAF):
            continue
        board, path = identity.owner, identity.key.removeprefix(LEAF)
        dotted = coordinator.messages.find_dotted_leaf(board, path)
        if dotted is None or Key(board, path) in coordinator.data:
            continue
        new = unique_id(project, board, f"{LEAF}{dotted}")
        if registry.async_get_entity_id(known.domain, DOMAIN, new) is None:
            registry.async_update_entity(known.entity_id, new_unique_id=new)
            coordinator.messages.forget_leaf(board, path)


def _leaf_kind(known: er.RegistryEntry) -> LeafKind:
    if known.domain == Platform.BINARY_SENSOR:
        return LeafKind.FLAG
    if known.original_device_class == SensorDeviceClass.TIMESTAMP:
        return LeafKind.MOMENT
    is_number = ATTR_STATE_CLASS in (known.capabilities or {}) or known.original_device_class is not None
    return LeafKind.NUMBER if is_number or known.translation_key in NUMBER_KEYS else LeafKind.TEXT
