"""Runs of a rule in pimatic beside those of its draft: which belong together, and what was seen so far."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

# Runs that wait for the other side's: more cannot come within the tolerance (executions.py#REPEAT_SECONDS).
MOST_WAITING: Final = 256


class Side(StrEnum):
    """Who ran."""

    PIMATIC = "pimatic"
    DRAFT = "draft"


class State(StrEnum):
    """What the last run showed."""

    WAITING = "waiting"
    AGREED = "agreed"
    DIFFERED = "differed"


class Outcome(NamedTuple):
    """When both sides ran, in seconds since 1970; None for the side that did not."""

    pimatic: float | None
    draft: float | None

    @property
    def state(self) -> State:
        """Return whether both ran."""
        return State.DIFFERED if self.pimatic is None or self.draft is None else State.AGREED


class Comparison:
    """Joins runs of both sides in the order of their arrival: the clocks of two machines do not matter."""

    def __init__(self, tolerance: float) -> None:
        """Initialize; `tolerance` is how many seconds apart runs that agree may be."""
        self.tolerance = tolerance
        # All of the same side: one of the other side would have been joined with the first.
        self._side = Side.PIMATIC
        self._waiting: deque[float] = deque(maxlen=MOST_WAITING)

    def add_run(self, side: Side, now: float) -> Outcome | None:
        """Take a run; return what it agrees with. Call `expired` before."""
        if self._waiting and side is not self._side:
            other = self._waiting.popleft()
            return Outcome(now, other) if side is Side.PIMATIC else Outcome(other, now)
        self._side = side
        self._waiting.append(now)
        return None

    def expire(self, now: float) -> list[Outcome]:
        """Return the runs that have waited for too long for the other side's."""
        late: list[Outcome] = []
        while self._waiting and now - self._waiting[0] > self.tolerance:
            ran_at = self._waiting.popleft()
            late.append(Outcome(ran_at, None) if self._side is Side.PIMATIC else Outcome(None, ran_at))
        return late

    @property
    def is_waiting(self) -> bool:
        """Return True if a run waits for the other side's."""
        return bool(self._waiting)

    def clear(self) -> None:
        """Forget the runs that wait."""
        self._waiting.clear()


@dataclass
class Record:
    """What was seen of a rule with this text; times in seconds since 1970.

    `in_a_row` counts the agreements since the last difference. `is_declined` if a person was asked to switch the rule
    off and did not.
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
        """Count what runs have shown."""
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
        """Return the time of the last difference, or when the rule began to be watched."""
        return self.differed_pimatic or self.differed_draft or self.since
