"""The vocabulary by which the words of a key are read (docs/protocol/instathings.md#words-of-a-key): tables only.

Words are in lower case and without accents, in English, German, Italian and French. Units and device classes are the
values of Home Assistant's enumerations.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Quantity(NamedTuple):
    """What is measured: device class, the unit it comes in where the key names none, and the units it can come in."""

    device_class: str | None
    unit: str | None
    units: Sequence[str] = ()
    state_class: str = "measurement"


TEMPERATURE = Quantity("temperature", "°C", ("°C", "°F"))
# A difference: no device measures a room in K.
DIFFERENCE = Quantity("temperature_delta", "K", ("K",))
HUMIDITY = Quantity("humidity", "%", ("%",))
ABSOLUTE_HUMIDITY = Quantity("absolute_humidity", "g/m³", ("g/m³", "mg/m³"))
VOLTAGE = Quantity("voltage", "V", ("V", "mV", "kV"))
CURRENT = Quantity("current", "A", ("A", "mA"))
POWER = Quantity("power", "W", ("W", "kW", "MW"))
ENERGY = Quantity("energy", "kWh", ("kWh", "Wh", "MWh", "GJ", "MJ"), "total_increasing")
FREQUENCY = Quantity("frequency", "Hz", ("Hz", "kHz"))
POWER_FACTOR = Quantity("power_factor", None, ("%",))
APPARENT = Quantity("apparent_power", "VA", ("VA", "kVA"))
REACTIVE = Quantity("reactive_power", "var", ("var", "kvar"))
REACTIVE_ENERGY = Quantity("reactive_energy", "kvarh", ("kvarh", "varh"), "total_increasing")
# Home Assistant has no class for it.
APPARENT_ENERGY = Quantity(None, "kVAh", ("kVAh", "VAh"), "total_increasing")
ILLUMINANCE = Quantity("illuminance", "lx", ("lx",))
IRRADIANCE = Quantity("irradiance", "W/m²", ("W/m²",))
BATTERY = Quantity("battery", "%", ("%",))
CO2 = Quantity("carbon_dioxide", "ppm", ("ppm",))
CO = Quantity("carbon_monoxide", "ppm", ("ppm",))
SIGNAL = Quantity("signal_strength", "dBm", ("dBm", "dB"))
SOUND = Quantity("sound_pressure", None, ("dB", "dBA"))
MOISTURE = Quantity("moisture", "%", ("%",))
PERCENTAGE = Quantity(None, "%", ("%",))
ANGLE = Quantity(None, "°", ("°",))
DIRECTION = Quantity("wind_direction", "°", ("°",), "measurement_angle")
UV_INDEX = Quantity(None, "UV index")
PM1, PM25, PM4, PM10 = (Quantity(name, "μg/m³", ("μg/m³",)) for name in ("pm1", "pm25", "pm4", "pm10"))
# Without a unit in the key these may be of several.
PRESSURE = Quantity("pressure", None, ("hPa", "kPa", "Pa", "bar", "mbar", "psi", "mmHg", "inHg"))
GAS = Quantity("gas", None, ("m³", "L", "ft³"), "total_increasing")
WATER = Quantity("water", None, ("m³", "L", "gal", "ft³"), "total_increasing")
VOLUME = Quantity("volume", None, ("m³", "L", "mL", "gal", "ft³"), "total_increasing")
FLOW = Quantity("volume_flow_rate", None, ("m³/h", "L/min", "L/h", "L/s", "m³/s", "gal/min", "mL/s"))
WIND = Quantity("wind_speed", None, ("m/s", "km/h", "mph", "kn"))
SPEED = Quantity("speed", None, ("m/s", "km/h", "mph", "mm/s"))
RAIN = Quantity("precipitation", None, ("mm", "in", "cm"), "total_increasing")
RAIN_RATE = Quantity("precipitation_intensity", None, ("mm/h", "in/h"))
DISTANCE = Quantity("distance", None, ("m", "cm", "mm", "km", "in", "ft", "mi"))
WEIGHT = Quantity("weight", None, ("kg", "g", "lb", "oz"))
DURATION = Quantity("duration", None, ("s", "min", "h", "d", "ms"))
VOC_PARTS = Quantity("volatile_organic_compounds_parts", None, ("ppb", "ppm"))
VOC_MASS = Quantity("volatile_organic_compounds", None, ("μg/m³", "mg/m³"))
OZONE = Quantity("ozone", None, ("μg/m³",))
NO2 = Quantity("nitrogen_dioxide", None, ("μg/m³",))
SO2 = Quantity("sulphur_dioxide", None, ("μg/m³",))
ENERGY_STORED = Quantity("energy_storage", None, ("kWh", "Wh", "MWh"))
RADON = Quantity("radon", None, ("Bq/m³", "pCi/L"))
CONDUCTIVITY = Quantity("conductivity", None, ("μS/cm", "mS/cm"))
# How long a machine has run.
OPERATION = Quantity("duration", "h", ("h", "min", "s"), "total_increasing")
OPERATING_TIME = Quantity("duration", None, ("h", "min", "s", "d"), "total_increasing")
# What a meter takes the mean of.
DEMAND = Quantity("power", None, ("W", "kW"))
FORMALDEHYDE = Quantity(None, None, ("mg/m³", "μg/m³", "ppb", "ppm"))

# By the last one or two words.
QUANTITIES = {
    "temperature": TEMPERATURE, "temp": TEMPERATURE, "tmp": TEMPERATURE, "temperatura": TEMPERATURE,
    "temperatur": TEMPERATURE, "dew point": TEMPERATURE, "dewpoint": TEMPERATURE, "taupunkt": TEMPERATURE,
    "wind chill": TEMPERATURE, "windchill": TEMPERATURE, "heat index": TEMPERATURE, "feels like": TEMPERATURE,
    "humidity": HUMIDITY, "hum": HUMIDITY, "humi": HUMIDITY, "umidita": HUMIDITY, "luftfeuchtigkeit": HUMIDITY,
    "luftfeuchte": HUMIDITY, "feuchte": HUMIDITY, "feuchtigkeit": HUMIDITY, "humidite": HUMIDITY, "voltage": VOLTAGE,
    "volt": VOLTAGE, "volts": VOLTAGE, "tensione": VOLTAGE, "spannung": VOLTAGE, "tension": VOLTAGE,
    "current": CURRENT, "amps": CURRENT, "amperage": CURRENT, "ampere": CURRENT, "corrente": CURRENT,
    "courant": CURRENT, "ladestrom": CURRENT, "power": POWER, "watt": POWER, "watts": POWER, "active power": POWER,
    "potenza": POWER, "leistung": POWER, "puissance": POWER, "power active": POWER, "wirkleistung": POWER,
    "potenza attiva": POWER, "puissance active": POWER, "energy": ENERGY, "active energy": ENERGY, "energia": ENERGY,
    "energie": ENERGY, "energy active": ENERGY, "wirkenergie": ENERGY, "energia attiva": ENERGY,
    "energie active": ENERGY, "frequency": FREQUENCY, "freq": FREQUENCY, "frequenza": FREQUENCY, "frequenz": FREQUENCY,
    "frequence": FREQUENCY, "power factor": POWER_FACTOR, "powerfactor": POWER_FACTOR, "pf": POWER_FACTOR,
    "cos phi": POWER_FACTOR, "cosphi": POWER_FACTOR, "leistungsfaktor": POWER_FACTOR, "apparent power": APPARENT,
    "power apparent": APPARENT, "scheinleistung": APPARENT, "potenza apparente": APPARENT,
    "puissance apparente": APPARENT, "reactive power": REACTIVE, "power reactive": REACTIVE, "blindleistung": REACTIVE,
    "potenza reattiva": REACTIVE, "puissance reactive": REACTIVE, "reactive energy": REACTIVE_ENERGY,
    "energy reactive": REACTIVE_ENERGY, "blindenergie": REACTIVE_ENERGY, "blindarbeit": REACTIVE_ENERGY,
    "energia reattiva": REACTIVE_ENERGY, "energie reactive": REACTIVE_ENERGY, "apparent energy": APPARENT_ENERGY,
    "energy apparent": APPARENT_ENERGY, "illuminance": ILLUMINANCE, "lux": ILLUMINANCE, "illuminance lux": ILLUMINANCE,
    "luminosity": ILLUMINANCE, "beleuchtungsstarke": ILLUMINANCE, "irradiance": IRRADIANCE, "irradiation": IRRADIANCE,
    "solar radiation": IRRADIANCE, "battery": BATTERY, "battery soc": BATTERY, "soc": BATTERY,
    "battery level": BATTERY, "battery percentage": BATTERY, "batteria": BATTERY, "batterie": BATTERY, "akku": BATTERY,
    "ladestand": BATTERY, "co2": CO2, "co2 level": CO2, "co2 concentration": CO2, "co": CO, "carbon dioxide": CO2,
    "carbon monoxide": CO, "kohlendioxid": CO2, "rssi": SIGNAL, "pressure": PRESSURE, "pressione": PRESSURE,
    "druck": PRESSURE, "luftdruck": PRESSURE, "pression": PRESSURE, "percent": PERCENTAGE, "percentage": PERCENTAGE,
    "gas": GAS, "water": WATER, "water consumption": WATER, "wasser": WATER, "acqua": WATER, "volume": VOLUME,
    "flow": FLOW, "flow rate": FLOW, "flowrate": FLOW, "durchfluss": FLOW, "volumenstrom": FLOW, "portata": FLOW,
    "debit": FLOW, "wind speed": WIND, "windspeed": WIND, "gust": WIND, "wind gust": WIND, "gust speed": WIND,
    "windgeschwindigkeit": WIND, "speed": SPEED, "wind direction": DIRECTION, "wind dir": DIRECTION,
    "winddirection": DIRECTION, "windrichtung": DIRECTION, "rain": RAIN, "rainfall": RAIN, "precipitation": RAIN,
    "niederschlag": RAIN, "regen": RAIN, "pioggia": RAIN, "rain rate": RAIN_RATE, "rain intensity": RAIN_RATE,
    "uv index": UV_INDEX, "uvi": UV_INDEX, "distance": DISTANCE, "depth": DISTANCE, "height": DISTANCE,
    "distanza": DISTANCE, "entfernung": DISTANCE, "weight": WEIGHT, "gewicht": WEIGHT, "peso": WEIGHT,
    "duration": DURATION, "uptime": DURATION, "runtime": DURATION, "soil moisture": MOISTURE, "moisture": MOISTURE,
    "noise": SOUND, "noise level": SOUND, "sound level": SOUND, "tvoc": VOC_PARTS, "voc": VOC_PARTS, "ozone": OZONE,
    "o3": OZONE, "no2": NO2, "so2": SO2, "radon": RADON, "conductivity": CONDUCTIVITY, "formaldehyde": FORMALDEHYDE,
    "hcho": FORMALDEHYDE, "demand": DEMAND, "ch2o": FORMALDEHYDE, "pm1": PM1, "pm25": PM25, "pm4": PM4, "pm10": PM10,
    "absolute humidity": ABSOLUTE_HUMIDITY, "abs humidity": ABSOLUTE_HUMIDITY, "abs humid": ABSOLUTE_HUMIDITY,
    "humid": HUMIDITY, "rh": HUMIDITY, "rhum": HUMIDITY, "atmp": TEMPERATURE, "rco2": CO2, "eco2": CO2, "pm01": PM1,
    "pm02": PM25, "real power": POWER, "realpower": POWER, "import active": ENERGY, "export active": ENERGY,
    "electricity": ENERGY, "import reactive": REACTIVE_ENERGY, "export reactive": REACTIVE_ENERGY, "yield": ENERGY,
    "soe": BATTERY, "moi": MOISTURE, "charge level": BATTERY, "bat level": BATTERY, "batt level": BATTERY,
    "battery v": VOLTAGE, "bat v": VOLTAGE, "batt v": VOLTAGE, "available energy": ENERGY_STORED,
    "energy available": ENERGY_STORED, "remaining energy": ENERGY_STORED, "energy remaining": ENERGY_STORED,
    "reserve energy": ENERGY_STORED, "stored energy": ENERGY_STORED, "energy stored": ENERGY_STORED,
    "capacity": ENERGY_STORED, "illumination": ILLUMINANCE, "luminance": ILLUMINANCE, "helligkeit": ILLUMINANCE,
    "wind": WIND, "wind max": WIND, "wind avg": WIND, "dist": DISTANCE, "temperature difference": DIFFERENCE,
    "temp difference": DIFFERENCE, "temperature diff": DIFFERENCE, "temp diff": DIFFERENCE, "total liter": WATER,
    "betriebsstunden": OPERATION,
    **{f"e {of}": ENERGY for of in ("total", "load", "day", "today", "month", "year")},
    **{f"{what} time": OPERATING_TIME for what in ("operating", "working", "work", "running", "run")},
    **{f"{what} hours": OPERATION for what in ("operating", "operation", "running", "working", "run", "runtime")},
    **{f"{what} hours": OPERATION for what in ("compressor", "burner", "pump", "fan", "heating", "flow")},
}  # fmt: skip
# Words that weather stations write as one, without a capital between.
GLUED: Mapping[str, Sequence[str]] = {
    "winddir": ("wind", "dir"), "windspd": ("windspeed",), "windgust": ("gust",), "solarradiation": ("solar",
    "radiation"),
    "soilmoisture": ("soil", "moisture"), "soilhum": ("soil", "moisture"), "humidityin": ("humidity", "in"),
    "baromabsin": ("pressure", "inhg"), "baromrelin": ("pressure", "inhg"), "baromabshpa": ("pressure", "hpa"),
    "baromrelhpa": ("pressure", "hpa"),
    **{f"{wind}{unit}": (word, unit) for wind, word in (("windspeed", "windspeed"), ("windgust", "gust"))
       for unit in ("mph", "kmh", "ms", "kts")},
    **{f"{name}{unit}": (*words, unit) for unit in ("f", "c") for name, words in (
        ("temp", ("temp",)), ("tempin", ("temp", "in")), ("tempfeels", ("temp",)), ("dewpoint", ("dewpoint",)),
        ("dewpointin", ("dewpoint", "in")), ("dewpt", ("dewpoint",)), ("windchill", ("windchill",)),
        ("heatindex", ("heat", "index")), ("soiltemp", ("soil", "temp")),
    )},
    **{f"rainrate{unit}": ("rain", "rate", f"{unit}h") for unit in ("in", "mm")},
    # Makers of inverters put the letter of the quantity first.
    **{f"{letter}{of}": (of, quantity) for of in ("pv", "grid", "battery", "load", "backup") for letter, quantity in
       (("v", "voltage"), ("i", "current"), ("p", "power"), ("f", "frequency"))},
    **{f"{time}rain{unit}": (time, "rain", unit) for unit in ("in", "mm")
       for time in ("event", "hour", "hourly", "daily", "weekly", "monthly", "yearly", "total")},
}  # fmt: skip
# A unit that the key states outright, or that stands beside the value.
UNITS = {
    "kwh": "kWh", "wh": "Wh", "mwh": "MWh", "gj": "GJ", "mj": "MJ", "kw": "kW", "w": "W", "v": "V", "mv": "mV",
    "a": "A", "ma": "mA", "va": "VA", "kva": "kVA", "vah": "VAh", "kvah": "kVAh", "var": "var", "kvar": "kvar",
    "kvarh": "kvarh", "varh": "varh", "hz": "Hz", "khz": "kHz", "c": "°C", "degc": "°C", "celsius": "°C", "f": "°F",
    "degf": "°F", "fahrenheit": "°F", "k": "K", "ppm": "ppm", "ppb": "ppb", "lx": "lx", "lux": "lx", "dbm": "dBm",
    "db": "dB", "dba": "dBA", "hpa": "hPa", "kpa": "kPa", "pa": "Pa", "bar": "bar", "mbar": "mbar", "psi": "psi",
    "mmhg": "mmHg", "inhg": "inHg", "percent": "%", "pct": "%", "m3": "m³", "ft3": "ft³", "l": "L", "liter": "L",
    "litre": "L", "ml": "mL", "gal": "gal", "m3h": "m³/h", "lmin": "L/min", "lpm": "L/min", "lh": "L/h", "ls": "L/s",
    "galmin": "gal/min", "gpm": "gal/min", "ms": "m/s", "mps": "m/s", "kmh": "km/h", "kph": "km/h", "mph": "mph",
    "kn": "kn", "mm": "mm", "cm": "cm", "m": "m", "km": "km", "in": "in", "inch": "in", "ft": "ft", "mmh": "mm/h",
    "inh": "in/h", "wm2": "W/m²", "ugm3": "μg/m³", "mgm3": "mg/m³", "bqm3": "Bq/m³", "uscm": "μS/cm", "mscm": "mS/cm",
    "mmhr": "mm/h", "inhr": "in/h", "m3ph": "m³/h", "lph": "L/h", "lps": "L/s", "mih": "mph", "mi": "mi",
    "miles": "mi", "inches": "in", "feet": "ft", "knots": "kn", "kts": "kn", "hours": "h", "minutes": "min",
    "seconds": "s", "gm3": "g/m³", "kg": "kg", "g": "g", "lb": "lb", "s": "s", "sec": "s", "min": "min", "h": "h",
    "d": "d", "°": "°", "deg": "°",
}  # fmt: skip
# Units as they are spelled out beside a value.
SPELLED = {
    "%": "%", "volt": "V", "volts": "V", "watt": "W", "watts": "W", "ampere": "A", "amps": "A", "hour": "h",
    "ms": "ms", "days": "d", "prozent": "%", "grad": "°C", "stunden": "h", "minuten": "min", "sekunden": "s",
    "liters": "L",
}  # fmt: skip
# What a unit that stands beside a value is one of, whatever the key is called.
OF_UNIT: Mapping[str, Quantity] = {
    unit: quantity
    for quantity in (
        *(TEMPERATURE, DIFFERENCE, VOLTAGE, CURRENT, POWER, ENERGY, FREQUENCY, APPARENT, REACTIVE, REACTIVE_ENERGY),
        *(
            APPARENT_ENERGY,
            ILLUMINANCE,
            IRRADIANCE,
            PRESSURE,
            PERCENTAGE,
            FLOW,
            DISTANCE,
            DURATION,
            CONDUCTIVITY,
            ANGLE,
        ),
        *(SIGNAL, RAIN_RATE, RADON, SPEED, WEIGHT),
    )
    for unit in quantity.units
}
# As the last word of a key only these say it, too: `v` may be a value, and `c` a phase.
OF_LAST_WORD = {
    unit: OF_UNIT[unit]
    for unit in (
        *(
            "kWh",
            "Wh",
            "MWh",
            "kW",
            "Hz",
            "lx",
            "kvarh",
            "varh",
            "kvar",
            "kVA",
            "mV",
            "mA",
            "hPa",
            "kPa",
            "mbar",
            "psi",
        ),
        *("inHg", "mmHg", "L/min", "L/h", "m³/h", "W/m²", "dBm"),
    )
}
# These may be settings as well: a word for one counts where its unit is stated.
ONLY_WITH_UNIT = (DISTANCE, SPEED, FLOW, DEMAND, DURATION, WEIGHT, SOUND, FORMALDEHYDE, ENERGY_STORED)
# In another unit the quantity is another one: `Power_va` is an apparent power.
RELATED: Mapping[Quantity, Sequence[Quantity]] = {
    POWER: (APPARENT, REACTIVE),
    DEMAND: (APPARENT, REACTIVE),
    ENERGY: (REACTIVE_ENERGY, APPARENT_ENERGY),
}
# Units that may stand before the part that they are of: "V L1-N", "W sys".
BEFORE = frozenset({"v", "a", "w", "kw", "va", "kva", "var", "kvar", "hz", "kwh"})
# Things that are quantities by themselves, and after another quantity say of what that is: `voltage_battery`.
THINGS = frozenset({"battery", "batterie", "batteria", "akku", "gas", "water", "wasser", "acqua", "rain", "flow"})
# A short word with a number is one of several, too (`hc1`, `t2`): its place is taken by "#".
# Which one of several, or of which time: these may follow a quantity.
FOLLOWING = frozenset(
    {
        "a", "b", "c", "r", "s", "t", "n", "l", "x", "y", "z", "ab", "bc", "ca", "l1", "l2", "l3", "phase", "ph", "in",
        "out", "input", "output", "inside", "outside", "indoor", "outdoor", "internal", "external", "left", "right",
        "top", "bottom", "center", "grid", "load", "pv", "pcc", "battery", "bat", "ambient", "probe", "avg", "average",
        "mean", "actual", "measured", "instantaneous", "rms", "h", "ein", "aus", "durchschnitt", "curr", "ac", "dc",
        "value", "val", "netz", "innen", "aussen", "vorlauf", "rucklauf", "esterna", "interna", "esterno", "interno",
        "ambiente", "mandata", "ritorno", "istantanea", "exterieure", "interieure", "n1", "n2", "fase", "rete",
        "supply", "return", "room", "air", "channel", "ch", "sensor", "now", "zone", "circuit", "string", "mppt",
        "kreis", "heizkreis", "an", "bn", "cn", "ln", "ll", "est", "estimated", "peak", "compensated", "fields",
        "values", "real", "eps", "line", "offgrid", "ext", "sys", "signed", "mass", "concentration", "#",
    }
)  # fmt: skip
# Where it is measured, and with which chip: these may follow what a place has.
PLACES = frozenset(
    {
        "net", "cell", "pack", "module", "bms", "mos", "mosfet", "inverter", "heatsink", "board", "cpu", "soil",
        "coil", "tank", "boiler", "evaporator", "condenser", "compressor", "collector", "solar", "photovoltaics",
        "panel", "pool", "floor", "ground", "brine", "buffer", "dhw", "exhaust", "intake", "outlet", "inlet",
        "suction", "puffer", "speicher", "kessel", "boden", "equipment", "device", "enclosure", "sht", "ds", "dht",
        "ntc", "htu", "bme", "bmp", "pt",
    }
)  # fmt: skip
PLACED = (TEMPERATURE, HUMIDITY, MOISTURE, VOLTAGE, POWER, POWER_FACTOR, FREQUENCY)
# Which one, after a unit.
WHICH = frozenset({"l1", "l2", "l3", "n", "sys", "phase", "total", "tot", "#"})
# Of a counter only: what was consumed today is no other quantity.
PERIODS = frozenset(
    {
        "today", "day", "daily", "month", "monthly", "year", "yearly", "yesterday", "lifetime", "import", "imported",
        "export", "exported", "consumed", "produced", "returned", "forward", "reverse", "delivered", "received",
        "charge", "charged", "discharge", "discharged", "oggi", "heute", "gesamt", "bezug", "einspeisung",
        "consumption", "production", "generated", "prelevata", "immessa", "aujourdhui", "used", "supplied", "absorbed",
        "week", "weekly", "last", "previous", "gestern", "plus", "minus", "imp", "exp", "purchased", "feedin", "this",
        "usage", "bought", "sold", "purchase", "selling", "feed", "cumulative",
    }
)  # fmt: skip
# What is counted over a time, the words for such a time, and those for a house's electricity: `daily load consumption`.
COUNTED = frozenset(
    {"production", "generation", "consumption", "charge", "discharge", "import", "export", "return", "feed", "feedin"}
)
TIMES = frozenset(
    {
        "daily",
        "today",
        "month",
        "monthly",
        "year",
        "yearly",
        "total",
        "lifetime",
        "cumulative",
        "yesterday",
        "last",
        "this",
    }
)
ELECTRIC = frozenset({"pv", "solar", "battery", "bat", "grid", "load", "house", "home", "meter", "e"})
# These are ones of electricity by themselves.
MADE = frozenset({"production", "generation"})
# A counter of a time that is over counts no more.
OVER = frozenset({"yesterday", "gestern", "last", "previous"})
# Of a power these say which way it flows.
FLOWING = (POWER, CURRENT, APPARENT, REACTIVE)
DIRECTIONS = frozenset(
    {
        "import", "imported", "export", "exported", "forward", "reverse", "charge", "discharge", "bezug",
        "einspeisung", "prelevata", "immessa", "supplied", "absorbed", "imp", "exp", "feedin",
    }
)  # fmt: skip
# In Italian and French the noun comes first: what follows says of what it is one.
NOUN_FIRST = frozenset(
    {
        "temperatura", "umidita", "tensione", "corrente", "potenza", "energia", "frequenza", "pressione", "portata",
        "humidite", "tension", "courant", "puissance", "frequence", "pression", "debit",
    }
)  # fmt: skip
# Of what adds up, or is one of all phases: a total of voltages is none.
SUMS = frozenset({"total", "tot", "sum", "totale", "gesamt", "summe"})
# The last word of a setting, of whatever it is one: of a quantity, of a time, or of itself.
OF_QUANTITY = frozenset(
    {"threshold", "limit", "hysteresis", "deadband", "deadzone", "setpoint", "setback", "min", "max", "protection"}
)
CORRECTIONS = frozenset({"calibration", "offset", "correction", "compensation"})
OF_ITSELF = frozenset(
    {
        "sensitivity", "timeout", "delay", "interval", "schedule", "brightness", "behavior", "behaviour", "period",
        "enable", "enabled", "indicator", "timer", "mode", "setting", "settings", "config", "lock", "lockout", "range",
        "melody", "ringtone", "reporting", "debounce", "cooldown", "invert", "inverted", "reset", "mute", "silence",
    }
)  # fmt: skip
# The classes that a setting may have.
SETTABLE = frozenset({"temperature", "voltage", "current", "power", "frequency"})
# What is wanted, allowed, or corrected of a quantity.
WANTED = frozenset(
    {
        "max", "min", "maximum", "minimum", "target", "tgt", "set", "setpoint", "limit", "threshold", "desired",
        "preset", "comfort", "eco", "away", "holiday", "economy", "boost", "frost", "antifrost", "freeze", "freezing",
        "protection", "default", "high", "low", "upper", "lower", "over", "under", "rated", "nominal", "calibrated",
        "alarm", "night", "manual", "auto", "schedule", "scheduled", "startup", "report", "reporting", "enable",
        "calibrate", "calibration", "offset", "override", "weekday", "weekend", "hysteresis", "deadzone", "deviation",
        "reserve", "timeofuse", "stop", "start", "restart", "reserved", "soll", "sollwert", "ziel", "nenn", "grenz",
        "wunsch", "consigne", "impostata", "obiettivo", "cible", "massima", "minima", "massimo", "minimo", "maximale",
        "minimale",
    }
)  # fmt: skip
# Beside these a word for a quantity or a flag is none.
SPOILING = frozenset(
    {
        "color", "colour", "price", "cost", "tariff", "ratio", "divisor", "multiplier", "no", "raw", "delta", "code",
        "transmit", "transmission", "tx", "update", "use", "on", "when", "if", "factory", "logic", "clear", "enable",
        "thd", "maybe", "version", "without", "aqi", "history", "preis", "kosten", "prezzo", "prix", "mac", "costo",
        "tariffa", "cicli", "ore", "conteggio", "cycles",
    }
)  # fmt: skip
# Flags by their last one or two words.
FLAGS = {
    "motion": "motion", "movement": "motion", "occupancy": "occupancy", "presence": "occupancy", "smoke": "smoke",
    "leak": "moisture", "water leak": "moisture", "leakage": "moisture", "flood": "moisture", "tamper": "tamper",
    "vibration": "vibration", "battery low": "battery", "low battery": "battery", "window open": "window",
    "door open": "door", "open window": "window", "open door": "door", "overtemperature": "heat", "overheat": "heat",
    "overload": "problem", "overvoltage": "problem", "undervoltage": "problem", "overcurrent": "problem",
    "overpower": "problem", "ext power": "power", "pir": "motion", "leaking": "moisture", "wet": "moisture",
    "leakage status": "moisture", "leak status": "moisture", "magnet status": "opening", "door": "door",
    "garage door": "garage_door", "window": "window", "opening": "opening", "problem": "problem", "fault": "problem",
    "connected": "connectivity", "vehicle connected": "plug", "car connected": "plug", "online": "connectivity",
    "charging": "battery_charging", "bewegung": "motion", "movimento": "motion", "rauch": "smoke", "fumo": "smoke",
}  # fmt: skip
