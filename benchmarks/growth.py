"""The growth of measures: the exponent over three sizes, each ten times the one before.

With 0 a measure does not depend on the size, with 1 it is proportional to it, with 2 to its square.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log
import re
from typing import Any, NamedTuple

type Row = Mapping[str, Any]

# The size in the name of a measure.
SIZE = re.compile(r"\b(\d+)(?= (?:entities|units|minutes)\b)")
FEWEST_SIZES = 3


class Growth(NamedTuple):
    """The growth of one measure of one vendor."""

    measure: str
    vendor: str
    exponent: float


def growths(rows: Sequence[Row]) -> list[Growth]:
    """Return the growth of all measures with at least three sizes, in the order of the rows."""
    found: defaultdict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in rows:
        # If there are several numbers, the first one is the size.
        if (size := SIZE.search(row["measure"])) is not None and row["value"] > 0:
            what = SIZE.sub("N", row["measure"])
            found[what, row["vendor"]][int(size[1])] = float(row["value"])
    return [
        Growth(what, vendor, exponent(values))
        for (what, vendor), values in found.items()
        if len(values) >= FEWEST_SIZES
    ]


def exponent(values: Mapping[int, float]) -> float:
    """Return the exponent of the power law that fits the values best, by the least squares of their logarithms."""
    points = [(log(size), log(value)) for size, value in values.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    across = sum((x - middle_x) ** 2 for x, _ in points)
    found: float = sum((x - middle_x) * (y - middle_y) for x, y in points) / across
    return found


def growth_lines(rows: Sequence[Row]) -> list[str]:
    """Return a Markdown table with the vendor of the largest exponent for each measure; empty without such measures."""
    most: dict[str, Growth] = {}
    for one in growths(rows):
        if one.measure not in most or one.exponent > most[one.measure].exponent:
            most[one.measure] = one
    if not most:
        return []
    lines = [f"| {one.measure} | {one.vendor} | {one.exponent:.2f} |" for one in most.values()]
    return ["", "| measure | grows most with | exponent |", "|---|---|---|", *lines]
