"""The meaning of a key that no table has, by its words (docs/protocol/instathings.md#words-of-a-key).

A key is read as its sender wrote it, from the end: `ac/l1/voltage` and `BatteryVoltage` are voltages, `energy_price`
is none, because its last word is no quantity. Words for a phase, a number, or a period may follow the quantity; words
such as `max`, `target` and `threshold` make a setting of it.
"""

from collections.abc import Mapping, Sequence
import re
from typing import NamedTuple


class Quantity(NamedTuple):
    """What is measured: device class, the unit it comes in where the key names none, and the units it can come in."""

    device_class: str | None
    unit: str | None
    units: Sequence[str] = ()
    state_class: str = "measurement"


class Meaning(NamedTuple):
    """What the words of a key say. `platform` is binary_sensor for a flag, number for a setting."""

    platform: str
    device_class: str | None = None
    unit: str | None = None
    state_class: str | None = None


_TEMPERATURE = Quantity("temperature", "°C", ("°C", "°F", "K"))
_HUMIDITY = Quantity("humidity", "%", ("%",))
_VOLTAGE = Quantity("voltage", "V", ("V", "mV", "kV"))
_CURRENT = Quantity("current", "A", ("A", "mA"))
_POWER = Quantity("power", "W", ("W", "kW", "MW"))
_ENERGY = Quantity("energy", "kWh", ("kWh", "Wh", "MWh"), "total_increasing")
_FREQUENCY = Quantity("frequency", "Hz", ("Hz", "kHz"))
_POWER_FACTOR = Quantity("power_factor", None, ("%",))
_APPARENT = Quantity("apparent_power", "VA", ("VA", "kVA"))
_REACTIVE = Quantity("reactive_power", "var", ("var", "kvar"))
_REACTIVE_ENERGY = Quantity("reactive_energy", "kvarh", ("kvarh", "varh"), "total_increasing")
_ILLUMINANCE = Quantity("illuminance", "lx", ("lx",))
_BATTERY = Quantity("battery", "%", ("%",))
_CO2 = Quantity("carbon_dioxide", "ppm", ("ppm",))
_CO = Quantity("carbon_monoxide", "ppm", ("ppm",))
_SIGNAL = Quantity("signal_strength", "dBm", ("dBm",))
# Without a unit in the key these may be of several.
_PRESSURE = Quantity("pressure", None, ("hPa", "kPa", "Pa", "bar", "mbar"))
_PERCENTAGE = Quantity(None, "%", ("%",))
_GAS = Quantity("gas", None, ("m³", "L"), "total_increasing")
_WATER = Quantity("water", None, ("m³", "L"), "total_increasing")
_PM1, _PM25, _PM10 = (Quantity(name, "μg/m³", ("μg/m³",)) for name in ("pm1", "pm25", "pm10"))

# By the last one or two words, in English, Italian and German.
QUANTITIES = {
    "temperature": _TEMPERATURE, "temp": _TEMPERATURE, "tmp": _TEMPERATURE, "temperatura": _TEMPERATURE,
    "temperatur": _TEMPERATURE, "humidity": _HUMIDITY, "hum": _HUMIDITY, "humi": _HUMIDITY, "umidita": _HUMIDITY,
    "luftfeuchtigkeit": _HUMIDITY, "feuchte": _HUMIDITY, "voltage": _VOLTAGE, "volt": _VOLTAGE, "volts": _VOLTAGE,
    "tensione": _VOLTAGE, "spannung": _VOLTAGE, "current": _CURRENT, "amps": _CURRENT, "ampere": _CURRENT,
    "corrente": _CURRENT, "power": _POWER, "watt": _POWER, "watts": _POWER, "active power": _POWER,
    "potenza": _POWER, "leistung": _POWER, "energy": _ENERGY, "active energy": _ENERGY, "energia": _ENERGY,
    "energie": _ENERGY, "frequency": _FREQUENCY, "freq": _FREQUENCY, "frequenza": _FREQUENCY,
    "frequenz": _FREQUENCY, "power factor": _POWER_FACTOR, "powerfactor": _POWER_FACTOR, "pf": _POWER_FACTOR,
    "cos phi": _POWER_FACTOR, "cosphi": _POWER_FACTOR, "apparent power": _APPARENT, "power apparent": _APPARENT,
    "reactive power": _REACTIVE, "power reactive": _REACTIVE, "power active": _POWER,
    "reactive energy": _REACTIVE_ENERGY, "energy reactive": _REACTIVE_ENERGY, "energy active": _ENERGY,
    "illuminance": _ILLUMINANCE, "lux": _ILLUMINANCE, "illuminance lux": _ILLUMINANCE, "battery": _BATTERY,
    "battery soc": _BATTERY, "soc": _BATTERY, "battery level": _BATTERY, "battery percentage": _BATTERY,
    "co2": _CO2, "co": _CO, "carbon dioxide": _CO2, "carbon monoxide": _CO, "rssi": _SIGNAL,
    "pressure": _PRESSURE, "pressione": _PRESSURE, "druck": _PRESSURE, "percent": _PERCENTAGE,
    "percentage": _PERCENTAGE, "gas": _GAS, "water": _WATER, "pm1": _PM1, "pm25": _PM25, "pm10": _PM10,
}  # fmt: skip
# A unit that the key states outright.
UNITS = {
    "kwh": "kWh", "wh": "Wh", "mwh": "MWh", "kw": "kW", "w": "W", "v": "V", "mv": "mV", "a": "A", "ma": "mA",
    "va": "VA", "kva": "kVA", "var": "var", "kvar": "kvar", "kvarh": "kvarh", "hz": "Hz", "c": "°C", "celsius": "°C",
    "f": "°F", "fahrenheit": "°F", "ppm": "ppm", "lx": "lx", "lux": "lx", "dbm": "dBm", "hpa": "hPa", "kpa": "kPa",
    "bar": "bar", "mbar": "mbar", "percent": "%", "pct": "%", "m3": "m³",
}  # fmt: skip
# What a unit that stands beside a value is one of.
_OF_UNIT = {
    unit: quantity
    for quantity in (
        *(_TEMPERATURE, _VOLTAGE, _CURRENT, _POWER, _ENERGY, _FREQUENCY, _APPARENT, _REACTIVE, _REACTIVE_ENERGY),
        *(_ILLUMINANCE, _SIGNAL, _PRESSURE, _PERCENTAGE),
    )
    for unit in quantity.units
}
# As the last word of a key only these say it, too: `v` may be a value, and `c` a phase.
_OF_LAST_WORD = {unit: _OF_UNIT[unit] for unit in ("kWh", "Wh", "MWh", "kW", "Hz", "lx")}
# Which one of several, or of which time: these may follow a quantity.
FOLLOWING = frozenset(
    {
        "a", "b", "c", "r", "s", "t", "n", "l", "x", "y", "z", "ab", "bc", "ca", "l1", "l2", "l3", "phase", "ph",
        "in", "out", "input", "output", "inside", "outside", "indoor", "outdoor", "internal", "external", "left",
        "right", "top", "bottom", "center", "grid", "load", "pv", "pcc", "battery", "bat", "ambient", "probe",
        "avg", "average", "mean", "actual", "measured", "instantaneous", "rms", "h", "ein", "aus", "durchschnitt",
        "curr",
    }
)  # fmt: skip
# Which one, after a unit.
WHICH = frozenset({"l1", "l2", "l3", "n", "sys", "phase", "total", "tot"})
# Of a counter only: what was consumed today is no other quantity.
PERIODS = frozenset(
    {
        "today", "day", "daily", "month", "monthly", "year", "yearly", "yesterday", "lifetime", "import", "imported",
        "export", "exported", "consumed", "produced", "returned", "forward", "reverse", "delivered", "received",
        "charge", "charged", "discharge", "discharged", "oggi",
    }
)  # fmt: skip
# Of what adds up, or is one of all phases: a total of voltages is none.
SUMS = frozenset({"total", "tot", "sum", "totale"})
_ADDING = (_CURRENT, _POWER, _ENERGY, _APPARENT, _REACTIVE, _REACTIVE_ENERGY, _POWER_FACTOR)
# The last word of a setting, of whatever it is one: of a quantity, of a time, or of itself.
_OF_QUANTITY = frozenset(
    {"threshold", "limit", "hysteresis", "deadband", "deadzone", "setpoint", "setback", "min", "max", "protection"}
)
_CORRECTIONS = frozenset({"calibration", "offset", "correction", "compensation"})
_OF_ITSELF = frozenset(
    {
        "sensitivity", "timeout", "delay", "interval", "schedule", "brightness", "behavior", "behaviour", "period",
        "enable", "enabled", "indicator", "timer", "mode", "setting", "settings", "config", "lock", "lockout", "range",
        "melody", "ringtone", "reporting", "debounce", "cooldown", "invert", "inverted", "reset", "mute", "silence",
    }
)  # fmt: skip
# The classes that a setting may have.
_SETTABLE = frozenset({"temperature", "voltage", "current", "power", "frequency"})
# What is wanted, allowed, or corrected of a quantity.
WANTED = frozenset(
    {
        "max", "min", "maximum", "minimum", "target", "tgt", "set", "setpoint", "limit", "threshold", "desired",
        "preset", "comfort", "eco", "away", "holiday", "economy", "boost", "frost", "antifrost", "freeze", "freezing",
        "protection", "default", "high", "low", "upper", "lower", "over", "under", "rated", "nominal", "calibrated",
        "alarm", "night", "manual", "auto", "schedule", "scheduled", "startup", "report", "reporting", "enable",
        "calibrate", "calibration", "offset", "override", "weekday", "weekend", "hysteresis", "deadzone", "deviation",
    }
)  # fmt: skip
# Beside these a word for a quantity or a flag is none.
SPOILING = frozenset(
    {
        "color", "colour", "price", "cost", "tariff", "ratio", "divisor", "multiplier", "no", "raw", "delta", "code",
        "transmit", "transmission", "tx", "update", "use", "on", "when", "if", "factory", "logic", "clear", "enable",
    }
)  # fmt: skip
# Flags by their last one or two words.
FLAGS = {
    "motion": "motion", "movement": "motion", "occupancy": "occupancy", "presence": "occupancy", "smoke": "smoke",
    "leak": "moisture", "water leak": "moisture", "tamper": "tamper", "vibration": "vibration",
    "battery low": "battery", "low battery": "battery", "window open": "window", "door open": "door",
    "overtemperature": "heat", "overheat": "heat", "overload": "problem", "overvoltage": "problem",
    "undervoltage": "problem", "overcurrent": "problem", "overpower": "problem",
}  # fmt: skip

_PLURALS = {f"{word}s": word for word in (*QUANTITIES, *WANTED, *_OF_QUANTITY) if " " not in word}
# A word may end with one of these: `vorlauftemperatur`, `acvoltage`.
_COMPOUND = re.compile(
    r"(.+)(temperature?|temperatura|spannung|voltage|leistung|power|strom|current|energie|energy|feuchte|humidity|frequenz"
    r"|frequency|feuchtigkeit)"
)
_BETWEEN = re.compile(r"[\W_]+")
# In PV1Voltage, ACPower and pv1voltage.
_INSIDE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-z])")


def words_of(path: str) -> list[str]:
    """Return the words of a key in lower case; a number that a word ends with is left out where it counts parts."""
    words = []
    for part in _BETWEEN.split(path):
        # kWh is one word.
        for word in [part] if part.lower() in UNITS else _INSIDE.split(part):
            known = word.lower()
            known = _PLURALS.get(known, known)
            if known in QUANTITIES or known in FOLLOWING or known in UNITS:
                words.append(known)
            elif stem := known.rstrip("0123456789"):
                compound = None if stem in QUANTITIES or stem in FLAGS else _COMPOUND.fullmatch(stem)
                words += compound.groups() if compound else (stem,)
    return words


def meaning_of(path: str, unit: str = "") -> Meaning | None:
    """Return what the words of a key say; None where they say nothing. `unit` is what its sender states beside it."""
    words, of_unit = words_of(path), _OF_LAST_WORD
    if unit:
        spelled = unit.lower().removeprefix("°")
        words, of_unit = [*words, {"%": "percent", "m³": "m3"}.get(spelled, spelled)], _OF_UNIT
    if not words:
        return None
    if words[0] in UNITS and len(words) > 1 and all(word in WHICH for word in words[1:]):
        # "V L1-N", "W sys".
        words, of_unit = [*words[1:], words[0]], _OF_UNIT
    if words[-1] in _OF_ITSELF:
        return Meaning("number")
    if words[-1] in _OF_QUANTITY or words[-1] in _CORRECTIONS:
        return _setting(words)
    if not SPOILING.isdisjoint(words):
        return None
    device_class, quantity = _tail(FLAGS, words), _measured(words, of_unit)
    if device_class and WANTED.isdisjoint(words[:-2]):
        return Meaning("binary_sensor", device_class)
    if quantity is None:
        return None
    if not WANTED.isdisjoint(quantity.before):
        return quantity.as_setting()
    return quantity.as_sensor()


def _setting(words: list[str]) -> Meaning:
    """Return a setting; it is one of the quantity that the words before its last one say."""
    found = _measured(words[:-1])
    if found is None or found.quantity.state_class != "measurement":
        return Meaning("number")
    if words[-1] in _CORRECTIONS and found.quantity is _TEMPERATURE:
        return Meaning("number", "temperature_delta", found.unit)
    return found.as_setting()


class _Found(NamedTuple):
    """A quantity in a key: its unit, None where it may be one of several, and the words before it."""

    quantity: Quantity
    unit: str | None
    before: list[str]

    def as_setting(self) -> Meaning:
        # A share of something is no humidity and no battery.
        is_plain = self.unit is not None and self.quantity.device_class in _SETTABLE
        return Meaning("number", self.quantity.device_class if is_plain else None, self.unit)

    def as_sensor(self) -> Meaning:
        is_open = self.unit is None and self.quantity is not _POWER_FACTOR
        return Meaning("sensor", None if is_open else self.quantity.device_class, self.unit, self.quantity.state_class)


def _measured(words: list[str], of_unit: Mapping[str, Quantity] = _OF_LAST_WORD) -> _Found | None:
    """Return the quantity that words end with. A unit at the end counts where it is one of the quantity."""
    stated = UNITS.get(words[-1]) if words else None
    if stated is not None:
        found = _without_unit(words[:-1])
        if found is not None and stated in found.quantity.units:
            return found._replace(unit=stated)
        if (found is None or of_unit is _OF_UNIT) and stated in of_unit:
            return _Found(of_unit[stated], stated, words[:-1])
    found = _without_unit(words)
    # A meter of gas or water in no unit is none.
    is_counter = found is not None and found.unit is None and found.quantity.state_class != "measurement"
    return None if is_counter else found


def _without_unit(words: list[str]) -> _Found | None:
    rest = list(words)
    after: set[str] = set()
    while rest and _tail(QUANTITIES, rest) is None and rest[-1] in FOLLOWING | PERIODS | SUMS:
        after.add(rest.pop())
    quantity = _tail(QUANTITIES, rest)
    if quantity is None or (quantity not in _ADDING and not SUMS.isdisjoint(after)):
        return None
    if quantity.state_class == "measurement" and not PERIODS.isdisjoint(after):
        return None
    return _Found(quantity, quantity.unit, rest[: -2 if " ".join(rest[-2:]) in QUANTITIES else -1])


def _tail[T](table: dict[str, T], words: list[str]) -> T | None:
    """Return what the last two words or the last word are in a table."""
    return table.get(" ".join(words[-2:])) or table.get(words[-1]) if words else None
