"""Compares the runs of a rule in pimatic with those of its draft, and counts the results."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

# The most runs that wait for a run of the other side. A rule runs less often than that within the tolerance, because of
# REPEAT_SECONDS in executions.py.
MOST_WAITING: Final = 256


class Side(StrEnum):
    """The system that ran the rule."""

    PIMATIC = "pimatic"
    DRAFT = "draft"


class State(StrEnum):
    """The result of the last run."""

    WAITING = "waiting"
    AGREED = "agreed"
    DIFFERED = "differed"


class Outcome(NamedTuple):
    """The times of both runs in seconds since 1970; None for a side that did not run."""

    pimatic: float | None
    draft: float | None

    @property
    def state(self) -> State:
        """Return whether both sides ran."""
        return State.DIFFERED if self.pimatic is None or self.draft is None else State.AGREED


class Comparison:
    """Matches runs of both sides in the order of their arrival, so that the clocks of the machines do not matter."""

    def __init__(self, tolerance: float) -> None:
        """Initialize; `tolerance` is the longest time in seconds between two runs that agree."""
        self.tolerance = tolerance
        # These are runs of one side only: a run of the other side is matched with the first of them.
        self._side = Side.PIMATIC
        self._waiting: deque[float] = deque(maxlen=MOST_WAITING)

    def add_run(self, side: Side, now: float) -> Outcome | None:
        """Add a run; return the outcome if it matches a run of the other side. Call `expire` before."""
        if self._waiting and side is not self._side:
            other = self._waiting.popleft()
            return Outcome(now, other) if side is Side.PIMATIC else Outcome(other, now)
        self._side = side
        self._waiting.append(now)
        return None

    def expire(self, now: float) -> list[Outcome]:
        """Remove and return the runs without a run of the other side within the tolerance."""
        late: list[Outcome] = []
        while self._waiting and now - self._waiting[0] > self.tolerance:
            ran_at = self._waiting.popleft()
            late.append(Outcome(ran_at, None) if self._side is Side.PIMATIC else Outcome(None, ran_at))
        return late

    @property
    def is_waiting(self) -> bool:
        """Return True if a run waits for a run of the other side."""
        return bool(self._waiting)

    def clear(self) -> None:
        """Remove the waiting runs."""
        self._waiting.clear()


@dataclass
class Record:
    """The results for a rule with this text; times in seconds since 1970.

    `in_a_row` counts the agreements since the last difference. `is_declined` is True if the user was asked to
    deactivate the rule, and did not.
    """

    text: str
    since: float
    state: str = State.WAITING
    agreements: int = 0
    differences: int = 0
    in_a_row: int = 0
    agreed_pimatic: float | None = None
    agreed_draft: float | None = None
    differed_pimatic: float | None = None
    differed_draft: float | None = None
    is_declined: bool = False

    def count(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.state = outcome.state
        if outcome.state is State.AGREED:
            self.agreements += 1
            self.in_a_row += 1
            self.agreed_pimatic, self.agreed_draft = outcome
        else:
            self.differences += 1
            self.in_a_row = 0
            self.differed_pimatic, self.differed_draft = outcome

    @property
    def agrees_since(self) -> float:
        """Return the time of the last difference, or the start of the watch if there is none."""
        return self.differed_pimatic or self.differed_draft or self.since
