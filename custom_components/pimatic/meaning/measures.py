"""The quantity of an attribute: by its unit, and by its name if several quantities have that unit.

What is written nowhere else stands in units.py (spellings) and vocabulary.py (words); which unit and which state class
a device class takes, are Home Assistant's own tables. Source: docs/protocol/pimatic.md#units.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
from homeassistant.const import DEGREE, PERCENTAGE, UnitOfTemperature
from homeassistant.util.unit_conversion import TemperatureConverter

from ..api import Attribute, Device, Kind, Variable
from ..common.push.entity import Possible
from .units import LETTERS_OF_PRESSURE, LETTERS_OF_TEMPERATURE, known_unit, told_unit
from .vocabulary import (
    DIFFERENCE_WORDS,
    FLOW_WORDS,
    KNOWN_WORDS,
    METER_WORDS,
    NET_WORDS,
    NO_METER_WORDS,
    NOUNS,
    OTHER_WORDS,
    PAST_WORDS,
    PERIOD_WORDS,
    PRESSURE_WORDS,
    READING_WORDS,
    STORED_WORDS,
    TANK_WORDS,
    TARGET_WORDS,
    TEMPERATURE_WORDS,
    WIND_WORDS,
)
from .words import split


class Measure(NamedTuple):
    """The classes of a sensor; `unit` is Home Assistant's spelling, or the server's text. `why` is the rule used."""

    device_class: SensorDeviceClass | None = None
    unit: str | None = None
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    is_diagnostic: bool = False
    why: str = "no unit and no word of the vocabulary"


# The class of a unit without a word for another one: the first class that has the unit.
_BY_UNIT_ALONE: Final = (
    SensorDeviceClass.TEMPERATURE,
    SensorDeviceClass.POWER,
    SensorDeviceClass.APPARENT_POWER,
    SensorDeviceClass.REACTIVE_POWER,
    SensorDeviceClass.ENERGY,
    SensorDeviceClass.REACTIVE_ENERGY,
    SensorDeviceClass.VOLTAGE,
    SensorDeviceClass.CURRENT,
    SensorDeviceClass.FREQUENCY,
    SensorDeviceClass.ILLUMINANCE,
    SensorDeviceClass.PRESSURE,
    SensorDeviceClass.IRRADIANCE,
    SensorDeviceClass.ABSOLUTE_HUMIDITY,
    SensorDeviceClass.PRECIPITATION_INTENSITY,
    SensorDeviceClass.SPEED,
    SensorDeviceClass.DISTANCE,
    SensorDeviceClass.VOLUME,
    SensorDeviceClass.VOLUME_FLOW_RATE,
    SensorDeviceClass.DURATION,
    SensorDeviceClass.DATA_SIZE,
    SensorDeviceClass.DATA_RATE,
    SensorDeviceClass.CONDUCTIVITY,
    SensorDeviceClass.AREA,
    SensorDeviceClass.RADON,
    SensorDeviceClass.ENERGY_DISTANCE,
)
_CLASS_OF_UNIT: Final[Mapping[str, SensorDeviceClass]] = {
    **{
        str(unit): device_class
        for device_class in reversed(_BY_UNIT_ALONE)
        for unit in DEVICE_CLASS_UNITS[device_class]
        # A length in mm may also be rain.
        if unit is not None and unit not in ("mg/m³", "mm", "in", PERCENTAGE)
    },
    "dBm": SensorDeviceClass.SIGNAL_STRENGTH,
    "dBA": SensorDeviceClass.SOUND_PRESSURE,
    **dict.fromkeys(("g", "kg", "mg", "lb", "oz"), SensorDeviceClass.WEIGHT),
}
# Classes that are always meters, and classes whose units are not only used by meters.
_METERS: Final = {
    SensorDeviceClass.ENERGY,
    SensorDeviceClass.REACTIVE_ENERGY,
    SensorDeviceClass.GAS,
    SensorDeviceClass.WATER,
}
_PERHAPS_METERS: Final = {SensorDeviceClass.VOLUME, SensorDeviceClass.PRECIPITATION}
_STORED: Final = {
    SensorDeviceClass.ENERGY: SensorDeviceClass.ENERGY_STORAGE,
    SensorDeviceClass.VOLUME: SensorDeviceClass.VOLUME_STORAGE,
    SensorDeviceClass.WATER: SensorDeviceClass.VOLUME_STORAGE,
    SensorDeviceClass.GAS: SensorDeviceClass.VOLUME_STORAGE,
}
_DIAGNOSTIC: Final = {SensorDeviceClass.BATTERY, SensorDeviceClass.SIGNAL_STRENGTH}


def words_of(text: str) -> list[str]:
    """Return the words of a name."""
    return list(_words_of(text))


@lru_cache(maxsize=4096)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(split(text, KNOWN_WORDS))


def _texts(attribute: Attribute) -> Iterator[str]:
    """Yield the texts that name an attribute, the most specific first. A default label repeats the name."""
    yield attribute.name
    if attribute.label.lower() != attribute.name.lower():
        yield attribute.label
    if attribute.acronym:
        yield attribute.acronym


def measure(attribute: Attribute) -> Measure:
    """Return the quantity of a numeric attribute."""
    named = [words_of(text) for text in _texts(attribute)]
    every = {word for words in named for word in words}
    device_class, unit, why = _class_and_unit(attribute, named, every)
    is_of_battery = SensorDeviceClass.BATTERY in NOUNS.get(_last_noun(named[0]), ())
    device_class = _more_exact_class(device_class, unit, every, is_of_battery=is_of_battery)
    is_cell = device_class is SensorDeviceClass.VOLTAGE and is_of_battery
    is_diagnostic = device_class in _DIAGNOSTIC or is_cell
    # The description is a sentence and only used to find a period.
    state_class = _state_class(device_class, named, every | (PAST_WORDS & set(words_of(attribute.description))))
    return Measure(device_class, unit, state_class, is_diagnostic, why)


def _class_and_unit(
    attribute: Attribute, named: list[list[str]], every: set[str]
) -> tuple[SensorDeviceClass | None, str | None, str]:
    """Return the class of an attribute by its words or its unit, with the unit and the reason."""
    unit, is_known = _unit(attribute.unit, every)
    device_class, why = _class_by_words(named, unit, is_known=is_known)
    if every & OTHER_WORDS:
        return None, unit, "a word of another quantity than the unit's"
    if device_class is not None:
        return device_class, _unit_of(device_class, unit), why
    if unit and unit in _CLASS_OF_UNIT:
        return _CLASS_OF_UNIT[unit], unit, f"the unit {unit}"
    return None, unit, f"the unit {unit} alone is no quantity" if unit else why


def _more_exact_class(
    device_class: SensorDeviceClass | None, unit: str | None, every: set[str], *, is_of_battery: bool
) -> SensorDeviceClass | None:
    """Return the class of wind, of a difference or of something stored, if other words say so."""
    if device_class is SensorDeviceClass.SPEED and every & WIND_WORDS:
        return _fitting((SensorDeviceClass.WIND_SPEED,), unit) or device_class
    # Nobody measures how warm something is in K, unless the name says so.
    is_difference = bool(every & DIFFERENCE_WORDS) or (unit == "K" and not every & TEMPERATURE_WORDS)
    if device_class is SensorDeviceClass.TEMPERATURE and is_difference:
        return SensorDeviceClass.TEMPERATURE_DELTA
    is_held = (is_of_battery or every & TANK_WORDS) and not every & (FLOW_WORDS | METER_WORDS)
    if device_class in _STORED and (every & STORED_WORDS or is_held):
        return _STORED[device_class]
    return device_class


def measure_of(device: Device, attribute: Attribute) -> Measure:
    """Return the quantity of a numeric attribute of a device.

    A volume beside amounts of periods is of a meter: of gas or water if the id or the class of the device has the word,
    and a counter if it is the present value. The name of the device does not count, because users change it.
    """
    found = measure(attribute)
    if found.device_class is not SensorDeviceClass.VOLUME or not _has_periods(device, attribute.unit):
        return found
    meters = {NOUNS[word][0] for word in words_of(f"{device.id} {device.config.device_class}") if NOUNS.get(word)}
    metered = tuple(one for one in (SensorDeviceClass.GAS, SensorDeviceClass.WATER) if one in meters)
    is_counter = READING_WORDS.issuperset(words_of(attribute.name))
    return found._replace(
        device_class=_fitting(metered, found.unit) or found.device_class,
        state_class=SensorStateClass.TOTAL_INCREASING if is_counter else found.state_class,
    )


def _has_periods(device: Device, unit: str) -> bool:
    """Return True if a device has the amount of a period in a unit."""
    return any(one.unit == unit and _is_period(words_of(one.name)) for one in device.attributes)


def _is_period(words: list[str]) -> bool:
    """Return True if a name says only of which period a value is: `day`, `last week`, `actual month`, `15 minute`."""
    named = {word for word in words if not word.isdigit()} - PAST_WORDS - READING_WORDS
    return bool(named) and named <= PERIOD_WORDS


def _unit(announced: str, words: set[str]) -> tuple[str | None, bool]:
    """Return the unit, and True if Home Assistant knows it."""
    letters = announced.strip().lower()
    for quantity, meant in ((TEMPERATURE_WORDS, LETTERS_OF_TEMPERATURE), (PRESSURE_WORDS, LETTERS_OF_PRESSURE)):
        if letters in meant and words & quantity:
            return meant[letters], True
    unit = known_unit(announced) if announced.strip() else None
    return (unit, True) if unit else (told_unit(announced.strip()), False)


def _class_by_words(
    named: list[list[str]], unit: str | None, *, is_known: bool
) -> tuple[SensorDeviceClass | None, str]:
    """Return the class of the last noun that can have the unit; a noun without a class ends the search in its name."""
    for words in named:
        if unit == DEGREE and any(_is_wind(word) for word in words):
            return SensorDeviceClass.WIND_DIRECTION, f'the words "{" ".join(words)}" with the unit {unit}'
        for word in reversed(words):
            classes = NOUNS.get(word)
            if classes == ():
                break
            if classes and (found := _fitting(classes, unit, is_known=is_known)):
                return found, f'the word "{word}"' + (f" with the unit {unit}" if unit else "")
    return None, Measure().why


def _is_wind(word: str) -> bool:
    return word in WIND_WORDS or SensorDeviceClass.WIND_DIRECTION in NOUNS.get(word, ())


def _fitting(
    classes: tuple[SensorDeviceClass, ...], unit: str | None, *, is_known: bool = True
) -> SensorDeviceClass | None:
    """Return the first class that has the unit. A class without units ignores a scale such as "/500"."""
    for one in classes:
        units = DEVICE_CLASS_UNITS[one]
        if unit in units or (not is_known and None in units):
            return one
        if one is SensorDeviceClass.BATTERY and unit is None:
            return one
    return None


def _unit_of(device_class: SensorDeviceClass, unit: str | None) -> str | None:
    """Return the unit for a class that was found by words: a battery without a unit is in percent."""
    if device_class is SensorDeviceClass.BATTERY:
        return PERCENTAGE
    return unit if unit in DEVICE_CLASS_UNITS[device_class] else None


def _state_class(
    device_class: SensorDeviceClass | None, named: list[list[str]], every: set[str]
) -> SensorStateClass | None:
    """Return the state class: total_increasing for a meter, unless a word excludes it."""
    if device_class is None:
        return SensorStateClass.MEASUREMENT
    allowed = DEVICE_CLASS_STATE_CLASSES.get(device_class, set())
    if device_class is SensorDeviceClass.WIND_DIRECTION:
        wanted = SensorStateClass.MEASUREMENT_ANGLE
    elif device_class not in _METERS and not (device_class in _PERHAPS_METERS and every & METER_WORDS):
        wanted = SensorStateClass.MEASUREMENT
    elif every & PAST_WORDS or (_is_period(named[0]) and not every & (METER_WORDS - PERIOD_WORDS)):
        # A value that can fall is a measurement; a class without that state class has no statistics.
        wanted = SensorStateClass.MEASUREMENT
    elif every & NET_WORDS:
        wanted = SensorStateClass.TOTAL
    elif every & NO_METER_WORDS or NOUNS.get(_last_noun(named[0])) == ():
        wanted = SensorStateClass.MEASUREMENT
    else:
        wanted = SensorStateClass.TOTAL_INCREASING
    return wanted if wanted in allowed else None


def _last_noun(words: list[str]) -> str:
    return next((word for word in reversed(words) if word in NOUNS), "")


def measure_variable(variable: Variable, kind: Kind) -> Measure:
    """Return the quantity of a variable whose value has this kind; ANY is for no value."""
    if kind is Kind.NUMBER:
        return measure(Attribute(variable.name, Kind.NUMBER, variable.name, variable.unit))
    if kind is Kind.ANY and variable.unit:
        return Measure(unit=known_unit(variable.unit) or told_unit(variable.unit))
    return Measure(state_class=None)


def is_target(attribute: Attribute) -> bool:
    """Return True if the name of an attribute is that of a setting."""
    return any(word in TARGET_WORDS for text in _texts(attribute) for word in words_of(text))


# Impossible values, which sensors send if they have no value (docs/protocol/pimatic.md#attribute).
_PERCENT: Final = Possible(0.0, 100.0)
_RANGES: Final[Mapping[SensorDeviceClass, Possible]] = {
    SensorDeviceClass.BATTERY: _PERCENT,
    SensorDeviceClass.HUMIDITY: _PERCENT,
    SensorDeviceClass.MOISTURE: _PERCENT,
    SensorDeviceClass.ILLUMINANCE: Possible(0.0, 200_000.0),
    SensorDeviceClass.WIND_DIRECTION: Possible(0.0, 360.0),
    SensorDeviceClass.PH: Possible(0.0, 14.0),
    SensorDeviceClass.CO2: Possible(0.0, 100_000.0),
}
_ABSOLUTE_ZERO: Final = -273.15
_NO_TEMPERATURES: Final = frozenset({-127.0, -999.0, 327.67, 655.35, 999.0, 999.9, 3276.7, 6553.5, 32767.0, 65535.0})


@lru_cache(maxsize=256)
def possible_numbers(measured: Measure) -> Possible | None:
    """Return the numbers that a quantity can have; None for any."""
    if measured.device_class is SensorDeviceClass.TEMPERATURE:
        lowest = TemperatureConverter.convert(_ABSOLUTE_ZERO, UnitOfTemperature.CELSIUS, measured.unit)
        return Possible(low=lowest, never=_NO_TEMPERATURES)
    return _RANGES.get(measured.device_class) if measured.device_class else None
