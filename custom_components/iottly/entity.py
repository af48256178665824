"""The base of all Iottly entities: of facts (rows of tables) and of leaves (what boards send)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafKind, leaf_name
from .common.push.entity import PushEntity
from .common.push.parts import PartEntities
from .const import LEAF
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .inbox import Fact, Key


@dataclass(frozen=True, kw_only=True)
class IottlyEntityDescription(EntityDescription):
    """What one row of a platform's table says: whose fact it shows, and when there is one to show."""

    part: PartKind
    fact: Fact
    exists: Callable[[Any], bool] = lambda value: True


class IottlyEntity(PushEntity[IottlyCoordinator]):
    """An entity of the project, of a deployment group or of a board.

    One that `needs_board` is unavailable while its board is disconnected.
    """

    needs_board = False

    def __init__(
        self, coordinator: IottlyCoordinator, part: Part, keys: tuple[Key, ...], *, measurement: bool = False
    ) -> None:
        """Take the part it belongs to and the keys it shows."""
        self._connected = Key(part.id, Fact.CONNECTED)
        super().__init__(
            coordinator, keys, availability_keys=(self._connected,) if self.needs_board else (), measurement=measurement
        )
        self.part = part
        self._attr_device_info = coordinator.device_info(part)

    @property
    @override
    def available(self) -> bool:
        """Tell whether the value can be relied on."""
        return super().available and not (self.needs_board and self.coordinator.data.get(self._connected) is False)


class FactEntity(IottlyEntity):
    """Shows a fact, as its row of the platform's table says."""

    entity_description: IottlyEntityDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, description: IottlyEntityDescription) -> None:
        """Take the part and the row."""
        super().__init__(coordinator, part, (Key(part.id, description.fact),))
        self.entity_description = description
        self._attr_unique_id = f"{part.id}_{description.key}"


class LeafEntity(IottlyEntity):
    """Shows one leaf of a board's messages. Its name is the user's own: the leaf's path."""

    needs_board = True

    def __init__(self, coordinator: IottlyCoordinator, part: Part, path: str, *, measurement: bool = False) -> None:
        """Take the board and the leaf's path."""
        super().__init__(coordinator, part, (Key(part.id, path),), measurement=measurement)
        self._attr_unique_id = f"{part.id}{LEAF}{path}"
        self._attr_name = leaf_name(path)

    def _set_device_class(self, device_class: Any) -> None:
        """Take a device class; without one, the icon is that of any leaf."""
        self._attr_device_class = device_class
        self._attr_translation_key = None if device_class else "leaf"


def add_entities(
    hass: HomeAssistant,
    entry: IottlyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    build: Callable[[Part], Iterable[IottlyEntity]],
) -> None:
    """Keep a platform's entities in line with what `build` makes of the parts of the project."""
    PartEntities(hass, entry, entry.runtime_data.parts, async_add_entities, build)


def facts_of[D: IottlyEntityDescription](coordinator: IottlyCoordinator, part: Part, rows: Iterable[D]) -> Iterable[D]:
    """Return the rows of a table that a part has something to show for."""
    for row in rows:
        key = Key(part.id, row.fact)
        if row.part is part.kind and row.exists(coordinator.data.get(key)):
            yield row


def leaves_of(coordinator: IottlyCoordinator, part: Part, *kinds: LeafKind) -> Iterable[tuple[str, LeafKind]]:
    """Return path and kind of a board's leaves of these kinds."""
    if part.kind is PartKind.BOARD:
        for path, kind in coordinator.inbox.kinds(part.id).items():
            if kind in kinds:
                yield path, kind
