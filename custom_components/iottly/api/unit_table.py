"""The units that a key may end with, and what is measured where the key says no more: `disk_free_gb`, `chlorine_ppm`.

A unit that several device classes have (`ppm`, `L`, `dB`, `mm`) gives none of them, only itself.
"""

from .meaning_table import BY_PAIR, BY_WORD, ENERGY_UNITS, FLOW_UNITS, FULL_PERCENT, NUMBERS, PRESSURE_UNITS, TIME_UNITS
from .number_row import NumberRow

# Written with capitals these are two units (mW and MW), or they are words as well.
_UNCLEAR = frozenset({"min", "s", "h", "d"})


def _same(unit: str, *words: str) -> dict[str, str | None]:
    return dict.fromkeys(words, unit)


UNIT_ROWS = (
    NumberRow((), "energy", ENERGY_UNITS),
    NumberRow((), "reactive_energy", {"kvarh": "kvarh", "varh": "varh"}),
    NumberRow((), "voltage", {"v": "V", "mv": "mV", "kv": "kV", **_same("V", "volt", "volts")}),
    NumberRow((), "current", {"ma": "mA", "ua": "μA", **_same("A", "amps", "ampere")}),
    NumberRow((), "power", {"w": "W", "kw": "kW", **_same("W", "watt", "watts")}),
    NumberRow((), "apparent_power", {"kva": "kVA"}),
    NumberRow((), "reactive_power", {"kvar": "kvar"}),
    NumberRow((), "frequency", {"hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz"}),
    NumberRow((), "pressure", {unit: name for unit, name in PRESSURE_UNITS.items() if unit != "mb"}),
    NumberRow(
        (),
        "temperature",
        {**_same("°C", "celsius", "degc"), **_same("°F", "fahrenheit", "degf"), "kelvin": "K"},
        limits=BY_WORD["temperature"].limits,
        sentinels=BY_WORD["temperature"].sentinels,
    ),
    NumberRow((), "signal_strength", {"dbm": "dBm"}),
    NumberRow((), "sound_pressure", {"dba": "dBA"}),
    NumberRow((), "illuminance", _same("lx", "lx", "lux")),
    NumberRow((), "irradiance", {"wm2": "W/m²", "wm²": "W/m²"}),
    NumberRow((), "conductivity", {"uscm": "μS/cm", "mscm": "mS/cm"}),
    NumberRow((), "absolute_humidity", {"gm3": "g/m³"}),
    NumberRow((), "radon", {"bqm3": "Bq/m³"}),
    NumberRow((), "volume_flow_rate", FLOW_UNITS),
    NumberRow((), "precipitation_intensity", {**_same("mm/h", "mmh", "mmhr"), **_same("in/h", "inh", "inhr")}),
    NumberRow(
        (),
        "speed",
        {
            "mph": "mph",
            "mps": "m/s",
            "mms": "mm/s",
            **_same("km/h", "kmh", "kph"),
            **_same("kn", "kn", "kts", "knots"),
        },
    ),
    NumberRow(
        (),
        "distance",
        {
            "cm": "cm",
            "km": "km",
            "ft": "ft",
            "yd": "yd",
            "nmi": "nmi",
            **_same("m", "meters", "metres", "metri"),
            **_same("mi", "mi", "miles"),
        },
    ),
    NumberRow((), "weight", {"kg": "kg", "mg": "mg", "oz": "oz", **_same("lb", "lb", "lbs")}),
    NumberRow((), "area", {"m2": "m²", "m²": "m²", "km2": "km²", "cm2": "cm²"}),
    NumberRow((), "duration", {word: unit for word, unit in TIME_UNITS.items() if word not in _UNCLEAR}),
    NumberRow(
        (),
        "data_size",
        {
            "kb": "kB",
            "mb": "MB",
            "gb": "GB",
            "tb": "TB",
            "kib": "KiB",
            "mib": "MiB",
            "gib": "GiB",
            "tib": "TiB",
            **_same("B", "byte", "bytes"),
        },
    ),
    NumberRow(
        (),
        "data_rate",
        {
            "bps": "bit/s",
            "kbps": "kbit/s",
            "mbps": "Mbit/s",
            "gbps": "Gbit/s",
            "kbits": "kbit/s",
            "mbits": "Mbit/s",
            "kibs": "KiB/s",
            "mibs": "MiB/s",
        },
    ),
    # Of several device classes, or of none.
    NumberRow((), None, FULL_PERCENT),
    NumberRow((), None, {"rpm": "rpm", "umin": "rpm"}),
    NumberRow((), None, {"ppm": "ppm", "ppb": "ppb"}),
    NumberRow((), None, {"ugm3": "μg/m³", "mgm3": "mg/m³"}),
    NumberRow((), None, {"db": "dB"}),
    NumberRow((), None, _same("°", "deg", "degree", "degrees", "grad", "gradi", "degre", "degres")),
    NumberRow((), None, {"mm": "mm", **_same("in", "inch", "inches")}),
    NumberRow(
        (),
        None,
        {
            "ml": "mL",
            "ft3": "ft³",
            **_same("m³", "m3", "m³"),
            **_same("gal", "gal", "gallon", "gallons"),
            **_same("L", "liter", "liters", "litre", "litres", "litri"),
        },
    ),
)

BY_UNIT = {word: row for row in UNIT_ROWS for word in row.units}
UNIT_WORDS = {word for row in (*NUMBERS, *BY_PAIR.values()) for word in row.units if word} | BY_UNIT.keys()
# These may as well be a phase or a channel.
LETTER_UNITS = {word for word in UNIT_WORDS if len(word) == 1}
# These may stand before what they are of: `kwh_import`. A time that is named first may be one of a clock.
UNITS_BEFORE = BY_UNIT.keys() - LETTER_UNITS - TIME_UNITS.keys() - {"grad", "deg"}

# A litre is one behind these only: `motor_l` is the left one.
LITRE_OF = frozenset(
    {"water", "wasser", "acqua", "eau", "fuel", "diesel", "oil", "tank", "hot", "cold", "consumption", "consumo",
     "verbrauch", "total", "volume", "volumen", "kraftstoff", "heizoel", "oel", "gasolio", "carburante", "benzina",
     "olio", "serbatoio", "carburant", "milk"}
)  # fmt: skip
LITRE = NumberRow((), None, {"l": "L"})
# The fourth part of a rotation or a colour is no watt.
OF_FOUR = frozenset({"quat", "quaternion", "q", "rot", "rotation", "orientation", "imu", "rgbw", "color", "colour",
                     "led", "wind", "pos", "position"})  # fmt: skip
# A price or the like is in another unit than the one behind it, and a rate is no energy.
PRICES = frozenset(
    {"per", "price", "cost", "tariff", "preis", "kosten", "tarif", "prezzo", "costo", "tariffa", "prix", "cout"}
)
RATES = frozenset({"rate"})

# Lines of a mains, and units of one letter or two that only stand behind a line's name: `L1_V`, `Tot_W`.
LINES = frozenset({"l1", "l2", "l3", "n", "tot", "total", "sum", "max", "min", "avg"})
BY_UNIT_OF_LINE = {
    "v": BY_WORD["voltage"],
    "a": BY_WORD["current"],
    "w": BY_WORD["power"],
    "va": BY_PAIR["apparent", "power"],
    "var": BY_PAIR["reactive", "power"],
}
# What such a unit measures, for the name of an entity: those of a line or of a battery are several.
NOUN_OF_UNIT = {
    "v": "voltage", "mv": "voltage", "a": "current", "ma": "current", "w": "power", "va": "apparent power",
    "var": "reactive power", "kwh": "energy",
}  # fmt: skip
