"""Finds the meaning of a number from its name: its quantity, its unit, and whether it is counted or a setting.

A name is read from its end, where its noun is: `ac/l1/voltage` and `BatteryVoltage` are voltages, `energy_price` has
no quantity, because its last word is none. Words for a phase, a place or a time may follow the noun, and a unit may
follow these. A name with an unknown word at the end has no quantity: no class is better than a wrong one.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
import re
from typing import NamedTuple

from .around import (
    OF_DIFFERENCES,
    Found,
    is_of_another_time,
    is_spoilt,
    setting_at_end,
    setting_words,
    without_extremes,
)
from .machines import MACHINES
from .nouns import noun_of, quantity_at_end, without_owner
from .quantities import (
    AIR_PRESSURE,
    AREA,
    BATTERY,
    CO2,
    CONSUMPTION,
    COUNTED,
    CURRENT,
    DEMAND,
    DIFFERENCE,
    DURATION,
    ENERGY,
    ENERGY_STORED,
    FLOW,
    GAS,
    OPERATING_TIME,
    PERCENTAGE,
    POWER,
    PRESS,
    PRESSURE,
    QUANTITIES,
    RAIN,
    REDOX,
    RELATED,
    SHORT_BATTERY,
    SPEED,
    SPREAD,
    STROM,
    TEMPERATURE,
    VOLTAGE,
    VOLUME,
    VOLUME_STORED,
    WATER,
    WEIGHT,
    WIND_SPEED,
    Quantity,
)
from .spans import hours_of, span_in
from .unit_words import ENERGIES, UnitWord, unit_word
from .units import OF_SEVERAL, OF_UNIT, UNITS
from .vocabulary import (
    AIR_SENSORS,
    AIRY,
    BURNERS,
    CIRCUITS,
    CORRECTIONS,
    COUNTLESS,
    COUNTS,
    ELECTRICAL,
    ELECTRICITY,
    GROWING,
    HEATED,
    HEATS,
    KEPT,
    LAYERS,
    MADE,
    NOT_GROWING,
    OF_AN_HOUR,
    OF_CIRCUITS,
    PLACES,
    PRICES,
    SETTINGS,
    SPOILING,
    STATISTICS,
    STORED,
    SUMS,
    SUPPLIES,
    TANKS,
    TIMES,
    WANTED,
    WATERS,
    WHICH,
    WITH_CURRENT,
)
from .words import NUMBER, SHORT, head_of, keys_of, words_of

_FILLED = GROWING | TANKS
_WHICH_MEASURED = (WHICH | STATISTICS) - COUNTLESS
# Rooms and machines with a meter of their own: `fridge_kwh`.
_METERED = (WHICH | PLACES | MACHINES | SUPPLIES | HEATS | {"e", "lights", "pdu"}) - KEPT - HEATED
_OF_HOURS = frozenset({"hour", "hourly"})
_WHERE = WHICH | (PLACES - ELECTRICAL)
# Units of pressure that are mostly used for air.
_OF_AIR = frozenset({"hPa", "Pa", "inHg", "mmHg"})
# The number of the parts of a kind: `temperature_sensors`.
_COUNT_OF_PARTS = re.compile(
    r"(?i)(?<=[a-z])[_ ]?(?:sensors|probes|cells|modules|strings|phases|zones|channels|fuehler|sensoren|zellen)$"
)
# Words for the place or the kind of an air pressure: `abs_hpa`.
_PLACES_OF_AIR = AIRY - {NUMBER, "data", "payload", "sensor"}
_CONTEXT = SPOILING | PRICES | WANTED

_OF_ELECTRICITY = (BATTERY, SHORT_BATTERY, POWER, DEMAND, CURRENT, VOLTAGE, STROM, *ENERGIES)


class Meaning(NamedTuple):
    """The meaning of the name of a number.

    `setting` are the words that make it a setting; empty for a measurement or a counter. `quantity` is None for a
    setting without a quantity, and `unit` if it is unknown. `is_named` is True if a word means the quantity, False if
    only the unit does. `has_unit` is True if the name contains the unit.
    """

    quantity: Quantity | None
    unit: str | None = None
    state_class: str | None = None
    setting: frozenset[str] = frozenset()
    is_named: bool = True
    has_unit: bool = False

    @property
    def device_class(self) -> str | None:
        """Return Home Assistant's device class; None if it needs a unit, and the unit is unknown."""
        if self.quantity is None or (self.unit is None and self.quantity.units not in ((), ("%",))):
            return None
        return self.quantity.device_class


def meaning_of(
    path: str,
    stated: str | None = None,
    *,
    has_statistics: bool = False,
    usual: Mapping[Quantity, str] | None = None,
) -> Meaning | None:
    """Return the meaning of the name of a number; None if it has no known meaning.

    `stated` is the unit that the device sends with the value. If `has_statistics`, a word such as `max` at the end
    means the highest value, otherwise a limit. `usual` are the units that a vendor's devices use if their names do not
    contain one.
    """
    every, head = words_of(path), head_of(path)
    words = without_owner(every)
    if not words or (not stated and _COUNT_OF_PARTS.search(path)):
        return None
    unit = (
        UnitWord(words, (stated,), is_clear=True)
        if stated
        else unit_word(words, len(keys_of(path)[-1]) if words == every else 0)
    )
    if has_statistics:
        unit = unit._replace(name=without_extremes(unit.name))
    if not stated and (span := _of_span(path)):
        return span
    if setting := setting_at_end(unit.name):
        return _of_setting(setting, unit, head, has_unit=bool(unit.units) and not stated)
    found = _found(unit, head)
    if unit.units and (found is None or found.quantity.device_class is None):
        found = _of_last_keys(path, every, stated) or found
    has_unit = found is not None and bool(unit.units) and not stated
    # A tension in kN is a force.
    if found is None and unit.units and unit.units != ("kn",) and not stated:
        found = _by_words(words, head)
    if found is None or is_spoilt(found):
        return None
    if not stated and is_of_another_time(found):
        return None
    number_unit = found.unit or (usual or {}).get(found.quantity)
    if number_unit is None and not found.quantity.is_open:
        return None
    return Meaning(
        quantity=found.quantity,
        unit=number_unit,
        state_class=_state_class(found, every, is_bare=stated is not None or list(head) == words[-1:]),
        setting=setting_words(found, words),
        is_named=found.is_named,
        has_unit=has_unit,
    )


def _of_span(path: str) -> Meaning | None:
    """Return the meaning of a time that its unit and what lasts name, with or without the words of its block."""
    *blocks, key = keys_of(path)
    before = [word for block in blocks for word in block]
    span = span_in(key) or span_in([*before, *key]) or hours_of(key, before)
    if span is None:
        return None
    return Meaning(span.quantity, span.unit, span.quantity.state_class, has_unit=span.is_at_end)


def _of_last_keys(path: str, every: list[str], stated: str | None) -> Found | None:
    """Return the meaning of the last keys of a path whose block has another quantity: `power.battery_v`."""
    keys = keys_of(path)
    for start in range(1, len(keys)):
        words = [word for key in keys[start:] for word in key]
        before = every[: len(every) - len(words)]
        if words and before and _CONTEXT.isdisjoint(before):
            unit = UnitWord(words, (stated,), is_clear=True) if stated else unit_word(words)
            found = _found(unit, keys[-1])
            if found is not None and found.quantity.device_class is not None:
                return found
    return None


@lru_cache(maxsize=256)
def noun_in(path: str) -> Quantity | None:
    """Return the quantity of the words of a name, without regard to its unit."""
    words = without_owner(words_of(path))
    noun = noun_of(unit_word(words).name, head_of(path), has_unit=False) if words else None
    return noun.quantity if noun else None


def names_quantity(path: str) -> bool:
    """Return True if a name contains a word for a quantity, in any language. Single letters are no words."""
    return any(len(word) > SHORT and word in QUANTITIES for word in words_of(path))


def is_measured(path: str) -> bool:
    """Return False if a number with this name is an identifier or a setting, such as a pin, a code or a version."""
    words = list(keys_of(path)[-1])
    if words and all(word in UNITS for word in words):
        # `port.hours`
        return True
    words = words_of(path)
    while len(words) > 1 and (words[-1] in _WHICH_MEASURED or words[-1] in UNITS):
        if quantity_at_end(words) is not None:
            return True
        words.pop()
    return not words or words[-1] not in COUNTLESS or (len(words) > 1 and " ".join(words[-2:]) in QUANTITIES)


def _of_setting(word: str, unit: UnitWord, head: Sequence[str], *, has_unit: bool) -> Meaning:
    """Return a setting with the quantity of the words before its last one."""
    # An interval with a unit is a duration.
    name = unit.name if word in QUANTITIES else unit.name[:-1]
    found = None if word in SETTINGS and not unit.units else _found(unit._replace(name=name), head)
    if found is None or found.quantity.state_class == COUNTED or found.quantity is REDOX:
        return Meaning(None, setting=frozenset({word}))
    quantity = DIFFERENCE if word in CORRECTIONS and found.quantity is TEMPERATURE else found.quantity
    return Meaning(quantity, found.unit, None, frozenset({word}), found.is_named, has_unit)


# Quantities ------------------------------------------------------------------------------------------


def _found(unit: UnitWord, head: Sequence[str]) -> Found | None:
    """Return the quantity of a name, with the unit of the name if it has one."""
    if not unit.units:
        return _by_words(unit.name, head)
    noun = noun_of(unit.name, head, has_unit=True)
    if noun is not None:
        for quantity in (noun.quantity, *RELATED.get(noun.quantity, ())):
            for one in unit.units:
                if one in quantity.units:
                    is_named = quantity is noun.quantity or quantity.state_class == COUNTED
                    is_of_air = quantity in (PRESSURE, PRESS) and _is_in_a_unit_of_air(one, unit.name)
                    named = Found(AIR_PRESSURE if is_of_air else quantity, one, noun.before, is_named)
                    return _in_unit(named, unit.name)
    found = _by_unit(unit.name, unit.units[0]) if unit.is_clear else None
    # A quantity with the unit of another one is neither. Batteries have energies, and water has temperatures.
    if noun is None or found is None or found.quantity.device_class is None:
        return found
    # In kN it is a force.
    is_of_battery = noun.quantity in _OF_ELECTRICITY and len(unit.units[0]) > 1 and found.quantity is not SPEED
    is_of_medium = noun.quantity in (AREA, WATER, GAS, FLOW, CO2) and found.quantity in (TEMPERATURE, PRESSURE, WEIGHT)
    # `remaining` alone is a time.
    is_rest = noun.quantity is DURATION and not STORED.isdisjoint(unit.name[-1:])
    # `cell_delta_mv`
    is_difference = noun.quantity is SPREAD and unit.units[0] in OF_DIFFERENCES
    return found if is_of_battery or is_of_medium or is_rest or is_difference else None


def _in_unit(found: Found, words: list[str]) -> Found | None:
    """Return a quantity with its unit. Other words of the name may change the quantity."""
    if found.unit in VOLUME.units:
        return _volume(found, words)
    if found.quantity in ENERGIES and not STORED.isdisjoint(words):
        return found._replace(quantity=ENERGY_STORED)
    # The hours of `time` are a time of day.
    return None if words in (["time"], ["zeit"], ["tempo"]) and found.unit in ("h", "min", "s") else found


def _by_unit(words: list[str], unit: str) -> Found | None:
    """Return the quantity of a unit, for words that have no quantity with this unit."""
    if (
        not PRICES.isdisjoint(words)
        and "flow rate" not in " ".join(words)
        and (words[-1] != "rate" or unit in ENERGY.units)
    ):
        return None
    quantity = None if unit in OF_SEVERAL else OF_UNIT.get(unit)
    if quantity is PRESSURE and unit in _OF_AIR and not _PLACES_OF_AIR.isdisjoint(words) and _is_of_air(words):
        quantity = AIR_PRESSURE
    if quantity is SPEED and any(QUANTITIES.get(word) is WIND_SPEED or word.startswith("wind") for word in words):
        quantity = WIND_SPEED
    found = Found(quantity or Quantity(None, unit, (unit,)), unit, words, is_named=False)
    if unit in VOLUME.units:
        is_volume = _kind_of_volume(words, unit) is not VOLUME or not _FILLED.isdisjoint(words)
        return _volume(found._replace(quantity=VOLUME), words) if is_volume else found
    if quantity is ENERGY and not STORED.isdisjoint(words):
        return found._replace(quantity=ENERGY_STORED)
    if quantity is DURATION and not SUMS.isdisjoint(words):
        return found._replace(quantity=OPERATING_TIME)
    return found if quantity or unit in OF_SEVERAL else None


def _volume(found: Found, words: list[str]) -> Found:
    """Return a volume: the content of a tank, or a counter of gas, of water, or of anything."""
    if not TANKS.isdisjoint(words) and GROWING.isdisjoint(words):
        return found._replace(quantity=VOLUME_STORED)
    return found._replace(quantity=_kind_of_volume(words, found.unit)) if found.quantity is VOLUME else found


def _kind_of_volume(words: list[str], unit: str | None) -> Quantity:
    named = [WATER if word in WATERS else QUANTITIES.get(word) for word in words]
    return next((one for one in (GAS, WATER) if one in named and unit in one.units), VOLUME)


def _by_words(words: list[str], head: Sequence[str]) -> Found | None:
    """Return the quantity of the words, with its usual unit."""
    noun = noun_of(words, head, has_unit=False)
    if noun is None and _is_of_heat(words):
        return Found(TEMPERATURE, TEMPERATURE.unit, words[:-1])
    if noun is None or noun.quantity is CONSUMPTION:
        return _counted(words)
    quantity = noun.quantity
    if quantity is BATTERY and not TANKS.isdisjoint(noun.before):
        # The charge of a buffer is heat.
        return Found(PERCENTAGE, PERCENTAGE.unit, noun.before)
    if quantity is BATTERY and (counted := _counted(words)) is not None:
        # The energy with which a battery was charged in a time is not its charge level.
        return counted
    if quantity is STROM and not WITH_CURRENT.isdisjoint(noun.before):
        quantity = CURRENT
    if quantity is POWER and not BURNERS.isdisjoint(noun.before):
        return None
    if quantity is PRESSURE and _is_of_air(words):
        quantity = AIR_PRESSURE
    return Found(quantity, quantity.unit, noun.before)


def _is_of_heat(words: list[str]) -> bool:
    """Return True for the circuit of a heating, and for a layer of a store of heat: they have temperatures."""
    is_circuit = not CIRCUITS.isdisjoint(words) and (_WHERE | OF_CIRCUITS).issuperset(words)
    is_layer = not HEATED.isdisjoint(words[-3:]) and not LAYERS.isdisjoint(words[-2:])
    return is_circuit or (is_layer and (HEATED | _WHERE).issuperset(words))


def _is_in_a_unit_of_air(unit: str, words: list[str]) -> bool:
    """Return True for a pressure in a unit of the weather, or of an air sensor."""
    is_sensor = unit in AIR_PRESSURE.units and not AIR_SENSORS.isdisjoint(words)
    return (unit in _OF_AIR or is_sensor) and _is_of_air(words)


def _is_of_air(words: list[str]) -> bool:
    """Return True for the pressure of an air sensor, and for a pressure without qualifying words."""
    others = [word for word in words if QUANTITIES.get(word) not in (PRESSURE, PRESS) and word not in UNITS]
    return AIRY.issuperset(others) or not AIR_SENSORS.isdisjoint(others)


def _counted(words: list[str]) -> Found | None:
    """Return the energy of a time, such as `daily load consumption`."""
    if TIMES.isdisjoint(words):
        return None
    what = [word for word in words if word not in TIMES and word not in (NUMBER, "in")]
    is_energy = what[-1:] == ["energy"] or not ELECTRICITY.isdisjoint(what) or not MADE.isdisjoint(what[-1:])
    others = (QUANTITIES.get(word) for word in what)
    is_of_another = any(one not in (None, BATTERY, SHORT_BATTERY, ENERGY, POWER, CONSUMPTION) for one in others)
    is_counted = not COUNTS.isdisjoint(what[-1:]) and is_energy and not is_of_another
    return Found(ENERGY, ENERGY.unit, words) if is_counted else None


def _state_class(found: Found, words: list[str], *, is_bare: bool) -> str | None:
    """Return the state class; None for a counter of a past time, and for an energy that can decrease."""
    quantity = found.quantity
    if quantity.state_class != COUNTED:
        return quantity.state_class
    not_growing = NOT_GROWING - _OF_HOURS if quantity is OPERATING_TIME else NOT_GROWING
    if not not_growing.isdisjoint(words) or (quantity is RAIN and not OF_AN_HOUR.isdisjoint(words)):
        return None
    # A key that consists only of the unit of an energy is that of a meter, except for a battery.
    is_meter = (is_bare or _METERED.issuperset(words[:-1])) and KEPT.isdisjoint(words)
    is_said = found.is_named or is_meter or not GROWING.isdisjoint(words)
    return COUNTED if is_said or quantity not in ENERGIES else None
