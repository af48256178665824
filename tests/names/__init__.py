"""Tables of names and their meanings: lines with columns between `|`, `-` for nothing, `#` for a comment."""

from collections.abc import Callable
from pathlib import Path


def wrong_rows(file: Path, inputs: int, answer: Callable[..., list[str]]) -> list[str]:
    """Return the rows of a table whose last columns differ from the result of `answer` for the first ones."""
    rows = [
        [column.strip() for column in line.split("|")]
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert rows
    return [f"{row} is {found}" for row in rows if (found := answer(*row[:inputs])) != row[inputs:]]
