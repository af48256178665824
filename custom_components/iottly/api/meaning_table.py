"""The words that mean something: the closed table that `meaning` reads names by.

Device classes and units are Home Assistant's; a test compares them with its own tables.
"""

from dataclasses import dataclass, field

C, F, K = "°C", "°F", "K"


@dataclass(frozen=True, slots=True)
class NumberMeaning:
    """A number's device class (None for a plain percentage or count), unit and whether it only grows.

    A value outside of `low` to `high`, or among the `sentinels`, is none: sensors tell so that they failed.
    """

    device_class: str | None
    unit: str | None
    grows: bool = False
    low: float = float("-inf")
    high: float = float("inf")
    sentinels: frozenset[float] = frozenset()

    def is_plausible(self, value: float) -> bool:
        """Return True if a value can be a reading."""
        return self.low <= value <= self.high and value not in self.sentinels


@dataclass(frozen=True, slots=True)
class NumberRow:
    """Words that mean one kind of number.

    The first unit is meant where the name gives none; with `needs_unit`, it means nothing without, unless the
    name is one of the words alone or with one of these words.
    """

    words: tuple[str, ...]
    device_class: str | None
    units: dict[str, str | None]
    grows: bool = False
    needs_unit: bool = False
    with_words: frozenset[str] | None = None
    limits: tuple[float, float] = (float("-inf"), float("inf"))
    sentinels: frozenset[float] = field(default=frozenset())

    def meaning(self, words: list[str], unit: str | None) -> NumberMeaning | None:
        """Return the meaning of a name of these words, with this word for the unit behind it."""
        is_usual = self.with_words is None or set(words) <= self.with_words | set(self.words)
        if unit is None and (self.needs_unit or not is_usual):
            return None
        row_unit = self.units.get(unit or "", next(iter(self.units.values())))
        return NumberMeaning(self.device_class, row_unit, self.grows, *self.limits, self.sentinels)


_PERCENT: dict[str, str | None] = dict.fromkeys(("percent", "pct", "percentage", "prozent", "percento"), "%")
_FROM_0_TO_100 = (0.0, 100.0)
# What sensors of 16 bits, and those of Dallas and Bosch, tell when they failed.
_FAILED = frozenset({327.67, 327.68, -327.68, 999.0, -999.0, 850.0})
_HPA: dict[str, str | None] = {"hpa": "hPa", "mbar": "mbar", "bar": "bar", "pa": "Pa", "kpa": "kPa", "psi": "psi"}
_ENERGY: dict[str, str | None] = {"kwh": "kWh", "wh": "Wh", "mwh": "MWh"}
_WIND: dict[str, str | None] = {"kmh": "km/h", "mph": "mph", "ms": "m/s"}
_TIME: dict[str, str | None] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), "s"),
    **dict.fromkeys(("ms", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("min", "minutes"), "min"),
    **dict.fromkeys(("h", "hours"), "h"),
    "days": "d",
}
_FLOW: dict[str, str | None] = {"m3h": "m³/h", "lmin": "L/min", "lpm": "L/min", "lh": "L/h", "ls": "L/s"}

NUMBERS = (
    NumberRow(
        ("temperature", "temperatures", "temp", "temps", "thermometer", "temperatur", "temperaturen", "dewpoint"),
        "temperature",
        {"c": C, "celsius": C, "f": F, "fahrenheit": F, "k": K},
        limits=(-120.0, 3000.0),
        sentinels=_FAILED,
    ),
    NumberRow(
        ("humidity", "hum", "rh", "luftfeuchtigkeit", "feuchte", "feuchtigkeit"),
        "humidity",
        _PERCENT,
        limits=_FROM_0_TO_100,
    ),
    # Other pressures than the air's are in other units.
    NumberRow(
        ("pressure", "press", "druck", "pressione"),
        "pressure",
        _HPA,
        with_words=frozenset({"air", "atmospheric", "barometric", "outdoor", "indoor"}),
    ),
    NumberRow(("baro", "barometer", "luftdruck"), "pressure", _HPA),
    NumberRow(("battery", "batt", "bat", "soc", "batterie", "akku"), "battery", _PERCENT, limits=_FROM_0_TO_100),
    NumberRow(("voltage", "volt", "volts", "vcc", "vbat", "spannung"), "voltage", {"v": "V", "mv": "mV"}),
    NumberRow(("current", "amps", "ampere", "amperage"), "current", {"a": "A", "ma": "mA"}),
    NumberRow(("strom",), "current", {"a": "A", "ma": "mA"}, needs_unit=True),
    NumberRow(("power", "watt", "watts", "leistung"), "power", {"w": "W", "kw": "kW"}),
    NumberRow(("energy", "energie"), "energy", _ENERGY, grows=True),
    NumberRow(("illuminance", "lux"), "illuminance", {"lx": "lx", "lux": "lx"}),
    NumberRow(("irradiance",), "irradiance", {"wm2": "W/m²"}),
    NumberRow(("co2", "carbondioxide"), "carbon_dioxide", {"ppm": "ppm"}),
    NumberRow(("co",), "carbon_monoxide", {"ppm": "ppm"}, needs_unit=True),
    NumberRow(("no2",), "nitrogen_dioxide", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("o3", "ozone"), "ozone", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("so2",), "sulphur_dioxide", {"ppb": "ppb", "ugm3": "μg/m³"}, needs_unit=True),
    NumberRow(("voc", "tvoc"), "volatile_organic_compounds_parts", {"ppb": "ppb", "ppm": "ppm"}, needs_unit=True),
    NumberRow(("pm1",), "pm1", {"ugm3": "μg/m³"}),
    NumberRow(("pm25",), "pm25", {"ugm3": "μg/m³"}),
    NumberRow(("pm10",), "pm10", {"ugm3": "μg/m³"}),
    NumberRow(("aqi",), "aqi", {"": None}),
    NumberRow(("moisture",), "moisture", _PERCENT, limits=_FROM_0_TO_100),
    NumberRow(("rssi",), "signal_strength", {"dbm": "dBm"}),
    NumberRow(("frequency", "freq"), "frequency", {"hz": "Hz", "khz": "kHz", "mhz": "MHz"}, needs_unit=True),
    NumberRow(("hz", "frequenz", "frequenza"), "frequency", {"hz": "Hz", "khz": "kHz", "mhz": "MHz"}),
    NumberRow(("kva", "scheinleistung"), "apparent_power", {"kva": "kVA", "va": "VA"}),
    NumberRow(("kvar", "blindleistung"), "reactive_power", {"kvar": "kvar", "var": "var"}),
    NumberRow(("pf", "cosphi", "cosfi", "leistungsfaktor"), "power_factor", {"": None}, limits=(-1.0, 1.0)),
    NumberRow(("flow", "durchfluss", "portata"), "volume_flow_rate", _FLOW, needs_unit=True),
    NumberRow(("rpm", "drehzahl"), None, {"rpm": "rpm"}),
    NumberRow(
        ("distance", "distanza", "height", "depth", "altezza", "profondita", "level", "livello"),
        "distance",
        {"cm": "cm", "mm": "mm", "m": "m", "km": "km"},
        needs_unit=True,
    ),
    NumberRow(("wind", "gust", "vento", "raffica", "boe"), "wind_speed", _WIND, needs_unit=True),
    NumberRow(("speed", "velocity"), "speed", {"kmh": "km/h", "mph": "mph"}, needs_unit=True),
    NumberRow(("weight", "mass"), "weight", {"kg": "kg", "g": "g"}, needs_unit=True),
    NumberRow(("conductivity", "ec"), "conductivity", {"uscm": "μS/cm", "mscm": "mS/cm"}, needs_unit=True),
    NumberRow(("noise", "loudness", "sound"), "sound_pressure", {"db": "dB", "dba": "dBA"}, needs_unit=True),
    NumberRow(("ph",), "ph", {"": None}, limits=(0.0, 14.0)),
    NumberRow(("rainfall", "precipitation"), "precipitation", {"mm": "mm", "cm": "cm"}),
    NumberRow(("rain", "pioggia", "regen"), "precipitation", {"mm": "mm", "cm": "cm"}, needs_unit=True),
    NumberRow(("uptime",), "duration", _TIME),
    NumberRow(
        ("duration", "elapsed", "remaining", "time", "runtime", "laufzeit", "zeit", "dauer", "durata"),
        "duration",
        _TIME,
        needs_unit=True,
    ),
    NumberRow(("percent", "percentage"), None, _PERCENT),
    NumberRow(("cpu", "memory", "disk"), None, _PERCENT, limits=_FROM_0_TO_100),
    NumberRow(("counter", "count", "pulses"), None, {"": None}),
)

_NOTHING = NumberRow((), None, {"": None}, needs_unit=True)
_BY_FIRST_WORD = {row.words[0]: row for row in NUMBERS}

# Two words that together mean something else than the second alone. Those with `_NOTHING` mean nothing here.
BY_PAIR: dict[tuple[str, str], NumberRow] = {
    ("power", "factor"): NumberRow((), "power_factor", {"": None}, limits=(-1.0, 1.0)),
    ("reactive", "power"): NumberRow((), "reactive_power", {"var": "var", "kvar": "kvar"}),
    ("apparent", "power"): NumberRow((), "apparent_power", {"va": "VA", "kva": "kVA"}),
    ("energy", "consumption"): _BY_FIRST_WORD["energy"],
    ("energy", "production"): _BY_FIRST_WORD["energy"],
    ("signal", "strength"): NumberRow((), "signal_strength", {"dbm": "dBm"}, needs_unit=True),
    ("sound", "pressure"): NumberRow((), "sound_pressure", {"db": "dB", "dba": "dBA"}, needs_unit=True),
    ("wind", "speed"): NumberRow((), "wind_speed", _WIND, needs_unit=True),
    ("dew", "point"): _BY_FIRST_WORD["temperature"],
    ("battery", "level"): _BY_FIRST_WORD["battery"],
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
    ("reactive", "energy"): _NOTHING,
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
    ("free", "memory"): _NOTHING,
    ("free", "disk"): _NOTHING,
    ("used", "memory"): _NOTHING,
    ("used", "disk"): _NOTHING,
    ("total", "memory"): _NOTHING,
    ("total", "disk"): _NOTHING,
}

BY_WORD = {word: row for row in NUMBERS for word in row.words}
_UNITS_OF_PAIRS = {word for row in BY_PAIR.values() for word in row.units if word}
UNIT_WORDS = {word for row in NUMBERS for word in row.units if word} | _UNITS_OF_PAIRS
# These may as well be a phase or a channel.
LETTER_UNITS = {word for word in UNIT_WORDS if len(word) == 1}
# A unit that says what is measured, whatever the name is.
BY_UNIT = {
    "kwh": NumberRow((), "energy", _ENERGY),
    "v": _BY_FIRST_WORD["voltage"],
    "mv": _BY_FIRST_WORD["voltage"],
    "ma": _BY_FIRST_WORD["current"],
    "kw": _BY_FIRST_WORD["power"],
    "hpa": _BY_FIRST_WORD["baro"],
    "mbar": _BY_FIRST_WORD["baro"],
    "celsius": _BY_FIRST_WORD["temperature"],
    "fahrenheit": _BY_FIRST_WORD["temperature"],
    "dbm": _BY_FIRST_WORD["rssi"],
    "kg": _BY_FIRST_WORD["weight"],
    "kmh": _BY_FIRST_WORD["speed"],
    "bar": _BY_FIRST_WORD["pressure"],
    "kpa": _BY_FIRST_WORD["pressure"],
    "pa": _BY_FIRST_WORD["pressure"],
    "wm2": _BY_FIRST_WORD["irradiance"],
    "psi": _BY_FIRST_WORD["pressure"],
    "hz": _BY_FIRST_WORD["frequency"],
    "kva": _BY_FIRST_WORD["kva"],
    "kvar": _BY_FIRST_WORD["kvar"],
    "lux": _BY_FIRST_WORD["illuminance"],
    "rpm": _BY_FIRST_WORD["rpm"],
    "km": _BY_FIRST_WORD["distance"],
    "cm": _BY_FIRST_WORD["distance"],
    "m3h": _BY_FIRST_WORD["flow"],
    "lmin": _BY_FIRST_WORD["flow"],
    "pct": _BY_FIRST_WORD["percent"],
    "percent": _BY_FIRST_WORD["percent"],
    "prozent": _BY_FIRST_WORD["percent"],
    "percento": _BY_FIRST_WORD["percent"],
}
# A unit may stand before these: `kwh_import`, and what is counted so only grows.
METERED = frozenset({"import", "export", "imported", "exported", "imp", "exp", "consumed", "produced"})
# What is counted so only grows, too, where the unit is one of an energy: `today_yield_kwh`.
GROWING = METERED | {"total", "tot", "today", "daily", "lifetime", "yield", "production", "generated", "generation"} | {
    "totale", "oggi", "produzione", "gesamt", "heute", "ertrag", "erzeugung", "zaehlerstand",
}  # fmt: skip
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
    "frequenza": _BY_FIRST_WORD["hz"],
}

ACRONYMS = frozenset({"aqi", "co2", "cpu", "gpio", "gps", "id", "ip", "led", "pm10", "pm25", "rpm", "rssi", "uv"})
# Words that say nothing: the key before them is meant.
GENERAL = frozenset({"value", "val", "reading", "measure", "measurement", "avg", "average", "mean", "last", "level"})
# Behind a head noun they say which one of it.
TAILS = GENERAL - {"level"} | {
    "phase", "max", "maximum", "min", "minimum", "total", "today", "inside", "outside", "sensor", "now", "actual",
    "attuale", "istantanea", "massima", "minima", "media", "totale", "oggi", "aktuell", "gesamt", "heute",
}  # fmt: skip
# Where, or in what, something is measured: behind a head noun they say which one of it.
_PLACES = """
    room kitchen living livingroom bedroom bath bathroom hall corridor office garage cellar basement attic roof
    garden house home floor wall zone outdoor indoor outside inside in out inlet outlet top middle bottom left right
    front rear back north south east west upper lower supply return ambient air water oil soil ground tank boiler
    pump motor engine oven cabinet board chip cpu heatsink evaporator condenser compressor collector buffer pool
    fridge freezer greenhouse grid camera cucina bagno salotto soggiorno cantina soffitta tetto giardino casa piano
    zona esterna esterno interna interno ingresso uscita mandata ritorno alto basso sopra sotto destra sinistra nord
    sud est ovest ambiente aria acqua olio suolo terreno serbatoio caldaia pompa motore forno quadro evaporatore
    condensatore compressore cella serra rete prelevata immessa kueche küche bad wohnzimmer schlafzimmer
    kinderzimmer flur buero büro keller dach garten haus aussen außen innen oben unten links rechts vorlauf
    ruecklauf rücklauf luft wasser oel öl boden speicher kessel pumpe ofen halle netz dhw hotwater puffer accumulo
    acs sanitario collettore radiatore radiator heater chamber bed nozzle probe sonda coil exhaust intake coolant
    gearbox bearing winding inverter rack server case gpu hdd ssd core pcb mcu
"""
PLACES = frozenset(_PLACES.split())
# What is told of a quantity with a battery is a battery's only for these.
OF_BATTERY = frozenset(
    {"voltage", "current", "power", "energy", "tensione", "corrente", "potenza", "energia", "spannung"}
)
# Lines of a mains, and units of one letter or two that only stand behind a line's name: `L1_V`, `Tot_W`.
LINES = frozenset({"l1", "l2", "l3", "n", "tot", "total", "sum", "max", "min", "avg"})
BY_UNIT_OF_LINE = {
    "v": _BY_FIRST_WORD["voltage"],
    "a": _BY_FIRST_WORD["current"],
    "w": _BY_FIRST_WORD["power"],
    "va": BY_PAIR["apparent", "power"],
    "var": BY_PAIR["reactive", "power"],
}
# What such a unit measures, for the name of an entity: those of a line or of a battery are several.
NOUN_OF_UNIT = {
    "v": "voltage", "mv": "voltage", "a": "current", "ma": "current", "w": "power", "va": "apparent power",
    "var": "reactive power", "kwh": "energy",
}  # fmt: skip
# Of these no quantity is left, but how far two of it are apart.
DIFFERENCES = frozenset(
    {"offset", "delta", "diff", "difference", "differenz", "differenza", "deviation", "calibration"}
)
# What these number, or set, is not measured.
COUNTLESS = frozenset(
    {"address", "channel", "code", "codice", "err", "error", "errore", "fehler", "fehlercode", "gpio", "id", "index",
     "interval", "limit", "mode", "nr", "number", "pin", "port", "serial", "setpoint", "state", "status", "target",
     "threshold", "type", "version"}
)  # fmt: skip

FLAGS = {
    "charging": "battery_charging",
    "connected": "connectivity",
    "online": "connectivity",
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
    "plugged": "plug",
    "running": "running",
    "heating": "running",
    "cold": "cold",
    # German and Italian.
    "tuer": "door",
    "tür": "door",
    "porta": "door",
    "fenster": "window",
    "finestra": "window",
    "bewegung": "motion",
    "movimento": "motion",
    "rauch": "smoke",
    "fumo": "smoke",
    "leck": "moisture",
    "perdita": "moisture",
    "stoerung": "problem",
    "störung": "problem",
    "fehler": "problem",
    "presenza": "presence",
    "allagamento": "moisture",
    "allarme": "problem",
    "guasto": "problem",
    "errore": "problem",
    "anomalia": "problem",
}
# Italian puts the head noun first: `allarme_temperatura` is an alarm.
FLAGS_HEAD_FIRST = frozenset(
    {"porta", "finestra", "movimento", "fumo", "perdita", "allarme", "guasto", "errore", "anomalia"}
)
FLAG_PAIRS: dict[tuple[str, ...], str] = {
    ("battery", "low"): "battery",
    ("low", "battery"): "battery",
    ("door", "open"): "door",
    ("window", "open"): "window",
    ("gate", "open"): "opening",
    ("garage", "open"): "garage_door",
    ("garage", "door"): "garage_door",
    ("smoke", "alarm"): "smoke",
    ("fire", "alarm"): "smoke",
    ("gas", "alarm"): "gas",
    ("leak", "alarm"): "moisture",
    ("flood", "alarm"): "moisture",
    ("water", "detected"): "moisture",
    ("update", "available"): "update",
}
# What is open, said more exactly than by "open".
OPENED = frozenset({"door", "window", "garage_door"})
# Behind a flag's noun they change nothing.
FLAG_TAILS = GENERAL | {"detected", "active", "on", "sensor", "state", "status", "flag", "contact"} | {
    "aperta", "aperto", "attiva", "attivo", "rilevata", "rilevato", "offen", "aktiv", "erkannt",
}  # fmt: skip
# A flag with one of these says the opposite, or something else.
DENIALS = frozenset(
    {"no", "not", "non", "never", "without", "senza", "ohne", "kein", "keine", "inverted", "invert", "enabled",
     "disabled", "enable"}
)  # fmt: skip
