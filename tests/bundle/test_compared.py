"""Each feature that docs/compared.md lists has a test or a command that checks it."""

import re

import pytest

from tests.bundle.vendor import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "compared.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| feature |")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_feature_has_an_existing_check(row: list[str]) -> None:
    _, ours, _, checked_by = row
    if checked_by in ("", "-"):
        assert re.match(r"\*?no\b", ours), "nothing checks this feature"
        return
    file, _, name = checked_by.strip("`").partition("::")
    assert (ROOT / file).is_file()
    assert not name or f"def {name}(" in (ROOT / file).read_text()
