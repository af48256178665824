"""The units of powers, currents and energies that the numbers of a device show together.

Only the first number of each path counts: a unit that changed with later ones would spoil the statistics. The exception
is a power in an unknown unit, which gets one as soon as a large power shows it.
"""

from collections.abc import Callable, Mapping
from math import isnan

from ...common.names.beside import has_unit
from ...common.names.quantities import word_set
from ...common.names.units import UNITS
from ...common.names.vocabulary import EXTREMES, SUMS
from ...common.names.words import words_of
from ..model import Scalar
from .plausible import DAY
from .rules import Rule, is_in_a_table

# What runs at fewer watts does not use as much; in kW, it does.
SMALL_WATTS = 100
MUCH_KWH = 1000
# The voltages of a mains, and how much less than voltage times current a power in kW is.
MAINS = (90, 500)
LEAST_AMPERES = 1.5
FRACTION = 50
# The current of a house is smaller, and has decimals.
MILLI_FROM = 64
PAIR = 2
# By device class: whether two values are those of parts of one thing.
CLOSE: Mapping[str, Callable[[float, float], bool]] = {
    "voltage": lambda low, high: 0 < high <= low * 1.2,
    "temperature": lambda low, high: high - low <= 6,
}
_TOTAL = SUMS | word_set("lifetime overall")


def _is_number(value: Scalar) -> bool:
    return not (isinstance(value, bool | str) or value is None or isnan(value))


class SmallPowers:
    """The powers of a device that may be in kW.

    All are small. They have decimals, and a counter is large; or the voltage and the current make a much larger one.
    """

    __slots__ = ("_current", "_has_large_counter", "_is_in_watts", "_largest", "_paths", "_small", "_voltage")

    def __init__(self) -> None:
        """Initialize without powers."""
        self._paths: set[str] = set()
        self._small: set[str] = set()
        self._has_large_counter = False
        self._is_in_watts = False
        self._voltage = self._current = self._largest = 0.0

    def learn(self, path: str, rule: Rule, value: Scalar, *, is_first: bool) -> bool:
        """Store what a number shows; return True if it shows that a power is in W."""
        if not _is_number(value):
            return False
        assert isinstance(value, float | int)
        match rule.device_class, rule.unit:
            case "energy", "kWh" if is_first:
                self._has_large_counter |= value >= MUCH_KWH
            case "voltage", "V" if is_first and MAINS[0] <= value <= MAINS[1]:
                self._voltage = max(self._voltage, value)
            case "current", "A" if is_first and abs(value) < MILLI_FROM:
                self._current = max(self._current, abs(value))
            case "power", "W" if not (is_in_a_table(path, rule) or has_unit(path)):
                return self._learn_power(path, value, is_first=is_first)
        return False

    def _learn_power(self, path: str, value: float, *, is_first: bool) -> bool:
        if abs(value) >= SMALL_WATTS and not self._is_in_watts:
            self._is_in_watts = True
            return bool(self._small)
        if is_first:
            self._largest = max(self._largest, abs(value))
            self._small.add(path)
            if value % 1:
                self._paths.add(path)
        return False

    def may_tell_more(self, path: str) -> bool:
        """Return True if a later value may show that a power is in W."""
        return path in self._small and not self._is_in_watts

    def has(self, path: str) -> bool:
        """Return True for a power in an unknown unit."""
        if self._is_in_watts:
            return False
        is_of_large = self._has_large_counter and path in self._paths
        product = self._voltage * self._current if self._current >= LEAST_AMPERES else 0
        return is_of_large or (path in self._small and 0 < self._largest * FRACTION < product)


class Extremes:
    """The lowest and the highest value of parts, such as the cells of a battery: they are close together.

    The limits of a setting are further apart.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        """Initialize without values."""
        self._values: dict[tuple[str, frozenset[str]], dict[str, float]] = {}

    def learn(self, path: str, rule: Rule, value: Scalar) -> None:
        """Store a lowest or a highest value."""
        if rule.device_class not in CLOSE or not _is_number(value) or (key := self._key(path)) is None:
            return
        assert isinstance(value, float | int)
        self._values.setdefault(key, {})[path] = value

    def are_close(self, path: str, rule: Rule) -> bool:
        """Return True for one of two values that are close together."""
        key = self._key(path) if self._values else None
        values = self._values.get(key, {}).values() if key else ()
        nearness = CLOSE.get(rule.device_class or "")
        return nearness is not None and len(values) == PAIR and nearness(min(values), max(values))

    @staticmethod
    def _key(path: str) -> tuple[str, frozenset[str]] | None:
        block, _, name = path.rpartition(".")
        words = frozenset(words_of(name))
        return None if EXTREMES.isdisjoint(words) else (block, words - EXTREMES)


class Milliamperes:
    """The currents of a mains without decimals that would make a much larger power than the device has."""

    __slots__ = ("_currents", "_power", "_voltage")

    def __init__(self) -> None:
        """Initialize without currents."""
        self._currents: set[str] = set()
        self._power = self._voltage = 0.0

    def learn(self, path: str, rule: Rule, value: Scalar) -> None:
        """Store what a number shows."""
        if not _is_number(value):
            return
        assert isinstance(value, float | int)
        match rule.device_class, rule.unit:
            case "voltage", "V" if MAINS[0] <= value <= MAINS[1]:
                self._voltage = value
            case "power", "W" if "consumption" not in words_of(path):
                self._power = max(self._power, abs(value))
            case "current", "A" if abs(value) >= MILLI_FROM and not value % 1 and not has_unit(path):
                self._currents.add(path)

    def _are_in_milli(self) -> bool:
        return bool(self._currents) and 0 < self._power * FRACTION < self._voltage * MILLI_FROM

    def has(self, path: str) -> bool:
        """Return True for a current in mA."""
        return path in self._currents and self._are_in_milli()


class DayCounters:
    """The energies of a day that are larger than those of all time: they are in Wh, and the others in kWh."""

    __slots__ = ("_days", "_totals")

    def __init__(self) -> None:
        """Initialize without energies."""
        self._days: dict[str, float] = {}
        self._totals: dict[tuple[str, frozenset[str]], float] = {}

    def learn(self, path: str, rule: Rule, value: Scalar) -> None:
        """Store the energy of a day or of all time."""
        if rule.device_class != "energy" or rule.unit != "kWh" or not _is_number(value) or has_unit(path):
            return
        assert isinstance(value, float | int)
        words = {*words_of(path.rpartition(".")[2])} - UNITS.keys()
        if not DAY.isdisjoint(words):
            self._days[path] = value
        elif not _TOTAL.isdisjoint(words):
            self._totals[_key(path)] = value

    def in_wh(self, path: str) -> bool:
        """Return True for the energy of a day in Wh."""
        total = self._totals.get(_key(path)) if path in self._days else None
        return total is not None and 0 < total < self._days[path]


def _key(path: str) -> tuple[str, frozenset[str]]:
    """Return the block and the words of an energy without those of its time."""
    block, _, name = path.rpartition(".")
    return block, frozenset(words_of(name)) - DAY - _TOTAL


class Compared:
    """What the numbers of a device show together."""

    __slots__ = ("_currents", "_days", "_extremes", "_powers")

    def __init__(self) -> None:
        """Initialize without numbers."""
        self._powers = SmallPowers()
        self._days = DayCounters()
        self._currents = Milliamperes()
        self._extremes = Extremes()

    def learn(self, path: str, rule: Rule, value: Scalar, *, is_first: bool) -> bool:
        """Store what a number shows; return True if it shows that a power is in W."""
        if is_first:
            self._days.learn(path, rule, value)
            self._currents.learn(path, rule, value)
            self._extremes.learn(path, rule, value)
        return self._powers.learn(path, rule, value, is_first=is_first)

    def may_tell_more(self, path: str) -> bool:
        """Return True if a later value of a path may show more."""
        return self._powers.may_tell_more(path)

    def unit_of(self, path: str) -> str | None:
        """Return the unit of a value that the others show."""
        return "Wh" if self._days.in_wh(path) else "mA" if self._currents.has(path) else None

    def is_of_parts(self, path: str, rule: Rule) -> bool:
        """Return True for the lowest or the highest value of parts, which is no setting."""
        return self._extremes.are_close(path, rule)

    def is_open(self, path: str) -> bool:
        """Return True for a power in an unknown unit."""
        return self._powers.has(path)
