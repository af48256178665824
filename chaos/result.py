"""A row of the table."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

HEAD = (
    "vendor",
    "fault",
    "during",
    "unavailable",
    "converged",
    "log",
    "commands",
    "grew",
    "blocked",
    "left",
    "promise",
)
WIDTHS = (19, 21, 8, 13, 13, 6, 14, 12, 13, 4, 0)


@dataclass
class Row:
    """The result of an experiment. Times are in seconds, memory in megabytes; None if it did not happen."""

    vendor: str
    fault: str
    phase: str
    unavailable: float | None = None
    unavailable_limit: float | None = None
    converged: float | None = None
    converge_limit: float | None = None
    down: int = 0
    up: int = 0
    sent: int = 0
    failed: int = 0
    lost: int = 0
    left: int = 0
    grew: float | None = None
    grew_limit: float | None = None
    turn: float | None = None
    turn_limit: float | None = None
    # Further numbers for the table.
    detail: str = ""
    broken: list[str] = field(default_factory=list)
    # True if a broken promise cannot be due to a busy machine.
    is_certain: bool = False

    def demand(self, holds: bool, otherwise: str, *, is_timed: bool = True) -> None:
        """Add `otherwise` as a broken promise unless it holds. A promise that `is_timed` may fail on a busy machine."""
        if not holds:
            self.broken.append(otherwise)
            self.is_certain = self.is_certain or not is_timed

    def line(self) -> str:
        """Return the row as a line of the table."""
        cells = (
            self.vendor,
            self.fault,
            self.phase,
            _within(self.unavailable, self.unavailable_limit),
            _within(self.converged, self.converge_limit),
            f"{self.down}-{self.up}+",
            f"{self.sent}/{self.failed}e/{self.lost}lost" if self.sent else "-",
            "-" if self.grew is None else f"{self.grew:.0f} of {self.grew_limit:.0f} MB",
            "-" if self.turn is None else f"{self.turn:.2f} of {self.turn_limit:.2f}",
            str(self.left),
            ("kept" if not self.broken else "BROKEN: " + "; ".join(self.broken)) + (self.detail and f": {self.detail}"),
        )
        return _aligned(cells)

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make a row from `as_dict`."""
        return cls(**values)


def head() -> str:
    """Return the head of the table."""
    return _aligned(HEAD)


def _aligned(cells: tuple[str, ...]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _within(seconds: float | None, limit: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.2f}" + (f" of {limit:.1f}" if limit is not None else "")
