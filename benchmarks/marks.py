"""What each measure has to reach: the table of the issue as one table of marks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import re
from typing import Any

type Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """What a row has to reach, in words, and whether it does."""

    text: str
    is_reached: Callable[[Row], bool]


def _least(ratio: float) -> Mark:
    return Mark(f"ratio at least {ratio:g}", lambda row: bool(row["ratio"] >= ratio))


def _most(ratio: float) -> Mark:
    return Mark(f"ratio at most {ratio:g}", lambda row: bool(row["ratio"] <= ratio))


def _below(value: float, unit: str) -> Mark:
    return Mark(f"under {value:g} {unit}", lambda row: bool(row["value"] < value))


def _at_most_more(value: float, unit: str) -> Mark:
    return Mark(f"at most {value:g} {unit} more", lambda row: bool(row["value"] - row["floor"] <= value))


# The beginning of a measure's name, as a pattern. The first one that fits holds.
_MARKS = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r"one changed key per message, (as fast as they come|5000 a second) \(", _least(0.6)),
        (r"one changed key per message, \d+ entities against", _most(1.1)),
        (r"Home Assistant's own coordinator", _least(50)),
        (r"a message that changes nothing, 5000 a second", _least(0.8)),
        (r"a flood", _most(1.5)),
        (r"event loop's lag", _below(20, "ms")),
        (r"last value of the flood", _below(100, "ms")),
        (r"longest turn", _below(20, "CPU ms")),
        (r"setting up \d+ entities", _most(1.3)),
        (r"memory per entity", _most(1.3)),
        (r"command to echo to state, p50", _at_most_more(3, "ms")),
        (r"import", _below(0.3, "s")),
        (r"MJPEG", _least(0.9)),
        (r"webhook to state, p99", _at_most_more(2, "ms")),
        (r"memory after", _below(2, "MB")),
        (r"a hall", _most(2)),
        (r"latest state in the hall", _below(1, "s")),
    )
)


def mark_of(row: Row) -> Mark | None:
    """Return what a row has to reach; None where it only informs."""
    return next((mark for pattern, mark in _MARKS if pattern.match(row["measure"])), None)


def is_short(row: Row) -> bool:
    """Tell whether a row misses what it has to reach."""
    mark = mark_of(row)
    return mark is not None and not mark.is_reached(row)
