"""What an attribute measures, read from its unit and its name.

Units are free text in pimatic (docs/protocol/pimatic.md#units).
"""

from collections.abc import Mapping
from typing import NamedTuple

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    DEGREE,
    LIGHT_LUX,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfPrecipitationDepth,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
)

from .api import Attribute, Kind, Variable


class Measure(NamedTuple):
    """The classes of a sensor; `unit` is Home Assistant's name of it, or the server's own text."""

    device_class: SensorDeviceClass | None = None
    unit: str | None = None
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT


_UNITS: Mapping[str, tuple[SensorDeviceClass | None, str]] = {
    "°c": (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS),
    "c": (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS),
    "°f": (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.FAHRENHEIT),
    "w": (SensorDeviceClass.POWER, UnitOfPower.WATT),
    "watt": (SensorDeviceClass.POWER, UnitOfPower.WATT),
    "kw": (SensorDeviceClass.POWER, UnitOfPower.KILO_WATT),
    "wh": (SensorDeviceClass.ENERGY, UnitOfEnergy.WATT_HOUR),
    "kwh": (SensorDeviceClass.ENERGY, UnitOfEnergy.KILO_WATT_HOUR),
    "v": (SensorDeviceClass.VOLTAGE, UnitOfElectricPotential.VOLT),
    "volt": (SensorDeviceClass.VOLTAGE, UnitOfElectricPotential.VOLT),
    "a": (SensorDeviceClass.CURRENT, UnitOfElectricCurrent.AMPERE),
    "ma": (SensorDeviceClass.CURRENT, UnitOfElectricCurrent.MILLIAMPERE),
    "lx": (SensorDeviceClass.ILLUMINANCE, LIGHT_LUX),
    "lux": (SensorDeviceClass.ILLUMINANCE, LIGHT_LUX),
    "hpa": (SensorDeviceClass.PRESSURE, UnitOfPressure.HPA),
    "mbar": (SensorDeviceClass.PRESSURE, UnitOfPressure.MBAR),
    "bar": (SensorDeviceClass.PRESSURE, UnitOfPressure.BAR),
    "ppm": (None, UnitOfRatio.PARTS_PER_MILLION),
    "dbm": (SensorDeviceClass.SIGNAL_STRENGTH, SIGNAL_STRENGTH_DECIBELS_MILLIWATT),
    "mm": (SensorDeviceClass.PRECIPITATION, UnitOfPrecipitationDepth.MILLIMETERS),
    "km/h": (SensorDeviceClass.SPEED, UnitOfSpeed.KILOMETERS_PER_HOUR),
    "m/s": (SensorDeviceClass.SPEED, UnitOfSpeed.METERS_PER_SECOND),
    "m³": (None, UnitOfVolume.CUBIC_METERS),
    "m3": (None, UnitOfVolume.CUBIC_METERS),
    "l": (None, UnitOfVolume.LITERS),
    "s": (SensorDeviceClass.DURATION, UnitOfTime.SECONDS),
    "sec": (SensorDeviceClass.DURATION, UnitOfTime.SECONDS),
    "min": (SensorDeviceClass.DURATION, UnitOfTime.MINUTES),
    "h": (SensorDeviceClass.DURATION, UnitOfTime.HOURS),
    "°": (None, DEGREE),
    "%": (None, UnitOfRatio.PERCENTAGE),
}

# Where the name decides because the unit does not: a percentage can be anything.
_NAMED: tuple[tuple[str, tuple[str, ...], SensorDeviceClass], ...] = (
    (UnitOfRatio.PERCENTAGE, ("humidity", "feuchte", "hum"), SensorDeviceClass.HUMIDITY),
    (UnitOfRatio.PERCENTAGE, ("battery", "batterie"), SensorDeviceClass.BATTERY),
    (UnitOfRatio.PARTS_PER_MILLION, ("co2",), SensorDeviceClass.CO2),
    (UnitOfPrecipitationDepth.MILLIMETERS, ("rain", "regen", "precipitation"), SensorDeviceClass.PRECIPITATION),
)
# Words in the name of a meter that only counts up, and words that rule it out.
_TOTAL_WORDS = ("total", "meter", "counter", "sum", "gesamt", "zähler", "zaehler", "consumption", "energy")
_NEVER_TOTAL_WORDS = ("today", "day", "month", "year", "rate", "avg", "average")


# The class of an attribute that is true or false, by its name in lower case.
_FLAGS: Mapping[str, BinarySensorDeviceClass] = {
    "lowbattery": BinarySensorDeviceClass.BATTERY,
    "presence": BinarySensorDeviceClass.OCCUPANCY,
    "motion": BinarySensorDeviceClass.MOTION,
    "smoke": BinarySensorDeviceClass.SMOKE,
    "fire": BinarySensorDeviceClass.SMOKE,
    "rain": BinarySensorDeviceClass.MOISTURE,
    "water": BinarySensorDeviceClass.MOISTURE,
    "connected": BinarySensorDeviceClass.CONNECTIVITY,
    "reachable": BinarySensorDeviceClass.CONNECTIVITY,
}


def measure(attribute: Attribute) -> Measure:
    """Return what an attribute measures that is a number."""
    if not attribute.unit:
        return Measure()
    words = f"{attribute.name} {attribute.label} {attribute.acronym}".lower()
    device_class, unit = _UNITS.get(attribute.unit.lower(), (None, attribute.unit))
    for of_unit, names, named_class in _NAMED:
        if unit == of_unit and any(name in words for name in names):
            device_class = named_class
    if device_class is SensorDeviceClass.PRECIPITATION and not any(name in words for name in _NAMED[-1][1]):
        device_class = SensorDeviceClass.DISTANCE
    if device_class is SensorDeviceClass.ENERGY:
        is_total = any(word in words for word in _TOTAL_WORDS) and not any(w in words for w in _NEVER_TOTAL_WORDS)
        return Measure(device_class, unit, SensorStateClass.TOTAL_INCREASING if is_total else None)
    return Measure(device_class, unit)


def measure_variable(variable: Variable, kind: Kind) -> Measure:
    """Return what a variable measures whose value is of this kind; ANY stands for no value."""
    if kind is Kind.NUMBER:
        return measure(Attribute(variable.name, Kind.NUMBER, variable.name, variable.unit))
    if kind is Kind.ANY and variable.unit:
        return Measure(unit=variable.unit)
    return Measure(state_class=None)


def flag_class(attribute: Attribute) -> BinarySensorDeviceClass | None:
    """Return the class of an attribute that is true or false."""
    return _FLAGS.get(attribute.name.lower())
