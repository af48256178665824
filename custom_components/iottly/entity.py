"""The base of all Iottly entities: of facts (rows of tables) and of leaves (what boards send)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .api import LeafKind
from .common.push.entity import PushEntity, PushEntityDescription
from .const import LEAF
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .message_store import Fact, Key


@dataclass(frozen=True, kw_only=True)
class IottlyEntityDescription(PushEntityDescription):
    """What one row of a platform's table says.

    `part` is the kind of part that has the entity, `what` the fact or the leaf's path that it shows (None: it has
    no value of its own), `exists` returns True if the part has such a fact. An entity that `needs_board` is
    unavailable while its board is disconnected.
    """

    part: PartKind
    what: Fact | str | None = None
    exists: Callable[[Any], bool] = lambda value: True
    needs_board: bool = False


class IottlyEntity(PushEntity[IottlyCoordinator]):
    """An entity of the project, of a deployment group or of a board."""

    entity_description: IottlyEntityDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, description: IottlyEntityDescription) -> None:
        """Initialize with the part it belongs to and its row of the table."""
        self._connected = Key(part.id, Fact.CONNECTED)
        super().__init__(
            coordinator,
            () if description.what is None else (Key(part.id, description.what),),
            availability_keys=(self._connected,) if description.needs_board else (),
            measurement=description.measurement,
        )
        self.entity_description = description
        self.part = part
        self._attr_unique_id = f"{part.id}_{description.key}"

    @property
    @override
    def available(self) -> bool:
        """Return True if the value can be relied on."""
        is_away = self.entity_description.needs_board and self.coordinator.data.get(self._connected) is False
        return super().available and not is_away


def rows_of[D: IottlyEntityDescription](coordinator: IottlyCoordinator, part: Part, rows: Iterable[D]) -> Iterable[D]:
    """Return the rows of a table that a part has something to show for."""
    for row in rows:
        if row.part is part.kind:
            value = None if row.what is None else coordinator.data.get(Key(part.id, row.what))
            if row.exists(value):
                yield row


def leaves_of(coordinator: IottlyCoordinator, part: Part, *kinds: LeafKind) -> Iterable[tuple[str, LeafKind]]:
    """Return path and kind of a board's leaves of these kinds."""
    if part.kind is PartKind.BOARD:
        for path, kind in coordinator.messages.leaf_kinds(part.id).items():
            if kind in kinds:
                yield path, kind


@callback
def recall_leaves(hass: HomeAssistant, entry: IottlyConfigEntry, coordinator: IottlyCoordinator) -> None:
    """Make the leaves known that the entity registry has entities of.

    A board may not send each of its leaves in its latest messages; the entity is created once and kept.
    """
    for known in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        board, is_leaf, path = known.unique_id.partition(f"_{LEAF}")
        if is_leaf:
            coordinator.messages.add_leaf(board, path, _leaf_kind(known))


def _leaf_kind(known: er.RegistryEntry) -> LeafKind:
    if known.domain == Platform.BINARY_SENSOR:
        return LeafKind.FLAG
    if known.original_device_class == SensorDeviceClass.TIMESTAMP:
        return LeafKind.MOMENT
    return LeafKind.NUMBER if ATTR_STATE_CLASS in (known.capabilities or {}) else LeafKind.TEXT
