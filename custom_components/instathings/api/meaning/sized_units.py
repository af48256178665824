"""The units that only the sizes of a device's numbers show."""

from collections.abc import Collection
from math import isnan

from ...common.names.beside import has_unit
from ...common.names.numbers import noun_in
from ...common.names.quantities import CURRENT
from ...common.names.sizes import unit_by_size
from ...common.names.words import words_of
from ..model import Scalar
from .plausible import KILOPASCALS, is_plausible
from .rules import MILLIVOLT_FROM, WATTS_FROM, Rule, is_in_a_table
from .stated_units import is_small_energy

# Classes whose size tells the unit.
_SCALED = frozenset({"power_factor", "atmospheric_pressure"})


class SizedUnits:
    """The units by size.

    `of_rule` are those of values whose rule has another unit, `of_name` those of values whose names do not say them.
    `misread` are the paths whose first value is impossible in the unit of the rule. `has_small_energies` is True once
    an energy without a unit has shown that the device counts all of them in Wh.
    """

    __slots__ = ("has_small_energies", "misread", "of_name", "of_rule")

    def __init__(self) -> None:
        """Initialize without units."""
        self.of_rule: dict[str, str] = {}
        self.of_name: dict[str, str] = {}
        self.misread: set[str] = set()
        self.has_small_energies = False

    def learn_first(self, path: str, rule: Rule, of_model: Rule, value: Scalar, *, is_http: bool) -> None:
        """Note whether the first value is possible; `of_model` is the rule for the model of the device."""
        if not is_plausible(of_model, value):
            self.misread.add(path)
            # Others have registers in steps of their makers.
            self.has_small_energies |= is_http and is_small_energy(rule, value)

    def learn(self, path: str, rule: Rule, value: Scalar, name: str, others: Collection[str], *, is_http: bool) -> bool:
        """Note a unit; return True if there was none before.

        `name` is what the device calls the value, and `others` are the paths of the device.
        """
        if path in self.of_rule or isinstance(value, bool | str) or value is None or isnan(value):
            return False
        if (unit := self._by_name(path, rule, value, name, is_http=is_http)) is not None:
            self.of_name[path] = unit
            return True
        is_battery = not is_http and "power" not in others and "current" not in others
        if (unit := _by_rule(path, rule, value, is_battery=is_battery, is_radio="linkquality" in others)) is None:
            return False
        self.of_rule[path] = unit
        return True

    def may_tell_more(self, path: str, rule: Rule) -> bool:
        """Return True if a later value of a path may show its unit."""
        return path not in self.of_rule and (rule.unit in ("V", "kW") or rule.device_class in _SCALED)

    def _by_name(self, path: str, rule: Rule, value: float, name: str, *, is_http: bool) -> str | None:
        """Return the unit by the size of a quantity that has no unit in its name."""
        is_open = not rule.device_class or rule.platform == "binary_sensor" or path in self.misread
        is_open |= rule.device_class == "voltage" and value >= MILLIVOLT_FROM and not is_in_a_table(path, rule)
        if not is_open or path in self.of_name or has_unit(name):
            return None
        noun = noun_in(name)
        is_register = noun is CURRENT and not is_http
        return None if is_register else unit_by_size(noun, value, words_of(name))


def _by_rule(path: str, rule: Rule, value: float, *, is_battery: bool, is_radio: bool) -> str | None:
    """Return the unit of a voltage in mV, as that of battery devices, a power in W, or a power factor in %."""
    if rule.device_class == "voltage" and rule.unit == "V" and value >= MILLIVOLT_FROM and is_battery:
        return "mV"
    if rule.unit == "kW" and abs(value) >= WATTS_FROM and (rule.is_plain or rule.key != path):
        return "W"
    if rule.device_class == "atmospheric_pressure" and rule.unit == "hPa" and KILOPASCALS.holds(value):
        return "kPa"
    if rule.device_class == "power_factor" and not rule.unit and value > 1:
        return "%"
    if rule.device_class == "power_factor" and 0 < abs(value) < 1 and not is_radio:
        return ""
    return None
