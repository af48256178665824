"""The table of results in the terminal."""

from typing import Any

from .marks import is_short, mark_of

_COLUMNS = (
    ("measure", 71),
    ("vendor", 22),
    ("value", 30),
    ("floor", 8),
    ("ratio", 6),
    ("CPU us (floor)", 14),
    ("to reach", 18),
    ("", 5),
)
HEAD = "| " + " | ".join(f"{name:{width}}" for name, width in _COLUMNS) + " |"
RULE = "|" + "|".join("-" * (width + 2) for _, width in _COLUMNS) + "|"


def line(row: dict[str, Any]) -> str:
    """Return a row as text."""
    mark = mark_of(row)
    cells = (
        row["measure"],
        row["vendor"],
        f"{number(row['value'])} {row['unit']}",
        number(row["floor"]),
        number(row["ratio"]),
        _cpu(row),
        mark.text if mark else "",
        ("short" if is_short(row) else "yes") if mark else "",
    )
    return "| " + " | ".join(f"{cell:{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True)) + " |"


def _cpu(row: dict[str, Any]) -> str:
    """Return the CPU microseconds per message, ours and the floor's, or an empty text for other rows."""
    match row["unit"]:
        case "messages per CPU second":
            return f"{number(1e6 / row['value'])} ({number(1e6 / row['floor'])})"
        case "CPU us per message":
            return f"{number(row['value'])} ({number(row['floor'])})"
    return ""


def number(value: float | None) -> str:
    """Return a number with three significant digits, or all digits before the point."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
