"""The base of all Rotoclear entities, and how a description's variables become a head's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import HEADS, UNIT, RotoclearConfigEntry, RotoclearCoordinator
from .push.entity import PushEntity
from .push.platform import PartEntities

# Heads are numbered 0 and 1, but their data lines are A and B (docs/protocol/rotoclear.md#camera-heads).
LETTERS = ("A", "B")


@dataclass(frozen=True, kw_only=True)
class RotoclearEntityDescription(EntityDescription):
    """What one row of a platform's table says.

    `variable` is the state variable; `{head}` and `{letter}` in it make one entity per head.
    `reads` are further variables that the entity shows. `locked_by` is an automatic which, while it
    is on, makes the unit ignore the variable. `always`: there, whether this user may read the
    variable or not.
    """

    variable: str
    reads: tuple[str, ...] = ()
    locked_by: str | None = None
    measurement: bool = False
    always: bool = False

    @property
    def is_per_head(self) -> bool:
        """Tell whether each head has one."""
        return "{" in self.variable

    @property
    def unique(self) -> str:
        """What tells the entity from all others of the unit, for ever: part of its unique id."""
        return self.variable

    def for_head(self, number: int) -> RotoclearEntityDescription:
        """Return the description with a head's variables in it."""
        names = {"head": number, "letter": LETTERS[number]}
        return replace(
            self, variable=self.variable.format(**names), reads=tuple(name.format(**names) for name in self.reads)
        )


class RotoclearEntity(PushEntity[RotoclearCoordinator]):
    """An entity of the control unit or of one head."""

    entity_description: RotoclearEntityDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: str, description: RotoclearEntityDescription) -> None:
        """Take the part it belongs to and its row of the table."""
        super().__init__(
            coordinator,
            (description.variable, *description.reads),
            guards=(description.locked_by,) if description.locked_by else (),
            measurement=description.measurement,
        )
        self.entity_description = description
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.config_entry.unique_id}_{description.unique}"

    @property
    def _value(self) -> Any:
        """Return the variable's value; None when unknown."""
        return self.coordinator.data.get(self.entity_description.variable)

    async def async_set(self, value: Any) -> None:
        """Set the variable."""
        await self.coordinator.async_set({self.entity_description.variable: value})


def add_entities[D: RotoclearEntityDescription](
    hass: HomeAssistant,
    entry: RotoclearConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Iterable[D],
    make: Callable[[RotoclearCoordinator, str, D], RotoclearEntity],
) -> None:
    """Keep a platform's entities in line with its table and the parts of the unit."""
    coordinator = entry.runtime_data
    rows = tuple(descriptions)

    def build(part: str) -> Iterable[RotoclearEntity]:
        for row in rows:
            if row.is_per_head != (part != UNIT):
                continue
            description: Any = row.for_head(HEADS[part]) if row.is_per_head else row
            if description.always or description.variable in coordinator.seen:
                yield make(coordinator, part, description)

    PartEntities(hass, entry, coordinator.parts, async_add_entities, build, coordinator.async_device)
