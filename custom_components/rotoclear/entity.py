"""The base of all Rotoclear entities, and the descriptions that become one entity per head or view."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .coordinator import Part, PartKind, RotoclearConfigEntry, RotoclearCoordinator

# Variables name the head by its number, those of the data lines by a letter (docs/protocol/rotoclear.md#camera-heads).
LETTERS = ("A", "B")


@dataclass(frozen=True, kw_only=True)
class RotoclearEntityDescription(PushEntityDescription):
    """A row of a platform's table.

    `variable` is the entity's state variable; with `{head}` or `{letter}` in it there is one entity per head. `reads`
    are further variables that the entity depends on. With `always` the entity exists even if this user may not read the
    variable. `is_of_view` makes one entity per saved view. `unique_name` replaces the variable in the unique id.
    """

    variable: str
    reads: tuple[str, ...] = ()
    always: bool = False
    is_of_view: bool = False
    unique_name: str = ""

    @property
    def unique(self) -> str:
        """Return the end of the unique id, which is unique within the unit and never changes."""
        return self.unique_name or self.variable

    def is_of(self, part: Part) -> bool:
        """Return True if the part has the entity."""
        kind = PartKind.HEAD if "{" in self.variable else PartKind.UNIT
        return part.kind is (PartKind.VIEW if self.is_of_view else kind)

    def for_part(self, part: Part) -> Self:
        """Return the description with the head's number and letter, and the view's id, filled in."""
        match part.kind:
            case PartKind.UNIT:
                return self
            case PartKind.HEAD:
                return self._of_heads[part.number]
            case PartKind.VIEW:
                return self._of_head(part.number, part.view)

    @cached_property
    def _of_heads(self) -> tuple[Self, Self]:
        """Return the descriptions for both heads; all config entries share them."""
        return (self._of_head(0), self._of_head(1))

    def _of_head(self, head: int, view: str = "") -> Self:
        names = {"head": head, "letter": LETTERS[head], "view": view}
        return replace(
            self,
            variable=self.variable.format(**names),
            reads=tuple(name.format(**names) for name in self.reads),
            unique_name=self.unique_name.format(**names),
        )


class RotoclearEntity[V = Any](PushEntity[RotoclearCoordinator, V]):
    """An entity of the control unit, of a head or of a view."""

    entity_description: RotoclearEntityDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearEntityDescription) -> None:
        super().__init__(coordinator, description, (description.variable, *description.reads))
        self._part = part
        if description.name is not None:
            self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.config_entry.unique_id}_{description.unique}"

    async def async_set(self, value: Any) -> None:
        """Set the variable."""
        await self.coordinator.async_set({self.entity_description.variable: value})


def table[D: RotoclearEntityDescription](
    entry: RotoclearConfigEntry, rows: Iterable[D], make: Callable[[RotoclearCoordinator, Part, D], RotoclearEntity]
) -> Build[Part]:
    """Return a function that makes the entities of a part from a table, for `add_entities`.

    There are entities for the variables that this user may read.
    """
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[RotoclearEntity]:
        for description in [row.for_part(part) for row in rows if row.is_of(part)]:
            if description.always or description.variable in coordinator.seen:
                yield make(coordinator, part, description)

    return build
