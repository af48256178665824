"""The values that are possible in the units of their rules: others show that another unit is meant."""

from collections.abc import Callable, Mapping
from math import isnan

from ...common.names.beside import has_unit
from ...common.names.vocabulary import KEPT
from ...common.names.words import words_of
from ..model import Scalar
from .rules import Rule
from .variants import Range

# What the air of a place is in kPa; in hPa it is ten times as much.
KILOPASCALS = Range(30, 110)
# No house has used as much, nor as much in a day: the counter is in Wh, or in what else its maker has chosen.
KWH_BELOW = 1_000_000
KWH_A_DAY_BELOW = 1000
DAY = frozenset({"today", "day", "daily", "oggi", "heute"})
# No house stores as much: the capacity is in Wh, or in Ah.
KEPT_KWH_BELOW = 1000
# No battery has as much: it is in mV.
VOLTS_BELOW = 2000
# No machine is as old: the time is in s or ms.
HOURS_BELOW = 500_000
# Seconds since 1970, which no sensor measures of anything else.
TIMESTAMP_FROM = 1e9
_NO_TIMES = frozenset({None, "data_size", "frequency"})
# Above the sea, and in hPa: a pressure outside is one in another unit, or one of water.
AIR = Range(300, 1100)
# From here on a current is in mA.
MILLIAMPERE_FROM = 1000
# The voltage of a few cells; a charge comes in whole or half percents.
CELLS_BELOW = 5


def is_plausible(rule: Rule, value: Scalar) -> bool:
    """Return False for a number that cannot be one in the unit of its rule.

    Models give the same setting in different units, with limits of their own; makers give energies in kWh and in Wh,
    pressures in hPa, Pa and bar, currents in A and in mA, and the voltage of a battery as its state.
    """
    if isinstance(value, bool | str) or value is None or isnan(value):
        return True
    if rule.limits is not None:
        return rule.limits.holds(value)
    if len(rule.unit or "") > 1 and (rule.unit or "").lower() in words_of(rule.key):
        # The key states it.
        return True
    if value >= TIMESTAMP_FROM and rule.state_class == "measurement" and rule.device_class not in _NO_TIMES:
        return False
    is_possible = _POSSIBLE.get((rule.device_class, rule.unit))
    return is_possible is None or is_possible(rule, value)


def _is_consumed(rule: Rule, value: float) -> bool:
    return value < (KWH_BELOW if DAY.isdisjoint(words_of(rule.key)) else KWH_A_DAY_BELOW)


def _is_no_carrier(rule: Rule, value: float) -> bool:
    """Return False for the frequency of a radio, which is in MHz, and is none of a mains or a machine."""
    return rule.is_plain or not (430 < value < 440 or 860 < value < 935)


def _is_kept(_rule: Rule, value: float) -> bool:
    return value < KEPT_KWH_BELOW


def _is_no_flag(_rule: Rule, value: float) -> bool:
    """Return False for the flag of a probe, a pump or a tank, under the name of the quantity."""
    return value not in (0, 1)


def _is_share(_rule: Rule, value: float) -> bool:
    """Return False for a share of 1, and for a volume of water in one of soil."""
    return not 0 < value < 1


_POSSIBLE: Mapping[tuple[str | None, str | None], Callable[[Rule, float], bool]] = {
    ("energy", "kWh"): _is_consumed,
    ("reactive_energy", "kvarh"): _is_consumed,
    ("atmospheric_pressure", "hPa"): lambda _rule, value: AIR.holds(value) or KILOPASCALS.holds(value),
    ("current", "A"): lambda _rule, value: abs(value) < MILLIAMPERE_FROM,
    # Above 0 it is rather a quality in percent.
    ("signal_strength", "dBm"): lambda _rule, value: value <= 0,
    ("humidity", "%"): _is_share,
    ("moisture", "%"): _is_share,
    ("ph", None): _is_no_flag,
    ("voltage", "V"): lambda rule, value: value < VOLTS_BELOW or KEPT.isdisjoint(words_of(rule.key)),
    ("duration", "h"): lambda _rule, value: value < HOURS_BELOW,
    ("frequency", "Hz"): _is_no_carrier,
    ("energy_storage", "kWh"): _is_kept,
    # The redox potential of a pool.
    ("voltage", "mV"): lambda rule, value: rule.is_plain or has_unit(rule.key) or _is_no_flag(rule, value),
    ("battery", "%"): lambda _rule, value: value >= CELLS_BELOW or value * 2 % 1 == 0,
}
