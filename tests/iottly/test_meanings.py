"""The meanings of usual names of leaves. `names/` has tables for numbers and flags."""

from pathlib import Path

from custom_components.iottly.api import LeafKind, flag_meaning
from custom_components.iottly.sensor import describe_leaf
from tests.names import wrong_rows

NAMES = Path(__file__).parent / "names"


def _number(path: str) -> list[str]:
    row = describe_leaf(path, LeafKind.NUMBER)
    return [row.device_class or "-", row.native_unit_of_measurement or "-", row.state_class or "-"]


def test_numbers_are_as_in_the_table() -> None:
    assert wrong_rows(NAMES / "numbers.txt", 1, _number) == []


def test_flags_are_as_in_the_table() -> None:
    assert wrong_rows(NAMES / "flags.txt", 1, lambda path: [flag_meaning(path) or "-"]) == []
