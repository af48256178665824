"""Writes the last results to two pages: those of a hall to docs/performance.md, the others to benchmarks/RESULTS.md.

RESULTS.md has the worst row for each version of Home Assistant and each mark, and the growth of the measures.
"""

import json
from pathlib import Path
import re
from typing import Any

from .growth import growth_lines
from .marks import by_mark
from .picture import write_picture
from .table import number

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
DETAILS = Path(__file__).parent / "RESULTS.md"
CAPTION = "What a hall of control units takes of one processor core"
BEGIN, END = "<!-- summary: written by script/bench -->", "<!-- end of summary -->"
# The columns of the table of halls: title, pattern of the row's name with the number of units, factor, unit.
HALL: tuple[tuple[str, str, float, str], ...] = (
    ("of one core", r"a hall of (\d+) units", 0.1, " %"),
    ("the latest state is shown after", r"latest state in the hall \((\d+) units", 1000, " ms"),
    ("Home Assistant starts in", r"a start with a hall of (\d+) units", 1, " s"),
    ("the same without a hall", r"a start with the five and no hall \((\d+) units", 1, " s"),
    ("memory", r"memory of a hall of (\d+) units", 1, " MB"),
)

type Results = list[dict[str, Any]]


def write_page(folder: Path) -> None:
    """Write the results of a directory to both pages, and the picture."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not runs:
        return
    *newest, about = runs[-1]
    picture = f"![{CAPTION}](images/hall.svg)\n\n" if write_picture(newest) else ""
    _replace(PAGE, f"{picture}{_about(about)}\n\n{hall(newest)}")
    _replace(DETAILS, "\n\n".join(map(summary, runs)) + "\n" + "\n".join(growth_lines(newest)))


def _replace(page: Path, text: str) -> None:
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def hall(rows: Results) -> str:
    """Return the Markdown table of the halls; a dash is for a value that was not measured."""
    found: dict[int, dict[str, str]] = {}
    for title, name, factor, unit in HALL:
        for row in rows:
            if size := re.match(name, row["measure"]):
                found.setdefault(int(size[1]), {})[title] = f"{number(row['value'] * factor)}{unit}"
    titles = [title for title, *_ in HALL]
    lines = [f"| units | {' | '.join(titles)} |", f"|{'---|' * (len(titles) + 1)}"]
    lines += [
        f"| {units} | {' | '.join(cells.get(title, '-') for title in titles)} |"
        for units, cells in sorted(found.items())
    ]
    return "\n".join(lines)


def _about(about: dict[str, Any]) -> str:
    return (
        f"Home Assistant {about['homeassistant']}, Python {about['python']}, {about['processor']}, "
        f"{about['cores']} cores, load {about['load']:.1f} before the run"
    )


def summary(results: Results) -> str:
    """Return the summary of a run as Markdown."""
    *rows, about = results
    head = "| measure | mark | nearest to it | of | reached |"
    lines = [f"{_about(about)}, {len(rows)} rows.", "", head, "|---|---|---|---|---|"]
    for mark, own in by_mark(rows).items():
        worst = mark.worst(own)
        short = sum(not mark.is_reached(row) for row in own)
        reached = "yes" if not short else f"not by {short} of {len(own)}"
        lines.append(f"| {mark.title} | {mark.text} | {number(mark.figure(worst))} | {worst['vendor']} | {reached} |")
    return "\n".join(lines)
