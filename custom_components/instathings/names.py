"""What the entities of data points are called: the quantity in the language of the house, and whose it is."""

from collections.abc import Collection, Mapping
import re
from typing import NamedTuple

from .api import DataPoint, DataPointKind

# The rows of the tables that have a name in every language.
PLAIN: Mapping[DataPointKind, frozenset[str]] = {
    DataPointKind.SENSOR: frozenset(
        {
            *("apparent_power", "battery", "brightness", "co2", "color_temp", "current", "energy", "frequency"),
            *("humidity", "illuminance", "linkquality", "position", "power", "power_factor", "pressure"),
            *("reactive_power", "rssi", "state", "system_mode", "temperature", "tilt", "uptime", "value", "voc"),
            *("voltage", "device_temperature", "local_temperature", "soil_moisture", "pm25", "pm10", "valve_position"),
            *("ac_frequency", "formaldehyd", "power_outage_count", "smoke_density"),
            *("import_active_energy", "export_active_energy"),
        }
    ),
    DataPointKind.BINARY_SENSOR: frozenset(
        {
            *("battery_low", "carbon_monoxide", "contact", "gas", "mains", "moving", "occupancy", "overtemperature"),
            *("presence", "smoke", "state", "tamper", "value", "vibration", "water_leak", "child_lock", "opening"),
            *("motion", "window_open", "alarm"),
        }
    ),
    DataPointKind.SWITCH: frozenset({"child_lock", "window_detection", "auto_lock", "away_mode"}),
    DataPointKind.EVENT: frozenset({"action"}),
}
_ENERGY = frozenset({"energy", "total", "act", "aenergy", "wh", "kwh", "energie", "energia"})
_RETURNED = frozenset({"ret", "return", "returned"})
# The quantities that have a name in every language with room for whose it is, and the words that say the quantity.
QUANTITIES: Mapping[str, frozenset[str]] = {
    "apparent_power": frozenset({"apparent", "aprt", "aprtpower", "power", "va", "kva"}),
    "battery": frozenset({"battery", "bat", "soc", "percent", "percentage", "level"}),
    "current": frozenset({"current", "ma", "strom", "corrente"}),
    "energy": _ENERGY,
    "frequency": frozenset({"frequency", "freq", "hz"}),
    "humidity": frozenset({"humidity", "hum", "rh", "feuchte", "luftfeuchte", "umidita"}),
    "power": frozenset({"act", "active", "apower", "power", "w", "kw", "leistung", "potenza"}),
    "power_factor": frozenset({"power", "factor", "pf"}),
    "reactive_power": frozenset({"reactive", "power", "var", "kvar"}),
    "returned_energy": _ENERGY | _RETURNED,
    "signal_strength": frozenset({"rssi", "signal", "strength", "dbm"}),
    "temperature": frozenset({"temperature", "temp", "tc", "c", "celsius", "fahrenheit", "temperatur", "temperatura"}),
    "voltage": frozenset({"voltage", "v", "mv", "spannung", "tensione"}),
}
# The parts of a Shelly's status are numbered; which part it is, the quantity says already.
PARTS = frozenset(
    {
        *("cct", "cover", "em", "em1", "em1data", "emdata", "emeters", "light", "lights", "meters", "pm1", "relays"),
        *("rgb", "rgbcct", "rgbw", "rollers", "switch", "voltmeter"),
    }
)
ACRONYMS = frozenset(
    {
        *("ac", "bms", "co", "ct", "dc", "f", "id", "ir", "l", "led", "mppt", "pm", "pv", "rgb", "rms", "tvoc"),
        *("usb", "uv", "voc"),
    }
)
# The words that a Shelly writes in short; the parts without a word are named by what they measure.
_WRITTEN_OUT: Mapping[str, str] = {
    "bat": "battery", "blutrv": "TRV", "bthomedevice": "BTHome device", "bthomesensor": "BTHome sensor",
    "cb": "circuit breaker", "devicepower": "", "ext": "external", "illuminance": "", "pos": "position",
    "presencezone": "presence zone", "ret": "returned",
}  # fmt: skip
# The key of the value of a device that sends no more than that. Alone it is called like its device: its translation
# key has an icon, and no text.
VALUE, ONLY_VALUE = "value", "only_value"

# `meters.1.power`, `switch:1.apower`
_PART = re.compile(r"(?P<part>\w+)[.:](?P<number>\d+)\.(?P<rest>.+)")
# The number of an item, counted from 0: `.0` of `common_list.0.val`, `:100` of `voltmeter:100.voltage`. The number of
# `pump_1` is the device's own.
_ITEM = re.compile(r"(?:(?<!\d)\.|:)(\d+)(?=\.|$)")
# The numbers of what is wired to an add-on.
ADD_ON_FROM = 100
# A number of a list, counted from 1: `Power.#2`.
_LISTED = re.compile(r"\.#(\d+)$")
_WORD = re.compile(r"([^\W\d_]*)(\d*)")
# A letter alone is a phase only where a name begins with it: an `a` behind other words is a unit or a part.
_PHASE = re.compile(r"(?i)(?<!\S)ph(?:ase)? ([abcrst])(?!\S)|^([abc])(?!\S)")
# The unit of a current, behind whose it is.
_AMPERES = re.compile(r"(?<=\S)(?<!Phase) [aA](?!\S)")
# The `L` of `childLock`, but not the `C` of `tC`.
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z]{2})[A-Z](?=[^\W\d_A-Z]|$)")
# A value that is called so.
_VALUE = re.compile(r"(?<=\w)\.(?:v|val|value)$")
# What is left of `input:1.state`, `boolean:200.value` and `inputs.0.input` without its last word.
_ONLY_PART = re.compile(r"(\w+?)s?[.:]\d+\.(?:state|value|\1)")


class Name(NamedTuple):
    """A key of the translations, and what goes into its text in the place of `name`."""

    translation_key: str | None
    name: str | None = None

    @property
    def placeholders(self) -> Mapping[str, str]:
        """Return what goes into the text, as Home Assistant takes it."""
        return {} if self.name is None else {"name": self.name}


def name_of(data_point: DataPoint, paths: Collection[str]) -> Name:
    """Return the name of a data point; `paths` are all of its device."""
    rule, path = data_point.rule, data_point.path
    if rule.key == VALUE and len(paths) == 1:
        return Name(ONLY_VALUE)
    if rule.is_plain and rule.key in PLAIN.get(data_point.kind, ()):
        return Name(rule.key)
    quantity = rule.device_class or ""
    if quantity == "energy" and not _RETURNED.isdisjoint(re.split(r"[._]", path.lower())):
        quantity = "returned_energy"
    nouns = QUANTITIES.get(quantity)
    if nouns is None or data_point.kind is not DataPointKind.SENSOR:
        # Two keys of the same text: what has a device class gets its icon from that.
        return Name("named" if rule.device_class else "other", humanized(path, paths))
    owner = _owner(path, nouns, paths)
    if not owner:
        return Name(quantity)
    return Name(f"{quantity}_{'number' if owner.isdigit() else 'of'}", owner)


def _owner(path: str, nouns: frozenset[str], paths: Collection[str]) -> str:
    """Return what is left of a path without the quantity: `power_pv1` is of "PV1", `meters.1.power` of "2"."""
    number = ""
    if (found := _PART.fullmatch(path)) is not None and found["part"].lower() in PARTS | nouns:
        number = _counted(found["number"]) if _has_siblings(path, found.end("part"), paths) else ""
        path = found["rest"] if not _has_twin(found, paths) else f"{found['part']}.{found['rest']}"
    owner: list[str] = []
    path = _VALUE.sub("", _with_numbers(path, paths))
    for word, digits in _WORD.findall(_CAMEL.sub(_small, path)):
        if word.lower() not in nouns:
            written = _WRITTEN_OUT.get(word.lower())
            owner += [f"{_written(word)}{digits}"] if written is None else [written, digits]
        elif digits:
            owner.append(digits)
    # Of a phase, and of the neutral wire.
    text = _PHASE.sub(_phase, " ".join(filter(None, (*owner, number))), count=1)
    if "current" in nouns:
        text = _AMPERES.sub("", text)
    return "Neutral" if text == "n" else _capitalized(text)


def _small(found: re.Match[str]) -> str:
    return f"_{found[0].lower()}"


def _written(word: str) -> str:
    """Return a word in the letters that people write it in: `led`, `co2` and `l1` are capitals."""
    return word.upper() if word.rstrip("0123456789").lower() in ACRONYMS else word


def _phase(found: re.Match[str]) -> str:
    return f"Phase {(found[1] or found[2]).upper()}"


def _with_numbers(path: str, paths: Collection[str]) -> str:
    """Return a path with the numbers of its items as people count, and without one that tells nothing apart."""
    counted = _ITEM.sub(
        lambda found: f"_{_counted(found[1])}" if _has_siblings(path, found.start(), paths) else "", path
    )
    return _LISTED.sub(r"_\1", counted)


def _has_siblings(path: str, end: int, paths: Collection[str]) -> bool:
    """Return True if there are other numbers behind the part of a path that ends at `end`."""
    start = path[: end + 1]
    items = (_ITEM.match(one, end) for one in paths if one.startswith(start))
    return len({item[1] for item in items if item is not None}) > 1


def _has_twin(part: re.Match[str], paths: Collection[str]) -> bool:
    """Return True if a part of another kind has the same: a `cct:0` beside an `rgb:0`."""
    ends = (one.partition(".")[0] for one in paths if one.endswith(f".{part['rest']}"))
    kinds = {one.partition(":")[0] for one in ends if ":" in one}
    return len(kinds & PARTS) > 1


def _counted(number: str) -> str:
    """Return a number as people count: from 1; what a Shelly's add-on has is called by its own number from 100 on."""
    return number if int(number) >= ADD_ON_FROM else str(int(number) + 1)


def humanized(path: str, paths: Collection[str] = ()) -> str:
    """Return a path as a name: `meters.0.power` is "Meter 1 power", `input:0.state` of two inputs "Input 1"."""
    if _ONLY_PART.fullmatch(path):
        path = path.rpartition(".")[0]
    words: list[str] = []
    is_of_part = ":" in path
    counted = _with_numbers(path, paths) if is_of_part else _all_counted(path)
    for word in re.split(r"[._]+", _CAMEL.sub(_small, counted)):
        if word.isdigit() and words:
            words[-1] = words[-1].removesuffix("s")
        words.append(_WRITTEN_OUT[word] if is_of_part and word in _WRITTEN_OUT else _written(word))
    return _capitalized(" ".join(filter(None, words)))


def _all_counted(path: str) -> str:
    return _LISTED.sub(r"_\1", _ITEM.sub(lambda found: f"_{_counted(found[1])}", path))


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
