"""How pimatic's plugins spell units, and Home Assistant's spelling of the same (docs/protocol/pimatic.md#units)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import (
    DEGREE,
    PERCENTAGE,
    UnitOfArea,
    UnitOfDataRate,
    UnitOfInformation,
    UnitOfLength,
    UnitOfMass,
    UnitOfPower,
    UnitOfPressure,
    UnitOfReactivePower,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
    UnitOfVolumeFlowRate,
    UnitOfVolumetricFlux,
)

# Every unit that Home Assistant knows, except stones: "St" is for pieces.
KNOWN: Final = (
    frozenset(str(unit) for units in DEVICE_CLASS_UNITS.values() for unit in units if unit) | {DEGREE, PERCENTAGE}
) - {"st"}
# Units in which case matters: m is milli, M is mega.
_CASE_MATTERS: Final = frozenset({"mPa", "mVA", "mvar"})

# Other spellings, in lower case and as `_plain` leaves them.
SPELLINGS: Final[Mapping[str, str]] = {
    "c°": UnitOfTemperature.CELSIUS,
    "celsius": UnitOfTemperature.CELSIUS,
    "degc": UnitOfTemperature.CELSIUS,
    "grad": DEGREE,
    "degree": DEGREE,
    "degrees": DEGREE,
    "deg": DEGREE,
    "°celsius": UnitOfTemperature.CELSIUS,
    "gradcelsius": UnitOfTemperature.CELSIUS,
    "gradc": UnitOfTemperature.CELSIUS,
    "gradicelsius": UnitOfTemperature.CELSIUS,
    "degreecelsius": UnitOfTemperature.CELSIUS,
    "degreescelsius": UnitOfTemperature.CELSIUS,
    "degf": UnitOfTemperature.FAHRENHEIT,
    "°fahrenheit": UnitOfTemperature.FAHRENHEIT,
    "degreesfahrenheit": UnitOfTemperature.FAHRENHEIT,
    "f°": UnitOfTemperature.FAHRENHEIT,
    "fahrenheit": UnitOfTemperature.FAHRENHEIT,
    "kelvin": UnitOfTemperature.KELVIN,
    "°k": UnitOfTemperature.KELVIN,
    "degreesc": UnitOfTemperature.CELSIUS,
    "degreesf": UnitOfTemperature.FAHRENHEIT,
    "percent": PERCENTAGE,
    "prozent": PERCENTAGE,
    "watt": UnitOfPower.WATT,
    "watts": UnitOfPower.WATT,
    "kilowatt": UnitOfPower.KILO_WATT,
    "volt": "V",
    "volts": "V",
    "vdc": "V",
    "vac": "V",
    "ampere": "A",
    "amps": "A",
    "amp": "A",
    "hertz": "Hz",
    "lux": "lx",
    "lumen/m²": "lx",
    "millibar": "mbar",
    "lbs": UnitOfMass.POUNDS,
    "pounds": UnitOfMass.POUNDS,
    "l/m²/h": UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    "l/m²": "mm",
    "kmh": UnitOfSpeed.KILOMETERS_PER_HOUR,
    "kph": UnitOfSpeed.KILOMETERS_PER_HOUR,
    "knots": UnitOfSpeed.KNOTS,
    "kt": UnitOfSpeed.KNOTS,
    "kts": UnitOfSpeed.KNOTS,
    "bft": UnitOfSpeed.BEAUFORT,
    "cbm": UnitOfVolume.CUBIC_METERS,
    "liter": UnitOfVolume.LITERS,
    "litre": UnitOfVolume.LITERS,
    "liters": UnitOfVolume.LITERS,
    "litres": UnitOfVolume.LITERS,
    "liter/min": UnitOfVolumeFlowRate.LITERS_PER_MINUTE,
    "liter/h": UnitOfVolumeFlowRate.LITERS_PER_HOUR,
    "ltr": UnitOfVolume.LITERS,
    "lpm": UnitOfVolumeFlowRate.LITERS_PER_MINUTE,
    "inch": UnitOfLength.INCHES,
    "inches": UnitOfLength.INCHES,
    "miles": UnitOfLength.MILES,
    "gram": UnitOfMass.GRAMS,
    "grams": UnitOfMass.GRAMS,
    "qm": UnitOfArea.SQUARE_METERS,
    "sec": UnitOfTime.SECONDS,
    "secs": UnitOfTime.SECONDS,
    "second": UnitOfTime.SECONDS,
    "seconds": UnitOfTime.SECONDS,
    "sekunden": UnitOfTime.SECONDS,
    "sek": UnitOfTime.SECONDS,
    "msec": UnitOfTime.MILLISECONDS,
    "mins": UnitOfTime.MINUTES,
    "minute": UnitOfTime.MINUTES,
    "minutes": UnitOfTime.MINUTES,
    "minuten": UnitOfTime.MINUTES,
    "hr": UnitOfTime.HOURS,
    "hrs": UnitOfTime.HOURS,
    "hour": UnitOfTime.HOURS,
    "hours": UnitOfTime.HOURS,
    "std": UnitOfTime.HOURS,
    "std.": UnitOfTime.HOURS,
    "stunden": UnitOfTime.HOURS,
    "day": UnitOfTime.DAYS,
    "days": UnitOfTime.DAYS,
    "tag": UnitOfTime.DAYS,
    "tage": UnitOfTime.DAYS,
    "db(a)": "dBA",
    "byte": UnitOfInformation.BYTES,
    "bytes": UnitOfInformation.BYTES,
    "bps": UnitOfDataRate.BITS_PER_SECOND,
    "kbps": UnitOfDataRate.KILOBITS_PER_SECOND,
    "mbps": UnitOfDataRate.MEGABITS_PER_SECOND,
    "mbit": UnitOfDataRate.MEGABITS_PER_SECOND,
    "var": UnitOfReactivePower.VOLT_AMPERE_REACTIVE,
}
# Similar characters, wrongly decoded ones, and exponents.
_LETTERS: Final = str.maketrans({"º": "°", "˚": "°", "µ": "μ", "Â": None, "℃": "°C", "℉": "°F"})
_PARTS: Final = {
    "m2": "m²", "m3": "m³", "m^2": "m²", "m^3": "m³", "ft2": "ft²", "ft3": "ft³", "cm2": "cm²",
    "hr": "h", "hour": "h", "std": "h", "sec": "s", "second": "s", "minute": "min", "day": "d",
}  # fmt: skip
# A temperature only with a word for one: single letters are used for many things.
LETTERS_OF_TEMPERATURE: Final[Mapping[str, str]] = {
    "c": UnitOfTemperature.CELSIUS,
    "f": UnitOfTemperature.FAHRENHEIT,
    DEGREE: UnitOfTemperature.CELSIUS,
    "grad": UnitOfTemperature.CELSIUS,
}
# Likewise for a pressure: otherwise the unit is a megabyte in lower case.
LETTERS_OF_PRESSURE: Final[Mapping[str, str]] = {"mb": UnitOfPressure.MBAR}
TEMPERATURES: Final = frozenset(UnitOfTemperature)
LONGEST_UNIT: Final = 16


def _by_lower_case() -> dict[str, str]:
    """Return the known units by their lower case, without those that differ only by case (mW, MW)."""
    found: dict[str, set[str]] = {}
    for unit in KNOWN:
        found.setdefault(unit.lower(), set()).add(unit)
    return {lower: next(iter(units)) for lower, units in found.items() if len(units) == 1 and not units & _CASE_MATTERS}


_LOWER: Final[Mapping[str, str]] = {**_by_lower_case(), **SPELLINGS}


def _plain(unit: str) -> str:
    """Return a unit without blanks, with one spelling of each sign; a percentage without its reference."""
    plain = "".join(unit.translate(_LETTERS).split())
    if plain.startswith(PERCENTAGE) and "/" not in plain:
        return PERCENTAGE
    plain = "/".join(_PARTS.get(part, part) for part in plain.split("/"))
    micro = f"μ{plain.removeprefix('u')}"
    return micro if plain.startswith("u") and micro in KNOWN else plain


@lru_cache(maxsize=1024)
def known_unit(announced: str) -> str | None:
    """Return Home Assistant's spelling of a unit, or None if it is unknown."""
    plain = _plain(announced)
    return plain if plain in KNOWN else _LOWER.get(plain.lower())


def told_unit(announced: str) -> str | None:
    """Return a unit unknown to Home Assistant unchanged; None for a remark such as "1 or 2"."""
    return announced if announced and " " not in announced and len(announced) <= LONGEST_UNIT else None


def is_temperature(announced: str) -> bool:
    """Return True for a unit of temperature, also for its letter alone."""
    return known_unit(announced) in TEMPERATURES or announced.strip().lower() in LETTERS_OF_TEMPERATURE
