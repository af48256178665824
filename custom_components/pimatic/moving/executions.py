"""When pimatic ran a rule, as its log tells (docs/protocol/pimatic.md#runs-of-a-rule)."""

from collections.abc import Iterable, Iterator
import re
from typing import Final

from .expressions import Number
from .grammar import Duration
from .rules import Step

# A rule does not run again within this time after a run.
REPEAT_SECONDS: Final = 0.5
# How far from the moment that its time gives a late line of the log may come.
LATE_SECONDS: Final = 2.0

_LINE: Final = re.compile(r"rule ([\w-]+)(?:: | error executing an action: )", re.ASCII)


class NotLogged(Exception):
    """No line of the log shows when the rule ran."""


def rule_of(line: str) -> str | None:
    """Return the id of the rule that a line of the log tells of."""
    found = _LINE.match(line)
    return found[1] if found else None


class Executions:
    """Tells which lines of one rule begin a run: each action has a line of its own, at its end or after its wait."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """Initialize for the actions of a rule.

        Raises NotLogged where no action starts at once, or a time is not fixed.
        """
        steps = tuple(steps)
        self._at_once = sum(step.delay is None for step in steps)
        if not self._at_once:
            raise NotLogged
        self._waits = tuple(_waits(steps))
        self._started: float | None = None
        # Lines of actions that started at once and have not ended, and when lines of later ones are due.
        self._open = 0
        self._due: list[float] = []

    def add_line(self, now: float) -> bool:
        """Take a line of the rule at a time in seconds; return True if it begins a run."""
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
        # What still waited was given up by this run.
        self._due = [now + wait for wait in self._waits]
        return True


def _waits(steps: Iterable[Step]) -> Iterator[float]:
    """Give how many seconds after a run lines of delayed actions, and of those that are undone, come."""
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
