"""The marks: the limits for the results of the measures.

They take into account that Home Assistant computes the name, unit and class of an entity for each state, which takes
about as long as the bare `async_set` of the floor.
"""

from collections.abc import Callable, Mapping, Sequence
import re
from typing import Any, NamedTuple

type Row = Mapping[str, Any]


class Mark(NamedTuple):
    """A limit for the rows of some measures."""

    title: str
    """The title in the summary."""

    text: str
    """The limit as text."""

    figure: Callable[[Row], float]
    limit: float
    is_least: bool = False

    def is_reached(self, row: Row) -> bool:
        """Return True if a row reaches the mark."""
        figure = self.figure(row)
        return figure >= self.limit if self.is_least else figure <= self.limit

    def worst(self, rows: Sequence[Row]) -> Row:
        """Return the row that is farthest beyond the limit, or nearest to it."""
        return (min if self.is_least else max)(rows, key=self.figure)


def _ratio(row: Row) -> float:
    return float(row["ratio"])


def _value(row: Row) -> float:
    return float(row["value"])


def _more(row: Row) -> float:
    return float(row["value"] - row["floor"])


def _least(ratio: float, title: str) -> Mark:
    return Mark(title, f"ratio at least {ratio:g}", _ratio, ratio, is_least=True)


def _most(ratio: float, title: str) -> Mark:
    return Mark(title, f"ratio at most {ratio:g}", _ratio, ratio)


def _below(value: float, unit: str, title: str) -> Mark:
    return Mark(title, f"at most {value:g} {unit}", _value, value)


def _at_most_more(value: float, unit: str, title: str) -> Mark:
    return Mark(title, f"at most {value:g} {unit} more", _more, value)


# The key is a pattern for the beginning of a measure's name. The first one that matches is used.
_MARKS = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r"one changed key per message, as fast as they come \(", _least(0.5, "changes, as fast as they come")),
        (r"one changed key per message, 5000 a second \(", _least(0.7, "changes, 5,000 a second")),
        (r"one changed key per message, \d+ entities against", _most(1.1, "changes with 5,000 entities against 50")),
        (r"Home Assistant's own coordinator", _least(50, "Home Assistant's own coordinator against ours")),
        (r"one changed value beside ESPHome's", _most(1.2, "a changed value beside ESPHome's")),
        (r"a message that changes nothing, 5000 a second", _least(0.8, "messages that change nothing")),
        (r"a flood", _most(1.5, "a flood of measurements")),
        (r"event loop's lag", _below(20, "ms", "lag of the event loop in a flood")),
        (r"last value of the flood", _below(100, "ms", "the last value of a flood")),
        (r"longest turn", _below(20, "CPU ms", "longest turn of the event loop at a reconnect")),
        (r"setting up 5000 entities", _most(1.3, "setting up 5,000 entities")),
        (r"setting up \d+ devices both ways", _most(1.3, "setting up 2,000 devices both ways")),
        (r"memory per entity, of 5000", _most(1.4, "memory per entity")),
        (r"command to echo to state, p50", _at_most_more(3, "ms", "command to echo to state, median")),
        (r"(frame|webhook) to browser, .* p50", _at_most_more(1.5, "ms", "from the frame to a browser, median")),
        (r"(frame|webhook) to browser, .* p99", _at_most_more(5, "ms", "from the frame to a browser, 99 of 100")),
        (r"press to browser, .* p50", _at_most_more(4, "ms", "a press in the browser and back, median")),
        (r"history of .*, memory", _below(100, "MB more", "history of a year for ten sensors, memory")),
        (r"history of .*, lag", _below(20, "ms", "history of a year for ten sensors, lag of the event loop")),
        (r"history of \d+ minutes for \d+ sensors$", _below(60, "s", "history of a year of minutes for ten sensors")),
        (r"import", _below(0.3, "s", "importing an integration")),
        (r"MJPEG, 1 viewer, bytes per CPU", _least(0.7, "MJPEG to one viewer, bytes per CPU second")),
        (r"MJPEG", _least(0.9, "MJPEG else")),
        (r"webhook to state, p99", _at_most_more(2, "ms", "webhook to state, 99 of 100")),
        (r"memory after 200 reloads$", _below(2, "MB", "memory left after 200 reloads")),
        (r"a start, for each of 200", _below(25, "ms", "a start of Home Assistant, for each unit of a hall")),
        (r"longest hold .* \(200 units\)", _at_most_more(50, "CPU ms", "the longest hold of the loop at that start")),
        (r"lines of the log about", _below(0, "lines", "what the log says to take over 10 seconds at that start")),
        (r"memory of a hall of 200", _most(1.4, "memory of a hall of 200 units")),
        (r"memory of the second half of 300", _below(5, "MB more", "memory of reloads 150 to 300 of a real process")),
        (r"a hall of 200", _most(2.6, "a hall of 200 units, a change a second each")),
        (r"latest state in the hall", _below(1, "s", "the latest state in the hall")),
    )
)


def mark_of(row: Row) -> Mark | None:
    """Return the mark of a row, or None if it has no limit."""
    return next((mark for pattern, mark in _MARKS if pattern.match(row["measure"])), None)


def is_short(row: Row) -> bool:
    """Return True if a row does not reach its mark."""
    mark = mark_of(row)
    return mark is not None and not mark.is_reached(row)


def by_mark(rows: Sequence[Row]) -> dict[Mark, list[Row]]:
    """Return the rows of each mark, in the order of the marks."""
    found: dict[Mark, list[Row]] = {mark: [] for _, mark in _MARKS}
    for row in rows:
        if (mark := mark_of(row)) is not None:
            found[mark].append(row)
    return {mark: own for mark, own in found.items() if own}
