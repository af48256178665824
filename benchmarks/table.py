"""The table of results, for people: on the terminal and in docs/performance.md."""

from typing import Any

_COLUMNS = (
    ("measure", 62),
    ("vendor", 11),
    ("value", 22),
    ("floor", 12),
    ("ratio", 7),
    ("CPU us (floor)", 15),
    ("to reach", 20),
    ("", 5),
)
HEAD = "| " + " | ".join(f"{name:{width}}" for name, width in _COLUMNS) + " |"
RULE = "|" + "|".join("-" * (width + 2) for _, width in _COLUMNS) + "|"
_MARKS = {True: "yes", False: "short", None: ""}


def line(row: dict[str, Any]) -> str:
    """Return one row."""
    cpu, floor_cpu = row["cpu_us"], row["floor_cpu_us"]
    cells = (
        row["measure"],
        row["vendor"],
        f"{_number(row['value'])} {row['unit']}",
        _number(row["floor"]),
        _number(row["ratio"]),
        f"{_number(cpu)} ({_number(floor_cpu)})" if cpu is not None else "",
        row["reach"],
        _MARKS[row["reached"]],
    )
    return "| " + " | ".join(f"{cell:{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True)) + " |"


def _number(value: float | None) -> str:
    """Return a number with three digits that count."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
