"""The base of all Rotoclear entities, and how a description's variables become a head's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .coordinator import Part, PartKind, RotoclearConfigEntry, RotoclearCoordinator

# Heads are numbered 0 and 1, but their data lines are A and B (docs/protocol/rotoclear.md#camera-heads).
LETTERS = ("A", "B")


@dataclass(frozen=True, kw_only=True)
class RotoclearEntityDescription(PushEntityDescription):
    """What one row of a platform's table says.

    `variable` is the state variable; `{head}` and `{letter}` in it make one entity per head.
    `reads` are further variables that the entity shows. `locked_by` is an automatic which, while it
    is on, makes the unit ignore the variable. `always`: there, whether this user may read the
    variable or not. `is_of_view`: one entity per named view of the head. `unique_name` takes the place of
    the variable in the unique id.
    """

    variable: str
    reads: tuple[str, ...] = ()
    locked_by: str | None = None
    always: bool = False
    is_of_view: bool = False
    unique_name: str = ""

    @property
    def unique(self) -> str:
        """What distinguishes the entity from all others of the unit, for ever: part of its unique id."""
        return self.unique_name or self.variable

    def is_of(self, part: Part) -> bool:
        """Return True if parts of this kind have the entity."""
        kind = PartKind.HEAD if "{" in self.variable else PartKind.UNIT
        return part.kind is (PartKind.VIEW if self.is_of_view else kind)

    def for_part(self, part: Part) -> Self:
        """Return the description with the variables of a head, and the id of a view, in it."""
        match part.kind:
            case PartKind.UNIT:
                return self
            case PartKind.HEAD:
                return self._of_heads[part.number]
            case PartKind.VIEW:
                return self._of_head(part.number, part.view)

    @cached_property
    def _of_heads(self) -> tuple[Self, Self]:
        """The descriptions of both heads, which those of all units share."""
        return (self._of_head(0), self._of_head(1))

    def _of_head(self, head: int, view: str = "") -> Self:
        names = {"head": head, "letter": LETTERS[head], "view": view}
        return replace(
            self,
            variable=self.variable.format(**names),
            reads=tuple(name.format(**names) for name in self.reads),
            unique_name=self.unique_name.format(**names),
        )


class RotoclearEntity(PushEntity[RotoclearCoordinator]):
    """An entity of the control unit or of one head."""

    entity_description: RotoclearEntityDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearEntityDescription) -> None:
        super().__init__(
            coordinator,
            (description.variable, *description.reads),
            measurement=description.measurement,
        )
        self.entity_description = description
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.config_entry.unique_id}_{description.unique}"

    async def async_set(self, value: Any) -> None:
        """Set the variable."""
        await self.coordinator.async_set({self.entity_description.variable: value})


def entities_of[D: RotoclearEntityDescription](
    coordinator: RotoclearCoordinator,
    part: Part,
    rows: Iterable[D],
    make: Callable[[RotoclearCoordinator, Part, D], RotoclearEntity],
) -> Iterable[RotoclearEntity]:
    """Make the entities of a part from the rows of a table: of the variables that this user may read."""
    for row in rows:
        if not row.is_of(part):
            continue
        description = row.for_part(part)
        if description.always or description.variable in coordinator.seen:
            yield make(coordinator, part, description)


def table[D: RotoclearEntityDescription](
    entry: RotoclearConfigEntry, rows: Iterable[D], make: Callable[[RotoclearCoordinator, Part, D], RotoclearEntity]
) -> Build[Part]:
    """Return what makes a part's entities from the rows of a table, for `add_entities`."""
    return lambda part: entities_of(entry.runtime_data, part, rows, make)
