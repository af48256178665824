"""The robot's map: a grid of cells. Source: docs/protocol/misty.md#slam."""

from enum import IntEnum
from typing import Any, NamedTuple

# A map of a large house at 4 cm; a larger answer is no map of a robot this small.
MAX_CELLS = 1_000_000


class Cell(IntEnum):
    """What is known of a cell."""

    UNKNOWN = 0
    OPEN = 1
    OCCUPIED = 2
    COVERED = 3


class Map(NamedTuple):
    """A grid: `cells` has one byte for each cell, row after row; a cell has `metres` on each side."""

    width: int
    height: int
    metres: float
    cells: bytes


def parse_map(result: Any) -> Map | None:
    """Return the map in an answer; None where there is no valid one."""
    match result:
        case {"grid": [[*first], *_] as grid, "metersPerCell": float(metres) | int(metres)} if (
            result.get("isValid") is not False and 0 < metres < 10 and 0 < len(first) * len(grid) <= MAX_CELLS
        ):
            pass
        case _:
            return None
    cells = bytearray()
    for row in grid:
        if not isinstance(row, list) or len(row) != len(first):
            return None
        cells.extend(value if type(value) is int and value in Cell else Cell.UNKNOWN for value in row)
    return Map(len(first), len(grid), float(metres), bytes(cells))
