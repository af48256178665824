"""What the name of a leaf says about its meaning. User code names things freely; these are the usual names.

The last key of a path decides; where that is a general word (`value`), the key before it does.
Device classes and units are Home Assistant's. A name of several words is read from its last
word backwards, and a unit's name behind the word (`temp_f`, `voltage_mv`) chooses the unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import re

C, F, K = "°C", "°F", "K"


@dataclass(frozen=True, slots=True)
class NumberMeaning:
    """A number's device class (None for a plain percentage or count), unit and whether it only grows."""

    device_class: str | None
    unit: str | None
    grows: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """Words that mean one kind of number; the first unit is meant where the name gives none."""

    words: tuple[str, ...]
    device_class: str | None
    units: dict[str, str | None]
    grows: bool = False

    def meaning(self, unit_word: str | None) -> NumberMeaning:
        units = self.units
        return NumberMeaning(self.device_class, units.get(unit_word or "", next(iter(units.values()))), self.grows)


_NUMBERS = (
    _Row(
        ("temperature", "temp", "thermometer"), "temperature", {"c": C, "celsius": C, "f": F, "fahrenheit": F, "k": K}
    ),
    _Row(("humidity", "hum", "rh"), "humidity", {"percent": "%"}),
    _Row(
        ("pressure", "press", "baro", "barometer"),
        "pressure",
        {"hpa": "hPa", "mbar": "mbar", "bar": "bar", "pa": "Pa", "kpa": "kPa", "psi": "psi"},
    ),
    _Row(("battery", "batt", "soc"), "battery", {"percent": "%"}),
    _Row(("voltage", "volt", "volts", "vcc", "vbat"), "voltage", {"v": "V", "mv": "mV"}),
    _Row(("current", "amps", "ampere", "amperage"), "current", {"a": "A", "ma": "mA"}),
    _Row(("power", "watt", "watts"), "power", {"w": "W", "kw": "kW"}),
    _Row(("energy", "consumption"), "energy", {"kwh": "kWh", "wh": "Wh", "mwh": "MWh"}, grows=True),
    _Row(("illuminance", "lux", "brightness"), "illuminance", {"lx": "lx"}),
    _Row(("irradiance",), "irradiance", {"wm2": "W/m²"}),
    _Row(("co2", "carbondioxide"), "carbon_dioxide", {"ppm": "ppm"}),
    _Row(("pm25",), "pm25", {"ugm3": "μg/m³"}),
    _Row(("pm10",), "pm10", {"ugm3": "μg/m³"}),
    _Row(("aqi",), "aqi", {"": None}),
    _Row(("moisture",), "moisture", {"percent": "%"}),
    _Row(("rssi", "signal", "dbm"), "signal_strength", {"dbm": "dBm"}),
    _Row(("frequency", "freq"), "frequency", {"hz": "Hz", "khz": "kHz", "mhz": "MHz"}),
    _Row(("distance", "range"), "distance", {"cm": "cm", "mm": "mm", "m": "m", "km": "km"}),
    _Row(("speed", "velocity"), "speed", {"ms": "m/s", "kmh": "km/h"}),
    _Row(("weight", "mass"), "weight", {"kg": "kg", "g": "g"}),
    _Row(("noise", "loudness"), "sound_pressure", {"db": "dB", "dba": "dBA"}),
    _Row(("ph",), "ph", {"": None}),
    _Row(("rain", "rainfall", "precipitation"), "precipitation", {"mm": "mm", "cm": "cm"}),
    _Row(("uptime", "duration", "elapsed"), "duration", {"s": "s", "ms": "ms", "min": "min", "h": "h"}),
    _Row(("percent", "percentage", "cpu", "memory", "disk"), None, {"percent": "%"}),
    _Row(("counter", "count", "pulses"), None, {"": None}, grows=True),
)

_FLAGS = {
    "battery_low": "battery",
    "low_battery": "battery",
    "charging": "battery_charging",
    "door": "door",
    "window": "window",
    "garage": "garage_door",
    "gate": "opening",
    "open": "opening",
    "opened": "opening",
    "motion": "motion",
    "pir": "motion",
    "moving": "moving",
    "occupancy": "occupancy",
    "occupied": "occupancy",
    "presence": "presence",
    "leak": "moisture",
    "flood": "moisture",
    "wet": "moisture",
    "smoke": "smoke",
    "fire": "smoke",
    "gas": "gas",
    "alarm": "problem",
    "error": "problem",
    "fault": "problem",
    "problem": "problem",
    "warning": "problem",
    "tamper": "tamper",
    "vibration": "vibration",
    "noise": "sound",
    "sound": "sound",
    "light": "light",
    "power": "power",
    "plugged": "plug",
    "running": "running",
    "heat": "heat",
    "heating": "heat",
    "cold": "cold",
    "online": "connectivity",
    "connected": "connectivity",
    "update": "update",
}

_BY_WORD = {word: row for row in _NUMBERS for word in row.words}
_UNIT_WORDS = {word for row in _NUMBERS for word in row.units if word}
_ACRONYMS = frozenset({"aqi", "co2", "cpu", "gpio", "gps", "id", "ip", "led", "pm10", "pm25", "rpm", "rssi", "uv"})
_GENERAL = frozenset({"value", "val", "reading", "measure", "measurement", "avg", "average", "mean", "last", "level"})
_WORD = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+(?![a-z])\d*|\d+")


def number_meaning(path: str) -> NumberMeaning | None:
    """Return what a number at this path means; None where its name says nothing."""
    parent, _, last = path.rpartition(".")
    if last.lower() == "current" and (meaning := number_meaning(parent)) is not None:
        return meaning  # as in "temperature.current"
    for key in _meaningful_keys(path):
        words = _words(key)
        unit = words[-1] if len(words) > 1 and words[-1] in _UNIT_WORDS else None
        for word in reversed(words):
            if (row := _BY_WORD.get(word)) is not None:
                return row.meaning(unit)
        if (row := _BY_WORD.get("".join(words))) is not None:
            return row.meaning(None)
    return None


def leaf_name(path: str) -> str:
    """Return a path as people write it: `soil.moistureLevel` is "Soil moisture level", `power_w` is "Power"."""
    words = [word for key in path.split(".") for word in _words(key)]
    last = _words(path.rpartition(".")[2])
    if len(last) > 1 and last[-1] in _UNIT_WORDS and number_meaning(path) is not None:
        words.pop()
    spoken = " ".join(word.upper() if word in _ACRONYMS else word for word in words) or path
    return spoken[:1].upper() + spoken[1:]


def flag_meaning(path: str) -> str | None:
    """Return the device class of an on/off value at this path; None where its name says nothing."""
    for key in _meaningful_keys(path):
        words = _words(key)
        for name in ("_".join(words), *reversed(words)):
            if (device_class := _FLAGS.get(name)) is not None:
                return device_class
    return None


def _meaningful_keys(path: str) -> Iterator[str]:
    """Yield the last key of a path, and the keys before it as long as those after them are general words."""
    for key in reversed(path.split(".")):
        yield key
        if not set(_words(key)) <= _GENERAL:
            return


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(key)]
