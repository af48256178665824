"""The picture of docs/performance.md: the load of one core by the number of units, from the committed results."""

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path
import re
from typing import Any

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "hall.svg"
HALL = re.compile(r"a hall of (\d+) units")
WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50
# The ranges of the axes as powers of ten: units, and per cent of one core.
UNITS, SHARES = (0, 3), (-2, 2)
OURS, FLOOR = "#0b6", "#999"

type Row = Mapping[str, Any]
type Points = Sequence[tuple[float, float]]


def write_picture(rows: Sequence[Row]) -> bool:
    """Write the picture and return True if the results have rows of a hall."""
    found = [(int(size[1]), row) for row in rows if (size := HALL.match(row["measure"]))]
    if found:
        # From CPU milliseconds per second to per cent.
        ours = [(units, row["value"] / 10) for units, row in sorted(found, key=lambda one: one[0])]
        floor = [(units, row["floor"] / 10) for units, row in sorted(found, key=lambda one: one[0])]
        PICTURE.write_text(picture(ours, floor), encoding="utf-8")
    return bool(found)


def picture(ours: Points, floor: Points) -> str:
    """Return the SVG of per cent of a core over units."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *(_grid_x(power) for power in range(UNITS[0], UNITS[1] + 1)),
        *(_grid_y(power) for power in range(SHARES[0], SHARES[1] + 1)),
        _text(WIDTH / 2, HEIGHT - 10, "control units, a change a second each", "middle"),
        _text(LEFT, 18, "per cent of one processor core", "start"),
        _curve(floor, FLOOR, "messages only received and decoded"),
        _curve(ours, OURS, "Rotoclear in Home Assistant"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(units: float) -> float:
    return LEFT + (log10(units) - UNITS[0]) / (UNITS[1] - UNITS[0]) * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (log10(share) - SHARES[0]) / (SHARES[1] - SHARES[0]) * (HEIGHT - TOP - BOTTOM)


def _grid_x(power: int) -> str:
    x = _x(10**power)
    return _line(x, TOP, x, HEIGHT - BOTTOM) + _text(x, HEIGHT - BOTTOM + 16, f"{10**power}", "middle")


def _grid_y(power: int) -> str:
    y = _y(10**power)
    return _line(LEFT, y, WIDTH - RIGHT, y) + _text(LEFT - 6, y + 4, f"{10.0**power:g} %", "end")


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333">{text}</text>'


def _curve(points: Points, colour: str, label: str) -> str:
    """Draw a curve with a dot for each size, and its label at the last one."""
    places = [(_x(units), _y(share)) for units, share in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places)
    x, y = places[-1]
    below = 18 if colour == FLOOR else -10
    return (
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
        f"{_text(x - 8, y + below, f'{label}: {points[-1][1]:.2g} %', 'end')}"
    )
