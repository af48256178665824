"""The spellings of units in names and in payloads, and the quantities of units."""

from collections.abc import Mapping, Sequence
import re
import unicodedata

from .quantities import (
    ABSOLUTE_HUMIDITY,
    ANGLE,
    APPARENT_ENERGY,
    APPARENT_POWER,
    AREA,
    CONDUCTIVITY,
    CURRENT,
    DATA_RATE,
    DATA_SIZE,
    DIFFERENCE,
    DISTANCE,
    DURATION,
    ENERGY,
    ENERGY_DISTANCE,
    FLOW,
    FREQUENCY,
    ILLUMINANCE,
    IRRADIANCE,
    PERCENTAGE,
    POWER,
    PRESSURE,
    RADON,
    RAIN_RATE,
    REACTIVE_ENERGY,
    REACTIVE_POWER,
    SIGNAL,
    SOUND,
    SPEED,
    TEMPERATURE,
    VOLTAGE,
    WEIGHT,
    Quantity,
    word_set,
)

# A word may mean several units: the quantity decides, otherwise the first row.
_WORDS: Mapping[str, str] = {
    "°": "deg degree degrees grad gradi degre degres °",
    "°C": "c degc cel celsius deg grad gradi",
    "°F": "f degf fahrenheit",
    "K": "k kelvin",
    "%": "percent pct perc percentage prozent percento pourcent %",
    "V": "v volt volts",
    "mV": "mv millivolt millivolts",
    "kV": "kv",
    "A": "a ampere amps amp",
    "mA": "ma milliamps milliampere",
    "μA": "ua",
    "W": "w watt watts",
    "mW": "mw",
    "kW": "kw",
    "VA": "va",
    "kVA": "kva",
    "var": "var",
    "kvar": "kvar",
    "kWh": "kwh",
    "Wh": "wh",
    "MWh": "mwh",
    "GJ": "gj",
    "MJ": "mj",
    "kJ": "kj",
    "VAh": "vah",
    "kVAh": "kvah",
    "varh": "varh",
    "kvarh": "kvarh",
    "Hz": "hz",
    "kHz": "khz",
    "MHz": "mhz",
    "GHz": "ghz",
    "rpm": "rpm upm umin trmin girimin",
    "hPa": "hpa",
    "kPa": "kpa",
    "Pa": "pa",
    "bar": "bar",
    "cbar": "cbar",
    "psi": "psi",
    "mmHg": "mmhg",
    "inHg": "inhg",
    "kWh/100km": "kwh100km",
    "m/s²": "ms2",
    "L/100km": "l100km",
    "lx": "lx lux",
    "W/m²": "wm2 wpm2",
    "ppm": "ppm",
    "ppb": "ppb",
    "μg/m³": "ugm3",
    "mg/m³": "mgm3",
    "mg/L": "mgl",
    "g/m³": "gm3",
    "Bq/m³": "bqm3",
    "pCi/L": "pcil",
    "μS/cm": "uscm",
    "mS/cm": "mscm",
    "dBm": "dbm",
    "dB": "db",
    "dBA": "dba",
    "NTU": "ntu",
    "μg/L": "ugl",
    "m³": "m3 mc",
    "cm³": "cm3 ccm",
    "g/cm³": "gcm3",
    "kg/m³": "kgm3",
    "g/L": "gl",
    "m/min": "mmin",
    "kg/h": "kgh",
    "μSv/h": "usvh",
    "Ah": "ah",
    "mAh": "mah",
    "ft³": "ft3",
    "L": "l liter liters litre litres litri",
    "mL": "ml",
    "gal": "gal gallon gallons",
    "m³/h": "m3h m3ph mch",
    "m³/min": "m3min",
    "m³/s": "m3s",
    "L/min": "lmin lpm",
    "L/h": "lh lph",
    "L/s": "ls lps",
    "mL/s": "mls",
    "gal/min": "gpm galmin",
    "ft³/min": "cfm ft3min",
    "ms": "ms millis milliseconds",
    "m/s": "ms mps",
    "km/h": "kmh kph kmph",
    "mph": "mph mih",
    "kn": "kn kts knots",
    "mm/s": "mms",
    "mm/h": "mmh mmhr",
    "in/h": "inh inhr",
    "m": "m meters metres metri",
    "cm": "cm",
    "mm": "mm",
    "km": "km",
    "in": "in inch inches",
    "ft": "ft feet",
    "mi": "mi miles",
    "yd": "yd",
    "nmi": "nmi",
    "m²": "m2",
    "km²": "km2",
    "cm²": "cm2",
    "kg": "kg",
    "g": "g",
    "mg": "mg",
    "lb": "lb lbs",
    "oz": "oz",
    "s": "s sec secs second seconds sekunden secondi secondes",
    "min": "min mins minutes minuten minuti",
    "h": "h hrs hour hours stunden ore heures",
    "d": "d days tage giorni jours",
    "kB": "kb",
    "MB": "mb",
    "GB": "gb",
    "TB": "tb",
    "mbar": "mbar mb",
    "KiB": "kib",
    "MiB": "mib",
    "GiB": "gib",
    "TiB": "tib",
    "B": "byte bytes",
    "bit/s": "bps bits",
    "kbit/s": "kbps kbits",
    "Mbit/s": "mbps mbits",
    "Gbit/s": "gbps gbits",
    "KiB/s": "kibs",
    "MiB/s": "mibs",
}


# The inches of a weather station may be inHg or in/h, depending on the quantity.
_SHORT = {"in": ("inHg", "in/h"), "inch": ("in/h",), "mm": ("mm/h",)}


def _units_of_words() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for unit, words in _WORDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), unit)
    for word, units in _SHORT.items():
        found[word] += units
    return found


UNITS = _units_of_words()
# The quantity of a unit for any name.
OF_UNIT: Mapping[str, Quantity] = {
    unit: quantity
    for quantity in (
        *(TEMPERATURE, VOLTAGE, CURRENT, POWER, ENERGY, FREQUENCY, APPARENT_POWER, REACTIVE_POWER, REACTIVE_ENERGY),
        *(APPARENT_ENERGY, ILLUMINANCE, IRRADIANCE, PRESSURE, PERCENTAGE, FLOW, DISTANCE, DURATION, CONDUCTIVITY),
        ENERGY_DISTANCE,
        *(ANGLE, RAIN_RATE, RADON, SPEED, WEIGHT, AREA, DATA_SIZE, DATA_RATE, ABSOLUTE_HUMIDITY),
    )
    for unit in quantity.units
} | {"K": DIFFERENCE, "dBm": SIGNAL, "dBA": SOUND}
# Units of several quantities or of none: a value with only such a unit has no class.
OF_SEVERAL = frozenset(
    {
        "ppm",
        "ppb",
        "μg/m³",
        "mg/m³",
        "mg/L",
        "μg/L",
        "NTU",
        "dB",
        "mm",
        "in",
        "m³",
        "ft³",
        "L",
        "mL",
        "gal",
        "rpm",
        "cm³",
        "g/cm³",
        "kg/m³",
        "g/L",
        "m/min",
        "kg/h",
        "μSv/h",
        "Ah",
        "mAh",
        "m/s²",
        "L/100km",
    }
)
# Words that are units if the device states them or if they follow a quantity, but not at the end of any name.
UNCLEAR = word_set(
    "mc c f m l g s h d a min in % ° sec second hour ore var k kelvin gl mmin ah degree meters mg m2 cm2 km2"
)

# `W⋅m⁻²` is W/m².
_POWER = re.compile(r"[⋅·*]([a-z]+)[\u2212-](?:1|(\d))$")
_HOURLY = re.compile(r"^([a-z]+)[_.]([a-z]+)-1$")
# Capitals that are no units: `D` is a direction, and `H` is used for hPa.
_NO_UNITS = frozenset("DHMSG")
# Stated units that have another meaning in a name.
_BESIDE = {"b": "B", "grad": "°C", "gradi": "°C", "%rh": "%", "%el": "%"}


def unit_of(text: str) -> str | None:
    """Return Home Assistant's spelling of a unit that the device states; None if Home Assistant has no such unit."""
    if text.strip() == "MW":
        return "MW"
    if text.strip() in _NO_UNITS:
        return None
    lower = (
        unicodedata.normalize("NFKC", text.strip().replace("º", "°"))
        .lower()
        .replace("º", "°")
        .replace("µ", "u")
        .replace("μ", "u")
    )
    plain = "".join(one for one in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(one))
    # `wmoUnit:km_h-1`
    plain = _HOURLY.sub(r"\1/\2", plain.removeprefix("wmounit:").removesuffix("_(angle)"))
    spelled = _POWER.sub(r"/\1\2", plain.replace(" ", ""))
    if "/" in spelled:
        return next((unit for unit in UNITS.get(spelled.replace("/", ""), ()) if "/" in unit), None)
    return _BESIDE.get(spelled) or _first(spelled) or _first(spelled.removeprefix("°"))


def _first(word: str) -> str | None:
    return UNITS.get(word, (None,))[0]


def without_unit(words: Sequence[str], unit: str) -> Sequence[str]:
    """Return the words of a name without its unit of one or two words; all words if nothing else is left."""
    for size in (2, 1):
        for end in range(len(words), size - 1, -1):
            spelled = "".join(words[end - size : end]).lower()
            if unit in UNITS.get(spelled, ()) and len(words) > size:
                return [*words[: end - size], *words[end:]]
    return words
