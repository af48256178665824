"""The names of the entities of data points: the quantity as a translated text, and the words of the path."""

from collections.abc import Collection, Iterator, Mapping, Sequence
import re
from typing import NamedTuple

from .api import DataPoint, DataPointKind
from .common.names.beside import VALUE_KEYS, has_unit
from .common.names.flags import flag_of
from .common.names.numbers import meaning_of, names_quantity
from .common.names.obis import words_for_codes
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
            *("air_quality", "angle", "battery_state", "boost_heating_countdown", "co", "cpu_temperature", "dew_point"),
            *("distance", "eco2", "error", "fan_mode", "fault", "floor_temperature", "flow", "gas_value", "hcho"),
            *("illumination", "moisture", "noise", "outdoor_temperature", "pi_heating_demand", "preset"),
            *("produced_energy", "running_mode", "running_state", "side", "smoke_concentration", "strength"),
            *("target_distance", "voc_index", "water_consumed"),
        }
    ),
    DataPointKind.BINARY_SENSOR: frozenset(
        {
            *("battery_low", "carbon_monoxide", "contact", "gas", "mains", "moving", "occupancy", "overtemperature"),
            *("presence", "smoke", "state", "tamper", "value", "vibration", "water_leak", "child_lock", "opening"),
            *("motion", "window_open", "alarm", "ac_status", "charging", "consumer_connected", "dry", "fault_alarm"),
            *("garage_door_contact", "heating", "rain", "running", "test", "trouble", "valve_alarm", "window"),
        }
    ),
    DataPointKind.SWITCH: frozenset(
        {
            *("anti_scaling", "auto_lock", "auto_off", "away_mode", "backlight", "backlight_mode", "boost"),
            *("boost_heating", "child_lock", "do_not_disturb", "eco_mode", "flip_indicator_light", "frost_protection"),
            *("heartbeat", "indicator", "led_disabled_night", "led_enable", "led_indication", "motor_reversal"),
            *("power_outage_memory", "reverse_direction", "scale_protection", "self_test", "silence"),
            *("valve_detection", "window_detection"),
        }
    ),
    DataPointKind.NUMBER: frozenset(
        {
            *("boost_time", "calibration_time", "comfort_temperature", "countdown", "deadzone_temperature"),
            *("detection_delay", "detection_distance", "duration", "eco_temperature", "fading_time"),
            *("holiday_temperature", "humidity_calibration", "humidity_sensitivity", "illuminance_calibration"),
            *("local_temperature_calibration", "max_temperature", "max_temperature_limit", "maximum_range"),
            *("measurement_interval", "min_temperature", "min_temperature_limit", "minimum_range", "occupancy_timeout"),
            *("presence_timeout", "radar_sensitivity", "temperature_calibration", "temperature_sensitivity"),
            *("transition", "vibration_sensitivity"),
        }
    ),
    DataPointKind.SELECT: frozenset(
        {
            *("backlight_mode", "indicator_light", "indicator_mode", "keypad_lockout", "melody", "mode"),
            *("motion_sensitivity", "operation_mode", "power_on_behavior", "power_outage_memory", "sensitivity"),
            *("switch_type", "temperature_display_mode", "temperature_unit", "volume"),
        }
    ),
    DataPointKind.EVENT: frozenset({"action"}),
}
_ENERGY = frozenset({"energy", "total", "act", "aenergy", "wh", "kwh", "energie", "energia"})
_RETURNED = frozenset({"ret", "return", "returned"})
# The quantities with translated names, which may have the name of a part, and the words in paths that mean them.
QUANTITIES: Mapping[str, frozenset[str]] = {
    "apparent_power": frozenset({"apparent", "aprt", "aprtpower", "power", "va", "kva"}),
    "battery": frozenset({"battery", "bat", "soc", "level", "percent", "percentage", "charge", "remaining"}),
    "current": frozenset({"current", "ma", "strom", "corrente"}),
    "energy": _ENERGY,
    "frequency": frozenset({"frequency", "freq", "hz"}),
    "humidity": frozenset({"humidity", "hum", "humid", "relative", "rh", "feuchte", "luftfeuchte", "umidita"}),
    "power": frozenset({"act", "active", "apower", "power", "w", "kw", "leistung", "potenza"}),
    "power_factor": frozenset({"power", "factor", "pf"}),
    "reactive_power": frozenset({"reactive", "power", "var", "kvar"}),
    "returned_energy": _ENERGY | _RETURNED,
    "signal_strength": frozenset({"rssi", "signal", "strength", "dbm"}),
    "temperature": frozenset({"temperature", "temp", "tc", "c", "celsius", "fahrenheit", "temperatur", "temperatura"}),
    "voltage": frozenset({"voltage", "v", "mv", "spannung", "tensione"}),
}
# The numbered parts of a Shelly's status. Their quantities have no name of the part.
PARTS = frozenset(
    {
        *("cct", "cover", "em", "em1", "em1data", "emdata", "emeters", "light", "lights", "meters", "pm1", "relays"),
        *("rgb", "rgbcct", "rgbw", "rollers", "switch", "voltmeter"),
    }
)
ACRONYMS = frozenset(
    {
        *("ac", "bms", "co", "cpu", "ct", "dc", "f", "id", "ir", "l", "led", "mppt", "pm", "pv", "rgb", "rms", "rssi"),
        *("tvoc", "ups", "usb", "uv", "voc"),
    }
)
# The abbreviations of a Shelly. Parts with an empty text are named after what they measure.
_WRITTEN_OUT: Mapping[str, str] = {
    "bat": "battery",
    "blutrv": "TRV",
    "bthomedevice": "BTHome device",
    "bthomesensor": "BTHome sensor",
    "cb": "circuit breaker",
    "devicepower": "",
    "ext": "external",
    "illuminance": "",
    "pos": "position",
    "presencezone": "presence zone",
    "ret": "returned",
}
# Keys and blocks that are not part of a name.
_CONTAINERS = VALUE_KEYS | {
    *("values", "fields", "properties", "attributes", "features", "payload", "data", "body", "dashboard_data")
}
# The key of a device with a single value. Its entity has the name of the device: the translation key has an icon, but
# no text.
VALUE, ONLY_VALUE = "value", "only_value"

# `meters.1.power`, `switch:1.apower`
_PART = re.compile(r"(?P<part>\w+)[.:](?P<number>\d+)\.(?P<rest>.+)")
# The number of an item, counted from 0: `.0` in `common_list.0.val`, `:100` in `voltmeter:100.voltage`.
# The 1 in `pump_1` is a number of the device.
_ITEM = re.compile(r"(?:(?<!\d)\.|:)(\d+)(?=\.|$)")
# The first number of sensors of a Shelly's add-on.
ADD_ON_FROM = 100
# A number of a list, counted from 1: `Power.#2`.
_LISTED = re.compile(r"\.#(\d+)$")
_WORD = re.compile(r"([^\W\d_]*)(\d*)")
_BETWEEN = re.compile(r"[\s_/]+")
# In `BatteryVoltage` and `rmsCurrent`.
_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")
# A single letter is a phase only at the beginning of a name. An `a` after other words is a unit or a part.
_PHASE = re.compile(r"(?i)(?<!\S)ph(?:ase)? ([abcrst])(?!\S)|^([abc])(?!\S)")
# The unit of a current after the name of the part.
_AMPERES = re.compile(r"(?<=\S)(?<!Phase) [aA](?!\S)")
# The `L` of `childLock`, but not the `C` of `tC`.
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z]{2})[A-Z](?=[^\W\d_A-Z]|$)")
# A last key that only means "value".
_VALUE = re.compile(r"(?<=\w)\.(?:v|val|value)$")
# Paths whose last key adds nothing to the part: `input:1.state`, `boolean:200.value`, `inputs.0.input`.
_ONLY_PART = re.compile(r"(\w+?)s?[.:]\d+\.(?:state|value|\1)")


class Name(NamedTuple):
    """A translation key, and its placeholder `name`."""

    translation_key: str | None
    name: str | None = None

    @property
    def placeholders(self) -> Mapping[str, str]:
        """Return the translation placeholders."""
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
    is_quantity = quantity in QUANTITIES and data_point.kind is DataPointKind.SENSOR
    if rule.key == path and not rule.is_plain:
        return _of_words(quantity, _words_of(data_point, paths), is_quantity=is_quantity)
    if not is_quantity:
        return _of_text(quantity, humanized(path, paths))
    return _of_quantity(quantity, _owner(path, QUANTITIES[quantity], paths))


def _of_words(quantity: str, words: Sequence[str], *, is_quantity: bool) -> Name:
    """Return the name of a value whose key is in no table: its words, with those of a quantity translated."""
    if is_quantity:
        rest = [word for word in words if word.lower() not in QUANTITIES[quantity]]
        if len(rest) < len(words) or not names_quantity(" ".join(words)):
            return _of_quantity(quantity, _capitalized(" ".join(rest)))
    return _of_text(quantity, _capitalized(" ".join(words)))


def _of_quantity(quantity: str, owner: str) -> Name:
    """Return the translated name of a quantity, of a part with a name or number."""
    if not owner:
        return Name(quantity)
    return Name(f"{quantity}_{'number' if owner.isdigit() else 'of'}", owner)


def _of_text(device_class: str, text: str) -> Name:
    """Return a name that is not translated. Both keys have the same text; only that without a class has an icon."""
    return Name("named" if device_class else "other", text)


def _owner(path: str, nouns: frozenset[str], paths: Collection[str]) -> str:
    """Return a path without its quantity: "PV1" for `power_pv1`, "2" for `meters.1.power`."""
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
    # A phase, or the neutral wire.
    text = _PHASE.sub(_phase, " ".join(filter(None, (*owner, number))), count=1)
    if "current" in nouns:
        text = _AMPERES.sub("", text)
    return "Neutral" if text == "n" else _capitalized(text)


def _small(found: re.Match[str]) -> str:
    return f"_{found[0].lower()}"


def _written(word: str) -> str:
    """Return a word with the usual capitals: `led`, `co2` and `l1` are written in capitals."""
    return word.upper() if word.rstrip("0123456789").lower() in ACRONYMS else word


def _phase(found: re.Match[str]) -> str:
    return f"Phase {(found[1] or found[2]).upper()}"


def _with_numbers(path: str, paths: Collection[str]) -> str:
    """Return a path with the numbers of its items counted from 1, and without the number of a single item."""
    counted = _ITEM.sub(
        lambda found: f"_{_counted(found[1])}" if _has_siblings(path, found.start(), paths) else "", path
    )
    return _LISTED.sub(r"_\1", counted)


def _has_siblings(path: str, end: int, paths: Collection[str]) -> bool:
    """Return True if other paths have another number after the first `end` characters."""
    start = path[: end + 1]
    items = (_ITEM.match(one, end) for one in paths if one.startswith(start))
    return len({item[1] for item in items if item is not None}) > 1


def _has_twin(part: re.Match[str], paths: Collection[str]) -> bool:
    """Return True if a part of another kind has the same key, such as `cct:0` and `rgb:0`."""
    ends = (one.partition(".")[0] for one in paths if one.endswith(f".{part['rest']}"))
    kinds = {one.partition(":")[0] for one in ends if ":" in one}
    return len(kinds & PARTS) > 1


def _counted(number: str) -> str:
    """Return a number counted from 1. Sensors of a Shelly's add-on keep their number, from 100."""
    return number if int(number) >= ADD_ON_FROM else str(int(number) + 1)


def _words_of(data_point: DataPoint, paths: Collection[str]) -> Sequence[str]:
    """Return the words of a path that is in no table, without its unit, and with the label of a list item."""
    path, rule = words_for_codes(data_point.path), data_point.rule
    for item in reversed(list(_ITEM.finditer(path))):
        number = f" {_counted(item[1])}" if _has_siblings(path, item.start(), paths) else ""
        path = f"{path[: item.start()]}{number}{path[item.end() :]}"
        if data_point.label:
            path = f"{data_point.label}{path[item.start() + len(number) :]}"
            break
    keys = [key for key in _LISTED.sub(r" \1", path).split(".") if key.lower() not in _CONTAINERS] or [path]
    words = [word for key in keys for word in _words_of_key(key)]
    has_meaning = rule.device_class is not None or rule.unit == "%"
    return without_unit(words, rule.unit) if rule.unit and has_meaning and has_unit(data_point.path) else words


def _words_of_key(key: str) -> Iterator[str]:
    """Yield the words of a key, such as `BatteryVoltage`, in lower case; abbreviations such as `DS18B20-1` stay."""
    # A key without a known word is an abbreviation.
    is_split = meaning_of(key) is not None or flag_of(key) is not None
    for part in filter(None, _BETWEEN.split(key)):
        for word in _INSIDE.split(part) if is_split and len(part) > SHORT else (part,):
            is_word = len(word) > 1 and word.isalpha() and word[1:].islower()
            yield _written(word.lower()) if is_word else _written(word)


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
