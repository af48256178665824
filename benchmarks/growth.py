"""How a measure grows with what there is: the exponent over three sizes that are ten times apart.

0 does not grow, 1 grows as the size does, 2 with its square.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log
import re
from typing import Any, NamedTuple

type Row = Mapping[str, Any]

# The size in a measure's name.
SIZE = re.compile(r"\b(\d+)(?= (?:entities|units|minutes)\b)")
FEWEST_SIZES = 3


class Growth(NamedTuple):
    """A measure of one vendor over its sizes."""

    measure: str
    vendor: str
    exponent: float


def growths(rows: Sequence[Row]) -> list[Growth]:
    """Return what was measured at three sizes or more, in the order of the rows."""
    found: defaultdict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in rows:
        # Of several numbers the first is the size.
        if (size := SIZE.search(row["measure"])) is not None and row["value"] > 0:
            what = SIZE.sub("N", row["measure"])
            found[what, row["vendor"]][int(size[1])] = float(row["value"])
    return [
        Growth(what, vendor, exponent(values))
        for (what, vendor), values in found.items()
        if len(values) >= FEWEST_SIZES
    ]


def exponent(values: Mapping[int, float]) -> float:
    """Return the exponent of the power that fits best to the values by their sizes."""
    points = [(log(size), log(value)) for size, value in values.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    across = sum((x - middle_x) ** 2 for x, _ in points)
    found: float = sum((x - middle_x) * (y - middle_y) for x, y in points) / across
    return found


def growth_lines(rows: Sequence[Row]) -> list[str]:
    """Return a Markdown table: for each measure the vendor with which it grows most; nothing without such rows."""
    most: dict[str, Growth] = {}
    for one in growths(rows):
        if one.measure not in most or one.exponent > most[one.measure].exponent:
            most[one.measure] = one
    if not most:
        return []
    lines = [f"| {one.measure} | {one.vendor} | {one.exponent:.2f} |" for one in most.values()]
    return ["", "| measure | grows most with | exponent |", "|---|---|---|", *lines]
