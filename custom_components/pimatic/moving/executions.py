"""The runs of a rule according to pimatic's log (docs/protocol/pimatic.md#runs-of-a-rule)."""

from collections.abc import Iterable, Iterator
import re
from typing import Final

from .expressions import Number
from .grammar import Duration
from .rules import Step

# pimatic does not run a rule again within this time.
REPEAT_SECONDS: Final = 0.5
# The most seconds between the due time of a delayed action and its line in the log.
LATE_SECONDS: Final = 2.0

_LINE: Final = re.compile(r"rule ([\w-]+)(?:: | error executing an action: )", re.ASCII)


class NotLogged(Exception):
    """The log does not show when the rule ran."""


def rule_of(line: str) -> str | None:
    """Return the id of the rule in a line of the log; None for other lines."""
    found = _LINE.match(line)
    return found[1] if found else None


class Executions:
    """Finds the lines of one rule that begin a run: each action writes one line, at its end or after its delay."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """Initialize for the actions of a rule.

        Raises NotLogged if no action starts at once, or if a time is not a constant.
        """
        steps = tuple(steps)
        self._at_once = sum(step.delay is None for step in steps)
        if not self._at_once:
            raise NotLogged
        self._waits = tuple(_waits(steps))
        self._started: float | None = None
        # The number of undelayed actions without a line so far, and the due times of the lines of delayed actions.
        self._open = 0
        self._due: list[float] = []

    def add_line(self, now: float) -> bool:
        """Add a line of the rule that was written at a time in seconds; return True if it begins a run."""
        if self._started is not None and now - self._started <= REPEAT_SECONDS:
            self._open = max(0, self._open - 1)
            return False
        self._due = [due for due in self._due if due >= now - LATE_SECONDS]
        for due in self._due:
            if due <= now + LATE_SECONDS:
                self._due.remove(due)
                return False
        if self._open:
            self._open -= 1
            return False
        self._started = now
        self._open = self._at_once - 1
        # This run cancels the delayed actions of the previous run.
        self._due = [now + wait for wait in self._waits]
        return True


def _waits(steps: Iterable[Step]) -> Iterator[float]:
    """Yield the seconds after which delayed actions, and the ends of actions with "for TIME", are logged."""
    for step in steps:
        delay = _seconds(step.delay) if step.delay else 0.0
        if step.delay is not None:
            yield delay
        if step.duration is not None:
            yield delay + _seconds(step.duration)


def _seconds(time: Duration) -> float:
    if not isinstance(time.amount, Number):
        raise NotLogged
    return time.amount.value * time.unit / 1000
