"""How pimatic's plugins spell units, and Home Assistant's spelling of the same (docs/protocol/pimatic.md#units)."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import (
    DEGREE,
    PERCENTAGE,
    UnitOfDataRate,
    UnitOfInformation,
    UnitOfPower,
    UnitOfReactivePower,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
    UnitOfVolumeFlowRate,
    UnitOfVolumetricFlux,
)

# Every unit that Home Assistant knows, but for stones: "St" counts pieces.
KNOWN: Final = (
    frozenset(str(unit) for units in DEVICE_CLASS_UNITS.values() for unit in units if unit) | {DEGREE, PERCENTAGE}
) - {"st"}
# A capital makes mega of milli.
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
    "percent": PERCENTAGE,
    "prozent": PERCENTAGE,
    "%rh": PERCENTAGE,
    "watt": UnitOfPower.WATT,
    "watts": UnitOfPower.WATT,
    "kilowatt": UnitOfPower.KILO_WATT,
    "volt": "V",
    "volts": "V",
    "ampere": "A",
    "amps": "A",
    "amp": "A",
    "hertz": "Hz",
    "lux": "lx",
    "lumen/m²": "lx",
    "millibar": "mbar",
    "ug/m³": "μg/m³",
    "mm/hour": UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    "mm/hr": UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    "l/m²/h": UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR,
    "l/m²": "mm",
    "kmh": UnitOfSpeed.KILOMETERS_PER_HOUR,
    "kph": UnitOfSpeed.KILOMETERS_PER_HOUR,
    "m/sec": UnitOfSpeed.METERS_PER_SECOND,
    "knots": UnitOfSpeed.KNOTS,
    "kt": UnitOfSpeed.KNOTS,
    "kts": UnitOfSpeed.KNOTS,
    "bft": UnitOfSpeed.BEAUFORT,
    "cbm": UnitOfVolume.CUBIC_METERS,
    "liter": UnitOfVolume.LITERS,
    "litre": UnitOfVolume.LITERS,
    "liters": UnitOfVolume.LITERS,
    "litres": UnitOfVolume.LITERS,
    "l/minute": UnitOfVolumeFlowRate.LITERS_PER_MINUTE,
    "liter/min": UnitOfVolumeFlowRate.LITERS_PER_MINUTE,
    "l/hour": UnitOfVolumeFlowRate.LITERS_PER_HOUR,
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
    "stunden": UnitOfTime.HOURS,
    "day": UnitOfTime.DAYS,
    "days": UnitOfTime.DAYS,
    "tag": UnitOfTime.DAYS,
    "tage": UnitOfTime.DAYS,
    "db(a)": "dBA",
    "byte": UnitOfInformation.BYTES,
    "bytes": UnitOfInformation.BYTES,
    "bps": UnitOfDataRate.BITS_PER_SECOND,
    "bit/sec": UnitOfDataRate.BITS_PER_SECOND,
    "kbps": UnitOfDataRate.KILOBITS_PER_SECOND,
    "kbit/sec": UnitOfDataRate.KILOBITS_PER_SECOND,
    "mbps": UnitOfDataRate.MEGABITS_PER_SECOND,
    "mbit": UnitOfDataRate.MEGABITS_PER_SECOND,
    "var": UnitOfReactivePower.VOLT_AMPERE_REACTIVE,
}
# Letters that look alike or were decoded wrongly, and exponents.
_LETTERS: Final = str.maketrans({"º": "°", "˚": "°", "µ": "μ", "Â": None, "℃": "°C", "℉": "°F"})
_EXPONENTS: Final = {"m2": "m²", "m3": "m³", "m^2": "m²", "m^3": "m³", "ft2": "ft²", "ft3": "ft³", "cm2": "cm²"}
# A temperature only where a word says so: they are letters of anything.
LETTERS_OF_TEMPERATURE: Final[Mapping[str, str]] = {
    "c": UnitOfTemperature.CELSIUS,
    "f": UnitOfTemperature.FAHRENHEIT,
    DEGREE: UnitOfTemperature.CELSIUS,
}
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
    """Return a unit without blanks, with one spelling of each sign."""
    plain = "".join(unit.translate(_LETTERS).split())
    return "/".join(_EXPONENTS.get(part, part) for part in plain.split("/"))


def known_unit(announced: str) -> str | None:
    """Return Home Assistant's spelling of a unit; None where it has none."""
    plain = _plain(announced)
    return plain if plain in KNOWN else _LOWER.get(plain.lower())


def told_unit(announced: str) -> str | None:
    """Return a unit that Home Assistant does not know as it was told; None for a remark such as "1 or 2"."""
    return announced if announced and " " not in announced and len(announced) <= LONGEST_UNIT else None


def is_temperature(announced: str) -> bool:
    """Return True for a unit of temperature, also for its letter alone."""
    return known_unit(announced) in TEMPERATURES or announced.strip().lower() in LETTERS_OF_TEMPERATURE
