"""The meanings of usual names of attributes. `names/` has tables for numbers, flags and units."""

from pathlib import Path

from custom_components.pimatic.api import Attribute, Kind
from custom_components.pimatic.meaning.flags import flag
from custom_components.pimatic.meaning.measures import measure
from custom_components.pimatic.meaning.units import known_unit
from tests.names import wrong_rows

NAMES = Path(__file__).parent / "names"


def _number(name: str, unit: str) -> list[str]:
    measured = measure(Attribute(name, Kind.NUMBER, name, unit))
    return [measured.device_class or "-", measured.unit or "-", measured.state_class or "-"]


def _flag(name: str, labels: str) -> list[str]:
    found = flag(Attribute(name, Kind.BOOLEAN, name, labels=tuple(labels.split("/")) if labels else ()))
    return [found.device_class or "-", "inverted" if found.is_inverted else "plain"]


def test_numbers_are_as_in_the_table() -> None:
    assert wrong_rows(NAMES / "numbers.txt", 2, _number) == []


def test_flags_are_as_in_the_table() -> None:
    assert wrong_rows(NAMES / "flags.txt", 2, _flag) == []


def test_units_are_as_in_the_table() -> None:
    assert wrong_rows(NAMES / "units.txt", 1, lambda unit: [known_unit(unit) or "-"]) == []
