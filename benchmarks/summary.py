"""Puts the last run of each Home Assistant into docs/performance.md: for each mark the row that is nearest to it.

With it goes how the measures grow, and the picture, both of the newest Home Assistant.
"""

import json
from pathlib import Path
from typing import Any

from .growth import growth_lines
from .marks import by_mark
from .picture import write_picture
from .table import number

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
CAPTION = "What a hall of control units takes of one processor core"
BEGIN, END = "<!-- summary: written by script/bench -->", "<!-- end of summary -->"


def write_page(folder: Path) -> None:
    """Replace the summaries by those of all results in a folder, and the picture."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not runs:
        return
    *newest, _ = runs[-1]
    picture = f"![{CAPTION}](images/hall.svg)\n\n" if write_picture(newest) else ""
    text = picture + "\n\n".join(map(summary, runs)) + "\n" + "\n".join(growth_lines(newest))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def summary(results: list[dict[str, Any]]) -> str:
    """Return the summary of a run as Markdown."""
    *rows, about = results
    about_run = (
        f"Home Assistant {about['homeassistant']}, Python {about['python']}, {about['processor']}, "
        f"{about['cores']} cores, load {about['load']:.1f} before the run, {len(rows)} rows."
    )
    head = "| measure | mark | nearest to it | of | reached |"
    lines = [about_run, "", head, "|---|---|---|---|---|"]
    for mark, own in by_mark(rows).items():
        worst = mark.worst(own)
        short = sum(not mark.is_reached(row) for row in own)
        reached = "yes" if not short else f"not by {short} of {len(own)}"
        lines.append(f"| {mark.title} | {mark.text} | {number(mark.figure(worst))} | {worst['vendor']} | {reached} |")
    return "\n".join(lines)
