"""The words that mean a quantity: the closed table that `meaning` reads the names of numbers by.

Device classes and units are Home Assistant's; a test compares them with its own tables. Units that
mean something without such a word are in `unit_table`.
"""

from .number_row import NumberRow

C, F, K = "°C", "°F", "K"


FULL_PERCENT: dict[str, str | None] = dict.fromkeys(
    ("percent", "pct", "perc", "percentage", "prozent", "percento", "pourcent"), "%"
)
_FROM_0_TO_100 = (0.0, 100.0)
# What sensors of 16 bits, and those of Dallas and Bosch, tell when they failed.
_FAILED = frozenset({327.67, 327.68, -327.68, 999.0, -999.0, 850.0})
PRESSURE_UNITS: dict[str, str | None] = {
    "hpa": "hPa",
    "mbar": "mbar",
    "mb": "mbar",
    "bar": "bar",
    "pa": "Pa",
    "kpa": "kPa",
    "cbar": "cbar",
    "psi": "psi",
    "mmhg": "mmHg",
    "inhg": "inHg",
}
ENERGY_UNITS: dict[str, str | None] = {"kwh": "kWh", "wh": "Wh", "mwh": "MWh", "kj": "kJ", "mj": "MJ", "gj": "GJ"}
_HZ: dict[str, str | None] = {"hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz"}
_WIND: dict[str, str | None] = {
    **dict.fromkeys(("ms", "mps"), "m/s"),
    **dict.fromkeys(("kmh", "kph"), "km/h"),
    **dict.fromkeys(("kn", "kts", "knots"), "kn"),
    "mph": "mph",
}
_DEGREES: dict[str, str | None] = dict.fromkeys(("", "deg", "degree", "degrees", "grad", "gradi", "degres"), "°")
TIME_UNITS: dict[str, str | None] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden", "secondi", "secondes"), "s"),
    **dict.fromkeys(("ms", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("min", "mins", "minutes", "minuten", "minuti"), "min"),
    **dict.fromkeys(("h", "hrs", "hours", "stunden", "ore", "heures"), "h"),
    **dict.fromkeys(("d", "days", "tage", "giorni", "jours"), "d"),
}
FLOW_UNITS: dict[str, str | None] = {
    **dict.fromkeys(("m3h", "m³h", "m3ph"), "m³/h"),
    **dict.fromkeys(("lmin", "lpm"), "L/min"),
    **dict.fromkeys(("lh", "lph"), "L/h"),
    **dict.fromkeys(("ls", "lps"), "L/s"),
    "m3s": "m³/s",
    "m3min": "m³/min",
    "gpm": "gal/min",
    "cfm": "ft³/min",
}

NUMBERS = (
    NumberRow(
        (
            "temperature",
            "temperatures",
            "temp",
            "temps",
            "thermometer",
            "temperatur",
            "temperaturen",
            "dewpoint",
            "taupunkt",
            "tmp",
            "température",
            "windchill",
        ),
        "temperature",
        {
            **dict.fromkeys(("c", "celsius", "degc", "deg", "grad", "gradi"), C),
            **dict.fromkeys(("f", "fahrenheit", "degf"), F),
            **dict.fromkeys(("k", "kelvin"), K),
        },
        limits=(-120.0, 3000.0),
        sentinels=_FAILED,
    ),
    NumberRow(
        ("humidity", "hum", "rh", "luftfeuchtigkeit", "feuchte", "feuchtigkeit", "humid", "humi", "rhum"),
        "humidity",
        FULL_PERCENT,
        limits=_FROM_0_TO_100,
    ),
    # Other pressures than the air's are in other units.
    NumberRow(
        ("pressure", "press", "druck", "pressione"),
        "pressure",
        PRESSURE_UNITS,
        with_words=frozenset(
            {
                "air",
                "atmospheric",
                "barometric",
                "outdoor",
                "indoor",
                "aria",
                "atmosferica",
                "barometrica",
                "atmospherique",
            }
        ),
    ),
    NumberRow(("baro", "barometer", "luftdruck"), "pressure", PRESSURE_UNITS),
    NumberRow(
        ("battery", "batt", "bat", "soc", "soe", "batterie", "akku", "ladestand", "ladezustand"),
        "battery",
        FULL_PERCENT,
        limits=_FROM_0_TO_100,
    ),
    NumberRow(("voltage", "volt", "volts", "vcc", "vbat", "spannung"), "voltage", {"v": "V", "mv": "mV", "kv": "kV"}),
    NumberRow(("orp", "redox"), "voltage", {"mv": "mV", "v": "V"}),
    NumberRow(("current", "amps", "ampere", "amperage"), "current", {"a": "A", "ma": "mA"}),
    NumberRow(("strom",), "current", {"a": "A", "ma": "mA"}, needs_unit=True),
    NumberRow(("power", "watt", "watts", "leistung"), "power", {"w": "W", "kw": "kW"}),
    NumberRow(("energy", "energie"), "energy", ENERGY_UNITS, grows=True),
    NumberRow(("illuminance", "lux"), "illuminance", {"lx": "lx", "lux": "lx"}),
    NumberRow(("irradiance", "solarradiation"), "irradiance", {"wm2": "W/m²", "wm²": "W/m²"}),
    NumberRow(("illumination", "luminance", "helligkeit"), "illuminance", {"lx": "lx", "lux": "lx"}, needs_unit=True),
    NumberRow(("co2", "carbondioxide", "kohlendioxid", "eco2", "rco2"), "carbon_dioxide", {"ppm": "ppm"}),
    NumberRow(("co", "carbonmonoxide", "kohlenmonoxid"), "carbon_monoxide", {"ppm": "ppm"}, needs_unit=True),
    NumberRow(("no2",), "nitrogen_dioxide", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("o3", "ozone"), "ozone", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("so2",), "sulphur_dioxide", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("voc", "tvoc"), "volatile_organic_compounds_parts", {"ppb": "ppb", "ppm": "ppm"}, needs_unit=True),
    NumberRow(("pm1",), "pm1", {"ugm3": "μg/m³"}),
    NumberRow(("pm25",), "pm25", {"ugm3": "μg/m³"}),
    NumberRow(("pm4",), "pm4", {"ugm3": "μg/m³"}),
    NumberRow(("pm10",), "pm10", {"ugm3": "μg/m³"}),
    NumberRow(("aqi",), "aqi", {"": None}),
    NumberRow(
        ("moisture", "bodenfeuchte", "bodenfeuchtigkeit", "erdfeuchte"), "moisture", FULL_PERCENT, limits=_FROM_0_TO_100
    ),
    NumberRow(("rssi",), "signal_strength", {"dbm": "dBm"}),
    NumberRow(("frequency", "freq", "hz", "frequenz", "frequenza", "frequence", "fréquence"), "frequency", _HZ),
    NumberRow(("kva", "scheinleistung"), "apparent_power", {"kva": "kVA", "va": "VA"}),
    NumberRow(("kvar", "blindleistung"), "reactive_power", {"kvar": "kvar", "var": "var"}),
    NumberRow(
        ("pf", "powerfactor", "cosphi", "cosfi", "leistungsfaktor"), "power_factor", {"": None}, limits=(-1.0, 1.0)
    ),
    NumberRow(
        ("flow", "flowrate", "durchfluss", "volumenstrom", "portata"), "volume_flow_rate", FLOW_UNITS, needs_unit=True
    ),
    NumberRow(("rpm", "drehzahl"), None, {"rpm": "rpm"}),
    NumberRow(
        (
            "distance",
            "distanza",
            "entfernung",
            "abstand",
            "height",
            "hoehe",
            "höhe",
            "altezza",
            "hauteur",
            "depth",
            "tiefe",
            "profondita",
            "profondità",
            "profondeur",
            "level",
            "livello",
            "niveau",
            "pegel",
            "wasserstand",
            "fuellstand",
            "füllstand",
            "altitude",
            "elevation",
            "quota",
            "snow",
            "schnee",
            "schneehoehe",
            "neve",
        ),
        "distance",
        {"cm": "cm", "mm": "mm", "m": "m", "km": "km", "ft": "ft"},
        needs_unit=True,
    ),
    NumberRow(
        (
            "wind",
            "windspeed",
            "gust",
            "windgust",
            "vento",
            "raffica",
            "vent",
            "rafale",
            "boe",
            "böe",
            "boeen",
            "böen",
            "windboe",
            "windböe",
            "windboeen",
            "windböen",
            "windgeschwindigkeit",
            "windstaerke",
            "anemometer",
            "anemometro",
        ),
        "wind_speed",
        _WIND,
        needs_unit=True,
    ),
    NumberRow(("windrichtung", "winddirection", "winddir"), "wind_direction", _DEGREES, limits=(0.0, 360.0)),
    NumberRow(
        ("speed", "velocity", "geschwindigkeit", "velocita", "velocità", "vitesse"),
        "speed",
        {**_WIND, "mms": "mm/s"},
        needs_unit=True,
    ),
    NumberRow(
        ("weight", "mass", "gewicht", "masse", "peso", "massa", "poids"),
        "weight",
        {"kg": "kg", "g": "g", "mg": "mg", "lb": "lb", "lbs": "lb", "oz": "oz"},
        needs_unit=True,
    ),
    NumberRow(
        ("conductivity", "ec", "leitfaehigkeit", "leitfähigkeit", "conducibilita", "conducibilità"),
        "conductivity",
        {"uscm": "μS/cm", "mscm": "mS/cm"},
        needs_unit=True,
    ),
    NumberRow(
        ("noise", "loudness", "sound", "rumore", "laerm"), "sound_pressure", {"db": "dB", "dba": "dBA"}, needs_unit=True
    ),
    NumberRow(("ph",), "ph", {"": None}, limits=(0.0, 14.0)),
    NumberRow(("rainfall", "precipitation"), "precipitation", {"mm": "mm", "cm": "cm"}),
    NumberRow(
        (
            "rain",
            "pioggia",
            "regen",
            "pluie",
            "niederschlag",
            "regenmenge",
            "precipitazione",
            "precipitazioni",
            "precipitations",
            "hail",
        ),
        "precipitation",
        {"mm": "mm", "cm": "cm", "inch": "in", "inches": "in"},
        needs_unit=True,
    ),
    NumberRow(("uvi", "uvindex"), None, {"": "UV index"}),
    NumberRow(("volume", "volumen"), None, {"l": "L", "m3": "m³"}, needs_unit=True),
    NumberRow(("soh",), None, FULL_PERCENT, limits=_FROM_0_TO_100),
    NumberRow(("betriebsstunden", "brennerstunden", "laufstunden"), "duration", {"h": "h"}),
    NumberRow(("uptime",), "duration", TIME_UNITS),
    NumberRow(
        (
            "duration",
            "elapsed",
            "remaining",
            "time",
            "runtime",
            "laufzeit",
            "zeit",
            "dauer",
            "durata",
            "durée",
            "duree",
            "tempo",
            "latency",
            "latenza",
            "latenz",
            "age",
            "delay",
            "timeout",
            "period",
            "ago",
            "interval",
            "intervall",
            "intervallo",
        ),
        "duration",
        TIME_UNITS,
        needs_unit=True,
    ),
    NumberRow(("percent", "percentage"), None, FULL_PERCENT),
    NumberRow(("cpu", "memory", "disk"), None, FULL_PERCENT, limits=_FROM_0_TO_100),
    NumberRow(("counter", "count", "pulses"), None, {"": None}),
)

_NOTHING = NumberRow((), None, {"": None}, needs_unit=True)
_BY_FIRST_WORD = {row.words[0]: row for row in NUMBERS}

# Two words that together mean something else than the second alone. Those with `_NOTHING` mean nothing here.
BY_PAIR: dict[tuple[str, str], NumberRow] = {
    ("power", "factor"): NumberRow((), "power_factor", {"": None}, limits=(-1.0, 1.0)),
    **dict.fromkeys(
        (
            *(("reactive", "power"), ("power", "reactive"), ("potenza", "reattiva"), ("puissance", "reactive")),
            ("puissance", "réactive"),
        ),
        NumberRow((), "reactive_power", {"var": "var", "kvar": "kvar"}),
    ),
    **dict.fromkeys(
        (*(("apparent", "power"), ("power", "apparent"), ("potenza", "apparente"), ("puissance", "apparente")),),
        NumberRow((), "apparent_power", {"va": "VA", "kva": "kVA"}),
    ),
    # What is left of it may fall.
    **{
        pair: NumberRow((), "energy_storage", ENERGY_UNITS)
        for what in ("stored", "remaining", "available", "reserve")
        for pair in ((what, "energy"), ("energy", what))
    },
    **dict.fromkeys(
        (("energia", "residua"), ("energia", "disponibile")), NumberRow((), "energy_storage", ENERGY_UNITS)
    ),
    **dict.fromkeys((("noise", "level"), ("sound", "level")), _BY_FIRST_WORD["noise"]),
    ("gust", "speed"): _BY_FIRST_WORD["wind"],
    ("co2", "level"): _BY_FIRST_WORD["co2"],
    ("energy", "consumption"): _BY_FIRST_WORD["energy"],
    ("energy", "production"): _BY_FIRST_WORD["energy"],
    ("signal", "strength"): NumberRow((), "signal_strength", {"dbm": "dBm"}, needs_unit=True),
    ("sound", "pressure"): NumberRow((), "sound_pressure", {"db": "dB", "dba": "dBA"}, needs_unit=True),
    **dict.fromkeys(
        (("wind", "speed"), ("vento", "velocita"), ("vento", "velocità"), ("vent", "vitesse")),
        NumberRow((), "wind_speed", _WIND, needs_unit=True),
    ),
    **dict.fromkeys(
        (
            *(("dew", "point"), ("wind", "chill"), ("heat", "index"), ("feels", "like"), ("punto", "rugiada")),
            *(("point", "rosee"), ("point", "rosée")),
            *(("temp", "flow"), ("temperature", "flow")),
        ),
        _BY_FIRST_WORD["temperature"],
    ),
    **dict.fromkeys(
        (("wind", "direction"), ("wind", "dir"), ("wind", "bearing"), ("direzione", "vento"), ("direction", "vent")),
        _BY_FIRST_WORD["windrichtung"],
    ),
    **dict.fromkeys(
        (("operating", "hours"), ("ore", "lavoro"), ("ore", "funzionamento"), ("ore", "motore")),
        _BY_FIRST_WORD["betriebsstunden"],
    ),
    ("giri", "min"): _BY_FIRST_WORD["rpm"],
    ("giri", "motore"): _BY_FIRST_WORD["rpm"],
    ("uv", "index"): _BY_FIRST_WORD["uvi"],
    **dict.fromkeys(
        (("battery", "level"), ("batt", "level"), ("bat", "level"), ("charge", "level")), _BY_FIRST_WORD["battery"]
    ),
    ("battery", "charge"): _BY_FIRST_WORD["battery"],
    ("battery", "remaining"): _BY_FIRST_WORD["battery"],
    ("flow", "rate"): _BY_FIRST_WORD["flow"],
    ("cpu", "usage"): _BY_FIRST_WORD["cpu"],
    ("disk", "usage"): _BY_FIRST_WORD["cpu"],
    ("pm1", "0"): _BY_FIRST_WORD["pm1"],
    ("moisture", "level"): _BY_FIRST_WORD["moisture"],
    ("humidity", "soil"): _BY_FIRST_WORD["moisture"],
    ("soil", "humidity"): _BY_FIRST_WORD["moisture"],
    ("umidita", "suolo"): _BY_FIRST_WORD["moisture"],
    ("umidita", "terreno"): _BY_FIRST_WORD["moisture"],
    # These are not a mains' or a machine's.
    **{(what, "frequency"): _NOTHING for what in ("radio", "lora", "carrier", "cpu", "clock", "update", "sampling")},
    **dict.fromkeys(
        (("reactive", "energy"), ("energia", "reattiva"), ("energie", "reactive")),
        NumberRow((), "reactive_energy", {"kvarh": "kvarh", "varh": "varh"}, grows=True, needs_unit=True),
    ),
    ("apparent", "energy"): _NOTHING,
    ("power", "supply"): _NOTHING,
    ("rx", "power"): _NOTHING,
    ("tx", "power"): _NOTHING,
    ("signal", "power"): _NOTHING,
    ("optical", "power"): _NOTHING,
    ("color", "temp"): _NOTHING,
    ("color", "temperature"): _NOTHING,
    ("colour", "temperature"): _NOTHING,
    ("absolute", "humidity"): _NOTHING,
    ("abs", "humidity"): _NOTHING,
    ("cpu", "load"): _NOTHING,
    ("free", "memory"): _NOTHING,
    ("free", "disk"): _NOTHING,
    ("used", "memory"): _NOTHING,
    ("used", "disk"): _NOTHING,
    ("total", "memory"): _NOTHING,
    ("total", "disk"): _NOTHING,
}

BY_WORD = {word: row for row in NUMBERS for word in row.words}
# Nouns that end German compounds: the end is the head, whatever stands before it (`aussentemperatur`).
COMPOUND_ENDS = (
    "temperatur",
    "spannung",
    "leistung",
    "druck",
    "feuchte",
    "feuchtigkeit",
    "durchfluss",
    "frequenz",
    "strom",
    "zeit",
    "temp",
    "energie",
    "gewicht",
    "geschwindigkeit",
    "drehzahl",
    "füllstand",
    "fuellstand",
)
# Italian puts the head noun first: `prezzo_energia` is a price.
HEAD_FIRST = {
    "temperatura": _BY_FIRST_WORD["temperature"],
    "umidita": _BY_FIRST_WORD["humidity"],
    "umidità": _BY_FIRST_WORD["humidity"],
    "umid": _BY_FIRST_WORD["humidity"],
    "batteria": _BY_FIRST_WORD["battery"],
    "tensione": _BY_FIRST_WORD["voltage"],
    "corrente": _BY_FIRST_WORD["current"],
    "potenza": _BY_FIRST_WORD["power"],
    "energia": _BY_FIRST_WORD["energy"],
    "pressione": _BY_FIRST_WORD["pressure"],
    "portata": _BY_FIRST_WORD["flow"],
    "frequenza": _BY_FIRST_WORD["frequency"],
    # So does French.
    "température": _BY_FIRST_WORD["temperature"],
    "humidite": _BY_FIRST_WORD["humidity"],
    "humidité": _BY_FIRST_WORD["humidity"],
    "tension": _BY_FIRST_WORD["voltage"],
    "courant": _BY_FIRST_WORD["current"],
    "puissance": _BY_FIRST_WORD["power"],
    "pression": _BY_FIRST_WORD["pressure"],
    "debit": _BY_FIRST_WORD["flow"],
    "débit": _BY_FIRST_WORD["flow"],
    "frequence": _BY_FIRST_WORD["frequency"],
    "fréquence": _BY_FIRST_WORD["frequency"],
}
