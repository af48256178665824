"""The meaning of a key that no table has, by its words (docs/protocol/instathings.md#words-of-a-key)."""

from typing import NamedTuple

from ...common.names import numbers
from ...common.names.flags import flag_of, is_inverted
from ...common.names.quantities import WIFI_SIGNAL
from ...common.names.units import unit_of
from ...common.names.vocabulary import PLACES, THINGS, WHICH
from ...common.names.words import words_of

# The classes that a setting may have: a share of something is no humidity and no battery.
SETTABLE = frozenset({"temperature", "temperature_delta", "voltage", "current", "power", "frequency"})


# Where it is a quality instead, its size shows that.
USUAL = {WIFI_SIGNAL: "dBm"}


class Meaning(NamedTuple):
    """What the words of a key say. `platform` is binary_sensor for a flag, number for a setting."""

    platform: str
    device_class: str | None = None
    unit: str | None = None
    state_class: str | None = None
    inverted: bool = False


def meaning_of(path: str) -> Meaning | None:
    """Return what the words of a key say; None where they say nothing."""
    found = numbers.meaning_of(path, usual=USUAL)
    if (found is None or not (found.has_unit or _is_of_place(path, found))) and (device_class := flag_of(path)):
        return Meaning("binary_sensor", device_class, inverted=is_inverted(path))
    return None if found is None else _meaning(found)


def _is_of_place(path: str, found: numbers.Meaning) -> bool:
    """Return True for a quantity of a place or a medium that would be a flag alone: `temp_hot_gas`."""
    is_quantity = found.is_named and found.device_class not in (None, "battery") and not found.setting
    return is_quantity and words_of(path)[-1] in PLACES | THINGS | WHICH


def meaning_with_unit(path: str, unit: str) -> Meaning:
    """Return what the words of a key say whose sender states the unit beside the value: that decides."""
    stated = unit_of(unit)
    found = numbers.meaning_of(path, stated) if stated else None
    # A unit that Home Assistant does not have is one all the same.
    return _meaning(found) if found else Meaning("sensor", None, stated or unit, "measurement")


def _meaning(found: numbers.Meaning) -> Meaning:
    if not found.setting:
        return Meaning("sensor", found.device_class, found.unit, found.state_class)
    is_plain = found.unit is not None and found.device_class in SETTABLE
    return Meaning("number", found.device_class if is_plain else None, found.unit)
