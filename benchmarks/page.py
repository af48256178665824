"""Puts the table of the last full run into docs/performance.md, between its two marks."""

from pathlib import Path
from typing import Any

from .table import HEAD, RULE, line

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- results: written by script/bench -->", "<!-- end of results -->"


def write_page(results: list[dict[str, Any]]) -> None:
    """Replace the table."""
    *rows, about = results
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    conditions = (
        f"Home Assistant {about['homeassistant']}, Python {about['python']}, {about['processor']}, "
        f"{about['cores']} cores, load {about['load']:.1f} before the run."
    )
    table = "\n".join([conditions, "", HEAD, RULE, *(line(row) for row in rows)])
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
