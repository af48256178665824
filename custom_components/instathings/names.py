"""What the entities of data points are called: the quantity in the language of the house, and whose it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
import re
from typing import NamedTuple

from .api import DataPoint, DataPointKind
from .common.names.beside import VALUE_KEYS, has_unit
from .common.names.flags import flag_of
from .common.names.numbers import meaning_of, names_quantity
from .common.names.units import without_unit
from .common.names.words import SHORT

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
# The device classes that have a name in every language with room for whose it is, and the words that say the class.
QUANTITIES: Mapping[str, frozenset[str]] = {
    "apparent_power": frozenset({"apparent", "power", "va"}),
    "battery": frozenset({"battery", "bat", "soc", "level", "percent", "percentage", "charge", "remaining"}),
    "current": frozenset({"current"}),
    "energy": frozenset({"energy", "total", "aenergy"}),
    "frequency": frozenset({"frequency", "freq"}),
    "humidity": frozenset({"humidity", "hum", "humid", "rh", "relative"}),
    "power": frozenset({"active", "apower", "power"}),
    "power_factor": frozenset({"power", "factor", "pf"}),
    "reactive_power": frozenset({"reactive", "power"}),
    "temperature": frozenset({"temperature", "temp", "tc"}),
    "voltage": frozenset({"voltage"}),
}
# The parts of a Shelly's status are numbered; which part it is, the quantity says already.
PARTS = frozenset({"emeters", "em", "em1", "meters", "pm1", "relays", "switch"})
ACRONYM = {word: word.upper() for word in ("ac", "dc", "pv", "co2", "l1", "l2", "l3", "cpu", "ups", "ph", "rssi", "uv")}
ACRONYMS = frozenset({"ac", "bms", "ct", "dc", "l", "mppt", "pv", "rms"})
# The key of the value of a device that sends no more than that. Alone it is called like its device: its translation
# key has an icon, and no text.
VALUE, ONLY_VALUE = "value", "only_value"

# `meters.1.power`, `switch:1.apower`
_PART = re.compile(r"(?P<part>\w+)[.:](?P<number>\d+)\.(?P<rest>.+)")
# The number of an item: `.0` of `common_list.0.val`, `:100` of `voltmeter:100.voltage`.
_ITEM = re.compile(r"[.:](\d+)(?=\.)")
# The numbers of what is wired to an add-on.
ADD_ON_FROM = 100
# Blocks that say nothing of what is in them.
_CONTAINERS = VALUE_KEYS | {
    "values",
    "fields",
    "properties",
    "attributes",
    "features",
    "payload",
    "data",
    "body",
    "dashboard_data",
}
_BETWEEN = re.compile(r"[\s_/]+")
# In BatteryVoltage and rmsCurrent.
_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")
# A number of a list, counted from 1: `Power.#2`.
_LISTED = re.compile(r"\.#(\d+)$")
_WORD = re.compile(r"([a-z]+)(\d*)", re.IGNORECASE)


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
    is_quantity = rule.device_class in QUANTITIES and data_point.kind is DataPointKind.SENSOR
    if rule.key == path and not rule.is_plain:
        return _of_words(data_point, spoken(data_point, paths), is_quantity=is_quantity)
    if not is_quantity:
        # Two keys of the same text: what has a device class gets its icon from that.
        return Name("named" if rule.device_class else "other", humanized(path))
    return _of_owner(rule.device_class or "", _owner(path, QUANTITIES[rule.device_class or ""], paths))


def _of_owner(device_class: str, owner: str) -> Name:
    """Return the name of a quantity in the language of the house, and whose it is."""
    if not owner:
        return Name(device_class)
    return Name(f"{device_class}_{'number' if owner.isdigit() else 'of'}", owner)


def _of_words(data_point: DataPoint, words: Sequence[str], *, is_quantity: bool) -> Name:
    """Return the name of a value whose key is in no table: its own words, but for those of a quantity."""
    device_class = data_point.rule.device_class or ""
    if is_quantity:
        rest = [word for word in words if word.lower() not in QUANTITIES[device_class]]
        if len(rest) < len(words) or not names_quantity(" ".join(words)):
            return _of_owner(device_class, _capitalized(rest))
    return Name("named" if device_class else "other", _capitalized(words))


def _capitalized(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _owner(path: str, nouns: frozenset[str], paths: Collection[str]) -> str:
    """Return what is left of a path without the quantity: `power_pv1` is of "PV1", `meters.1.power` of "2"."""
    owner, rest = [], _LISTED.sub(r"\1", path)
    if (found := _PART.fullmatch(path)) is not None and found["part"].lower() in PARTS | nouns:
        rest = found["rest"]
        owner = [_counted(found["number"])] if _has_siblings(path, found.end("part"), paths) else []
    elif (item := _ITEM.search(path)) is not None and _has_siblings(path, item.start(), paths):
        # The items of a list are told apart by their numbers.
        rest = f"{path[: item.start()]}{_counted(item[1])}{path[item.end() :]}"
    for word, number in _WORD.findall(rest):
        if word.lower() not in nouns:
            owner.append(f"{word.upper() if word.lower() in ACRONYMS else word}{number}")
        elif number:
            owner.append(number)
    return _capitalized(owner)


def _has_siblings(path: str, end: int, paths: Collection[str]) -> bool:
    """Return True if there are other numbers behind the part of a path that ends at `end`."""
    start = path[: end + 1]
    items = (_ITEM.match(one, end) for one in paths if one.startswith(start))
    return len({item[1] for item in items if item is not None}) > 1


def _counted(number: str) -> str:
    """Return a number as people count: from 1; what a Shelly's add-on has is called by its own number from 100 on."""
    return number if int(number) >= ADD_ON_FROM else str(int(number) + 1)


def spoken(data_point: DataPoint, paths: Collection[str]) -> Sequence[str]:
    """Return the words of a path that no table has: without its unit, and with the label of the item of a list."""
    path, rule = data_point.path, data_point.rule
    for item in reversed(list(_ITEM.finditer(path))):
        number = f" {_counted(item[1])}" if _has_siblings(path, item.start(), paths) else ""
        path = f"{path[: item.start()]}{number}{path[item.end() :]}"
        if data_point.label:
            path = f"{data_point.label}{path[item.start() + len(number) :]}"
            break
    keys = [key for key in _LISTED.sub(r" \1", path).split(".") if key.lower() not in _CONTAINERS] or [path]
    words = [word for key in keys for word in _words_of_key(key)]
    is_said = rule.device_class is not None or rule.unit == "%"
    return without_unit(words, rule.unit) if rule.unit and is_said and has_unit(data_point.path) else words


def _words_of_key(key: str) -> Iterator[str]:
    """Go through the words of a key in lower case, but for names and abbreviations: `BatteryVoltage`, `DS18B20-1`."""
    # What means nothing as words is an abbreviation as a whole.
    is_split = meaning_of(key) is not None or flag_of(key) is not None
    for part in filter(None, _BETWEEN.split(key)):
        for word in _INSIDE.split(part) if is_split and len(part) > SHORT else (part,):
            is_word = len(word) > 1 and word.isalpha() and word[1:].islower()
            yield ACRONYM.get(word.lower(), word.lower() if is_word else word)


def humanized(path: str) -> str:
    """Return a path as a name: `meters.0.power` is "Meter 1 power"."""
    words: list[str] = []
    for word in re.split(r"[._]+", _LISTED.sub(r" \1", path)):
        if word.isdigit() and words:
            words[-1] = words[-1].removesuffix("s")
            words.append(str(int(word) + 1))
        elif word:
            words.append(word)
    text = " ".join(words)
    return text[:1].upper() + text[1:]
