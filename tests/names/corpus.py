"""The names of `corpus.tsv`, which real devices send, and the entities that their owners expect.

`python -m tests.names.corpus` prints the rows with other results, in the format of `known_wrong.tsv`.
"""

from collections.abc import Iterable
from functools import cache
import json
from pathlib import Path
import sys
from typing import Any, NamedTuple

from harness import what, what_instathings, what_iottly

CORPUS = Path(__file__).parent / "corpus.tsv"
KNOWN_WRONG = Path(__file__).parent / "known_wrong.tsv"

READERS = {"instathings": what_instathings.rows, "iottly": what_iottly.rows}

# Platform, device class, unit and state class.
type Answer = tuple[str, str, str, str]

NO_ENTITY: Answer = ("none", "-", "-", "-")


class Row(NamedTuple):
    """A name of a device. The last four columns before `source` have alternatives between `|`; the first is the best.

    `-` means none, `*` means any. `value` is JSON.
    """

    vendor: str
    path: str
    value: str
    kind: str
    device_class: str
    unit: str
    state_class: str
    source: str

    @property
    def expected(self) -> Answer:
        return self.kind, self.device_class, self.unit, self.state_class

    @property
    def vendors(self) -> Iterable[str]:
        return READERS if self.vendor == "both" else (self.vendor,)


class Case(NamedTuple):
    """A name and a value for one vendor."""

    vendor: str
    path: str
    value: str


def _lines(file: Path) -> Iterable[list[str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def corpus() -> dict[Case, Row]:
    """Return the rows of the corpus by vendor, path and value."""
    rows = [Row(*columns) for columns in _lines(CORPUS)]
    return {Case(vendor, row.path, row.value): row for row in rows for vendor in row.vendors}


def known_wrong() -> dict[Case, Answer]:
    """Return the results of the rows that are known to be wrong."""
    return {Case(*columns[:3]): (columns[3], columns[4], columns[5], columns[6]) for columns in _lines(KNOWN_WRONG)}


def payload_of(path: str, value: Any) -> dict[str, Any]:
    """Return a payload with a value at a path; dots separate the keys of the path."""
    inner = value
    for key in reversed(path.split(".")):
        inner = {key: inner}
    assert isinstance(inner, dict)
    return inner


def answer(case: Case) -> Answer:
    """Return the result for a name: platform, device class, unit and state class."""
    rows = list(READERS[case.vendor](payload_of(case.path, json.loads(case.value))))
    if not rows:
        return NO_ENTITY
    found: what.Row = next((row for row in rows if row.path == case.path), rows[0])
    return (
        found.platform,
        found.device_class or "-",
        found.unit or "-",
        found.state_class or "-",
    )


def fits(found: Answer, expected: Answer) -> bool:
    """Return True if each column is one of the expected alternatives."""
    return all(
        "*" in words.split("|") or column in words.split("|") for column, words in zip(found, expected, strict=True)
    )


def is_best(found: Answer, expected: Answer) -> bool:
    """Return True if each column is the first of the expected alternatives."""
    kind, device_class, unit, state_class = (words.split("|")[0] for words in expected)
    return fits(found, (kind, device_class, unit, state_class))


def answers() -> dict[Case, Answer]:
    """Return the result of each row."""
    return {case: answer(case) for case in corpus()}


def wrong_cases() -> dict[Case, Answer]:
    """Return the results that are not as expected."""
    rows = corpus()
    return {case: found for case, found in answers().items() if not fits(found, rows[case].expected)}


def main() -> None:
    """Print the rows with wrong results, and the number of correct ones."""
    rows, found = corpus(), answers()
    for case, columns in wrong_cases().items():
        sys.stdout.write("\t".join((*case, *columns, f"expected {' '.join(rows[case].expected)}")) + "\n")
    for vendor in READERS:
        mine = [case for case in rows if case.vendor == vendor]
        right = sum(fits(found[case], rows[case].expected) for case in mine)
        best = sum(is_best(found[case], rows[case].expected) for case in mine)
        sys.stderr.write(f"{vendor}: {right} of {len(mine)} right, {best} of them the best answer\n")


if __name__ == "__main__":
    main()
