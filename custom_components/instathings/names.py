"""What the entities of data points are called: the quantity in the language of the house, and whose it is."""

from collections.abc import Collection, Mapping
import re
from typing import NamedTuple

from .api import DataPoint, DataPointKind
from .common.names.beside import VALUE_KEYS

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
    "battery": frozenset({"battery", "bat", "soc"}),
    "current": frozenset({"current"}),
    "energy": frozenset({"energy", "total", "aenergy"}),
    "frequency": frozenset({"frequency", "freq"}),
    "humidity": frozenset({"humidity", "hum", "rh"}),
    "power": frozenset({"active", "apower", "power"}),
    "power_factor": frozenset({"power", "factor", "pf"}),
    "reactive_power": frozenset({"reactive", "power"}),
    "temperature": frozenset({"temperature", "temp", "tc"}),
    "voltage": frozenset({"voltage"}),
}
# The parts of a Shelly's status are numbered; which part it is, the quantity says already.
PARTS = frozenset({"emeters", "em", "em1", "meters", "pm1", "relays", "switch"})
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
    nouns = QUANTITIES.get(rule.device_class or "")
    if nouns is None or data_point.kind is not DataPointKind.SENSOR:
        # Two keys of the same text: what has a device class gets its icon from that.
        return Name("named" if rule.device_class else "other", humanized(_labelled(path, data_point.label)))
    owner = _owner(path, nouns, paths, data_point.label)
    if not owner:
        return Name(rule.device_class)
    return Name(f"{rule.device_class}_{'number' if owner.isdigit() else 'of'}", owner)


def _labelled(path: str, label: str | None) -> str:
    """Return a path with the label of the item of a list, and without what only says that it is a value."""
    if label is not None and (item := _ITEM.search(path)) is not None:
        path = f"{label}{path[item.end() :]}"
    parent, _, key = path.rpartition(".")
    return parent if parent and key.lower() in VALUE_KEYS else path


def _owner(path: str, nouns: frozenset[str], paths: Collection[str], label: str | None) -> str:
    """Return what is left of a path without the quantity: `power_pv1` is of "PV1", `meters.1.power` of "2"."""
    owner, rest = [], _LISTED.sub(r"\1", _labelled(path, label))
    if (found := _PART.fullmatch(path)) is not None and found["part"].lower() in PARTS | nouns:
        rest = found["rest"]
        owner = [_counted(found["number"])] if _has_siblings(path, found.end("part"), paths) else []
    elif label is None and (item := _ITEM.search(path)) is not None and _has_siblings(path, item.start(), paths):
        # The items of a list are told apart by their numbers.
        rest = _labelled(f"{path[: item.start()]} {_counted(item[1])}{path[item.end() :]}", None)
    for word, number in _WORD.findall(rest):
        if word.lower() not in nouns:
            owner.append(f"{word.upper() if word.lower() in ACRONYMS else word}{number}")
        elif number:
            owner.append(number)
    text = " ".join(owner)
    return text[:1].upper() + text[1:]


def _has_siblings(path: str, end: int, paths: Collection[str]) -> bool:
    """Return True if there are other numbers behind the part of a path that ends at `end`."""
    start = path[: end + 1]
    items = (_ITEM.match(one, end) for one in paths if one.startswith(start))
    return len({item[1] for item in items if item is not None}) > 1


def _counted(number: str) -> str:
    """Return a number as people count: from 1; what a Shelly's add-on has is called by its own number from 100 on."""
    return number if int(number) >= ADD_ON_FROM else str(int(number) + 1)


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
