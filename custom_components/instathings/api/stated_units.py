"""The units that a device states: beside a value, in a block of their own, or one for all values of a quantity.

Source: docs/protocol/instathings.md#words-of-a-key.
"""

from collections.abc import Mapping

from ..common.names.numbers import meaning_of
from ..common.names.quantities import TEMPERATURE
from ..common.names.units import unit_of
from .readings import UNIT_KEYS, UNITS_BLOCK

# Names under which a device states the unit of all that it measures, and what those are called.
_OF_ALL: Mapping[str, tuple[str, ...]] = {
    "TempUnit": ("Temperature", "DewPoint"),
    "PressureUnit": ("Pressure", "SeaPressure"),
    "SpeedUnit": ("Speed",),
    # Of an air quality monitor: `ppb_celsius`. The key of a room's air comes without a unit otherwise.
    "display_unit": ("voc",),
}


def states_unit(path: str) -> bool:
    """Return True if the value of a path is the unit of others."""
    parent, _, name = path.rpartition(".")
    return name.lower() in UNIT_KEYS or name in _OF_ALL or UNITS_BLOCK.fullmatch(parent) is not None


class StatedUnits:
    """The first unit that a device has stated for each of its values, and those of its temperatures."""

    __slots__ = ("_beside", "_elsewhere", "_named")

    def __init__(self) -> None:
        """Initialize with none."""
        # `{"Power": {"Unit": "W", "Value": 12}}`
        self._beside: dict[str, str] = {}
        # By the path or by the name of the values.
        self._elsewhere: dict[str, str] = {}
        # The units that the names of its temperatures have.
        self._named: set[str | None] = set()

    def learn_name(self, path: str) -> None:
        """Note the unit that the name of a temperature has."""
        meaning = meaning_of(path)
        if meaning is not None and meaning.quantity is TEMPERATURE and meaning.has_unit:
            self._named.add(meaning.unit)

    def learn(self, path: str, value: str) -> bool:
        """Note a text that is a unit; return True if it is new."""
        if not states_unit(path):
            return False
        known = len(self._beside) + len(self._elsewhere)
        parent, _, name = path.rpartition(".")
        if name.lower() in UNIT_KEYS:
            self._beside.setdefault(parent, value)
        for quantity in _OF_ALL.get(name, ()):
            self._elsewhere.setdefault(quantity, value.partition("_")[0])
        if (block := UNITS_BLOCK.fullmatch(parent)) is not None and unit_of(value):
            self._elsewhere.setdefault(f"{block[1]}.{name}".lstrip("."), value)
        return len(self._beside) + len(self._elsewhere) > known

    def beside(self, parent: str) -> str | None:
        """Return the unit that stands beside the values of a block."""
        return self._beside.get(parent)

    def elsewhere(self, path: str, *, is_in_a_table: bool) -> str | None:
        """Return the unit of a value that is stated in another place; what a table has is not read by its name."""
        stated = self._elsewhere.get(path) or self._elsewhere.get(path.rpartition(".")[2])
        # A device with `tempf`, and no temperature in °C, has all others in °F, too.
        if stated is None and not is_in_a_table and self._named == {"°F"}:
            meaning = meaning_of(path)
            is_open = meaning is not None and meaning.quantity is TEMPERATURE and not meaning.has_unit
            return "°F" if is_open else None
        return stated
