"""The units that a device states: in the block of a value, in a separate block, or one for all values of a quantity.

Single letters for electrical quantities imply units, too: `{"U": 231, "I": 4.2, "P": 960}`.

Source: docs/protocol/instathings.md#words-of-a-key.
"""

from collections.abc import Iterable, Mapping

from ...common.names.beside import UNIT_KEYS, UNIT_OF, VALUE_KEYS, has_unit
from ...common.names.letters import units_of_letters
from ...common.names.numbers import meaning_of, noun_in
from ...common.names.quantities import INFINITE, TEMPERATURE, Quantity
from ...common.names.units import unit_of
from ...common.names.words import words_of
from ..model import Scalar
from ..readings import UNITS_BLOCK
from .plausible import KWH_BELOW
from .rules import Rule, is_in_a_table, rule_with_unit

# Keys with the unit of all values of a quantity, and the keys of these values.
_OF_ALL: Mapping[str, tuple[str, ...]] = {
    "TempUnit": ("Temperature", "DewPoint"),
    "PressureUnit": ("Pressure", "SeaPressure"),
    "SpeedUnit": ("Speed",),
    # The key of an air quality monitor: `ppb_celsius`.
    "display_unit": ("voc",),
}


# A charger has no such voltage in V.
LETTER_MILLIVOLT_FROM = 2000
# A meter of a house has no such current in A, nor such a power in W.
LETTER_CURRENT_BELOW = 1000
LETTER_POWER_BELOW = 1e6
# Texts that are sent instead of a unit.
_NO_UNITS = frozenset(
    {"ph", "none", "n/a", "null", "state", "bool", "boolean", "index", "count", "counts", "enum", "text"}
)


def states_unit(path: str) -> bool:
    """Return True if the value of a path is the unit of others."""
    parent, _, name = path.rpartition(".")
    is_unit = name.lower() in UNIT_KEYS or name in _OF_ALL or UNIT_OF.fullmatch(name) is not None
    return is_unit or UNITS_BLOCK.fullmatch(parent) is not None


class StatedUnits:
    """The first unit that a device has stated for each value, and the units in the names of its temperatures."""

    __slots__ = ("_beside", "_elsewhere", "_in_milli", "_large", "_named", "_of_one")

    def __init__(self) -> None:
        """Initialize without units."""
        # `{"Power": {"Unit": "W", "Value": 12}}`
        self._beside: dict[str, str] = {}
        # By the path or the name of a value.
        self._elsewhere: dict[str, str] = {}
        # By block, then by the name or the quantity of a value.
        self._of_one: dict[str, dict[str | Quantity, str]] = {}
        # The units in the names of the temperatures.
        self._named: set[str | None] = set()
        # The paths of letters for voltages in mV.
        self._in_milli: set[str] = set()
        # The large numbers, by path.
        self._large: dict[str, float] = {}

    def learn_name(self, path: str) -> None:
        """Store the unit in the name of a temperature."""
        meaning = meaning_of(path)
        if meaning is not None and meaning.quantity is TEMPERATURE and meaning.has_unit:
            self._named.add(meaning.unit)

    def learn(self, path: str, value: str) -> bool:
        """Store a text if it is the first unit of a value; return True if it was stored."""
        if not states_unit(path):
            return False
        known = self._count()
        parent, _, name = path.rpartition(".")
        is_unit = len(value.strip()) > 1 and value.strip().lower() not in _NO_UNITS
        if name.lower() in UNIT_KEYS and (is_unit or unit_of(value)):
            self._beside.setdefault(parent, value)
        for quantity in _OF_ALL.get(name, ()):
            self._elsewhere.setdefault(quantity, value.partition("_")[0])
        if (block := UNITS_BLOCK.fullmatch(parent)) is not None and unit_of(value):
            self._elsewhere.setdefault(f"{block[1]}.{name}".lstrip("."), value)
        if (one := UNIT_OF.fullmatch(name)) is not None and (unit := unit_of(value)):
            units = self._of_one.setdefault(parent, {})
            units.setdefault(one["of"], unit)
            if (noun := noun_in(one["of"])) is not None:
                units.setdefault(noun, unit)
        return self._count() > known

    def learn_number(self, path: str, value: Scalar) -> bool:
        """Store that a voltage with a letter as its name is in mV; return True if it was stored."""
        if isinstance(value, bool | str) or value is None:
            return False
        if abs(value) >= LETTER_CURRENT_BELOW and path not in self._large:
            self._large[path] = abs(value)
        if value < LETTER_MILLIVOLT_FROM:
            return False
        if path.rpartition(".")[2] != "V" or path in self._in_milli:
            return False
        self._in_milli.add(path)
        return True

    def lettered(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Return the units of the single letters among the paths of a device. Beside mV, currents are in mA."""
        blocks: dict[str, list[str]] = {}
        for path in paths:
            parent, _, name = path.rpartition(".")
            blocks.setdefault(f"{parent}." if parent else "", []).append(name)
        return {
            f"{block}{name}": f"m{unit}" if unit in "VA" and f"{block}V" in self._in_milli else unit
            for block, names in blocks.items()
            for name, unit in units_of_letters(tuple(names), block).items()
            if f"{block}V" in self._in_milli or not self._is_too_large(f"{block}{name}", unit)
        }

    def _is_too_large(self, path: str, unit: str) -> bool:
        """Return True for a letter of a current or a power that is in another unit, such as mA."""
        limit = LETTER_CURRENT_BELOW if unit == "A" else LETTER_POWER_BELOW if unit == "W" else INFINITE
        return self._large.get(path, 0) >= limit

    def _count(self) -> int:
        return len(self._beside) + len(self._elsewhere) + sum(map(len, self._of_one.values()))

    def rule_of(self, path: str, rule: Rule, called: str | None, *, is_http: bool) -> Rule | None:
        """Return the rule of a path whose unit the device states, in the block of the value or elsewhere.

        `called` is the name of the value in the payload, if there is one.
        """
        parent, _, name = path.rpartition(".")
        is_by_words = not is_in_a_table(path, rule)
        if is_by_words and (unit := self._beside.get(parent)):
            if name.lower() in VALUE_KEYS:
                named = rule_with_unit(path, called, unit) if called else None
                return named if named and named.device_class else rule_with_unit(path, parent, unit)
            # One of the values in the block has this unit: `{"temp": 71, "hum": 40, "unit": "F"}`.
            beside = rule_with_unit(path, path, unit)
            if rule.device_class and beside.device_class == rule.device_class:
                return beside
        unit = self._of_block(path) if is_by_words or is_http else None
        unit = unit or self._elsewhere_of(path, is_by_words=is_by_words)
        return rule_with_unit(path, path, unit) if unit and unit_of(unit) not in (None, rule.unit) else None

    def _of_block(self, path: str) -> str | None:
        """Return the unit in the block of a value for its quantity: `{"temp": 71, "temp_unit": "F"}`."""
        parent, _, name = path.rpartition(".")
        if (units := self._of_one.get(parent)) is None:
            return None
        quantity = None if has_unit(name) else noun_in(name)
        return units.get(name) or (units.get(quantity) if quantity else None)

    def _elsewhere_of(self, path: str, *, is_by_words: bool) -> str | None:
        """Return the unit of a value from another place. The name of a path that is in a table is not used."""
        stated = self._elsewhere.get(path) or self._elsewhere.get(path.rpartition(".")[2])
        # A device with `tempf` and no temperature in °C has all temperatures in °F.
        if stated is None and is_by_words and self._named == {"°F"}:
            return "°F" if noun_in(path) is TEMPERATURE and not has_unit(path) else None
        return stated


def is_small_energy(rule: Rule, value: Scalar) -> bool:
    """Return True for a counter that is too large for kWh."""
    return rule.device_class == "energy" and isinstance(value, float | int) and value >= KWH_BELOW


def is_open_energy(path: str, rule: Rule) -> bool:
    """Return True for an energy with the default unit kWh, which is neither in its name nor stated."""
    words = words_of(path)
    return rule.unit in ("kWh", "kvarh") and not is_in_a_table(path, rule) and rule.unit.lower() not in words
