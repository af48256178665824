"""What a device's data keys mean: one row of a table for each key.

Source: docs/protocol/instathings.md#data-keys. The rows are in five files beside this one: `main.tsv` (what lights,
covers, locks and thermostats consist of), `zigbee.tsv` (what zigbee2mqtt's converters publish besides), `settings.tsv`
(what can be set of Zigbee devices, with limits or words), `wired.tsv` (Modbus, KNX, SensorTag, virtual devices) and
`http.tsv` (Shelly). What differs between models is in variants.py.
Device classes, units and state classes are the values of Home Assistant's enumerations, so that the tables need none
of them. A key that is in no table has no meaning: no class is better than a wrong one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path
import re

from ...common.client.secrets import NETWORK_WORDS, is_secret_name
from ...common.names.words import words_of
from ..model import Scalar
from .variants import OPTION_SETS, Range, variant_of
from .words import Meaning, meaning_of, meaning_with_unit

# From here on a voltage is in mV.
MILLIVOLT_FROM = 1000
# From here on a power is in W: makers of inverters give the same keys in W and in kW.
WATTS_FROM = 100


# The platforms of what can be set.
SETTABLE = frozenset({"number", "select", "switch"})


class Kind(StrEnum):
    """How the values of a key are read."""

    NUMBER = "number"
    FLAG = "flag"
    EVENT = "event"
    # An event that is repeated in every reading: it is a new one when the counter beside it has changed.
    PRESS = "press"
    TEXT = "text"
    # Number, flag or text, as the device sends it.
    ANY = "any"
    IGNORED = "ignored"


ANYTHING = Range()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The meaning of a key.

    `key` is the row of the table; `is_plain` is True where an entity has the row's name, others are named by their
    path. `platform` is the one where the device takes commands. `scale` turns the device's number into one of
    `unit`. `options` are the words that a select knows, and `option_sets` those of each model where models differ.
    `words` are those for on and off. `range` are the numbers that can be true, `limits` those that can be set, in steps
    of `step`.
    """

    key: str
    kind: Kind = Kind.ANY
    platform: str = "sensor"
    device_class: str | None = None
    unit: str | None = None
    state_class: str | None = None
    category: str | None = None
    enabled: bool = True
    inverted: bool = False
    scale: float = 1.0
    options: tuple[str, ...] = ()
    option_sets: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, str] | None = None
    range: Range = ANYTHING
    limits: Range | None = None
    step: float | None = None
    is_plain: bool = True

    @property
    def is_known(self) -> bool:
        """Return True if a table has the key."""
        return self is not UNKNOWN


# For paths without a row: disabled until somebody enables it.
UNKNOWN = Rule(key="unknown", enabled=False, is_plain=False)
IGNORED = Rule(key="ignored", kind=Kind.IGNORED)

PERCENT = Range(0, 100)
# A kiln, in °F as well; a failed sensor of 16 bits tells one of these.
HOT = Range(-273.15, 1500)
# It may be in mV, but 65535 means that it was not measured.
WORDED_VOLTAGE = Range(-10_000, 65_000)
FAILED = frozenset({327.67, 327.68, -327.68, 655.35, 655.36})
# By device class, or by unit where there is none. Zigbee's highest and lowest numbers of 16 bits, in hundredths, are
# 327.67, -327.68 and 655.35: they mean that nothing was measured yet, as do 999 of a Shelly and -1 of a counter.
RANGES: Mapping[str, Range] = {
    "%": PERCENT,
    "atmospheric_pressure": Range(1),
    "battery": PERCENT,
    "carbon_monoxide": Range(0),
    "carbon_dioxide": Range(0),
    "distance": Range(0),
    "energy": Range(0),
    "frequency": Range(0, 10_000),
    "humidity": PERCENT,
    "illuminance": Range(0),
    "moisture": PERCENT,
    "power_factor": Range(-100, 100),
    "reactive_energy": Range(0),
    "signal_strength": Range(-200, 100),
    "temperature": Range(-273.15, 327.6),
    "voltage": Range(-10_000, 10_000),
    "volatile_organic_compounds_parts": Range(0),
    "water": Range(0),
}

# Names of the same meaning get the same translation.
ALIASES: Mapping[str, str] = {
    "temp": "temperature", "local_temperature": "local_temperature", "hum": "humidity", "hum.value": "humidity",
    "humidity:#.rh": "humidity", "tmp.tC": "temperature", "tmp.value": "temperature", "temperature:#.tC": "temperature",
    "pres": "pressure", "lux": "illuminance", "lux.value": "illuminance", "illuminance_lux": "illuminance",
    "illuminance:#.lux": "illuminance", "bat.value": "battery", "devicepower:#.battery.percent": "battery",
    "active_power": "power", "power_active": "power", "power_apparent": "apparent_power",
    "power_reactive": "reactive_power", "consumption": "energy", "energyconsumed": "energy",
    "grid_frequency": "frequency", "wifi_sta.rssi": "rssi", "wifi.rssi": "rssi", "sys.uptime": "uptime",
    "data": "value", "flood": "water_leak", "flood:#.alarm": "water_leak", "smoke:#.alarm": "smoke",
    "sensor.state": "opening", "sensor.motion": "motion", "sensor.vibration": "vibration",
    "accel.vibration": "vibration", "accel.tilt": "tilt", "ac_status": "mains", "ac_connected": "mains",
    "devicepower:#.external.present": "mains",
    "click": "action", "gas_sensor.alarm_state": "gas", "concentration.ppm": "gas_concentration",
}  # fmt: skip

# Never a state, wherever it stands: what opens a door or a network, and addresses.
PRIVATE = frozenset(
    {
        "action_code", "admin_code", "ap_ssid", "bssid", "devicekey", "ieee_address", "ieeeaddr", "ip",
        "ir_code_to_send", "key", "learned_ir_code", "login", "mac", "meter_serial_number", "networkaddress", "passkey",
        "ssid", "sta_ip", "sta_ip6", "username", "users", "wifi_ssid", "wifi_config",
    }
)  # fmt: skip
# In any key, as in `APMac`.
PRIVATE_WORDS = NETWORK_WORDS | {"mac", "hostname", "fqdn", "netmask"}
# Not worth an entity: about the transport, or beside the number that matters.
TRANSPORT = frozenset(
    {
        "actions_stats", "ble", "by_minute", "cfg_changed_cnt", "cfg_rev", "fs_size", "fw_info", "getinfo",
        "has_timer", "has_update", "is_valid", "isvirtualdata", "knx", "kvs_rev", "last_seen", "matter", "minute_ts",
        "mqtt", "new_version", "old_version", "ota", "ram_lwm", "ram_min_free", "ram_size", "ram_total",
        "schedule_rev", "script", "serial", "sys.available_updates", "tf", "timer_duration", "timer_remaining",
        "timer_started", "ui", "unixtime", "update", "update_available", "updatefw", "webhook_rev", "ws"
    }
)  # fmt: skip
# Of HTTP devices these may also be blocks of readings.
TRANSPORT_LAST = frozenset({"counters", "device", "id", "source", "time"})
_NUMBERED_ENDPOINTS = (
    *("b", "c", "ch", "in", "p", "s", "sw", "t", "th", "button_", "meter_", "plug_", "switch_", "wire_"),
)
ENDPOINTS = (
    *("left", "right", "center", "top", "bottom", "back", "front", "rgb", "white", "cct", "heat", "water", "cover"),
    *("bottom_left", "bottom_right", "top_left", "top_right", "center_left", "light", "main_switch", "relay", "alarm"),
    *("up", "down", "usb", "relay_left", "relay_right", "switch_left", "switch_right", "center_right", "wireless"),
    *("left_up", "left_down", "center_up", "center_down", "right_up", "right_down", "left_btn", "right_btn", "usb_a"),
    *("usb_c", "button_light", "button_fan_low", "button_fan_med", "button_fan_high", "e11", "ir", "l0"),
    *("head_control", "foot_control", "head_feedback", "foot_feedback", "l1_l2", "l3_l4", "l5_l6", "l1_l8", "l9_l16"),
    *("l11_l12", "l13_l14", "l15_l16", "zone_1", "zone_2", "valve_group_1", "valve_group_2"),
    *(f"l{number}" for number in range(1, 25)),
    *(str(number) for number in range(1, 27)),
    *(f"{name}{number}" for name in _NUMBERED_ENDPOINTS for number in range(1, 11)),
)
PHASES = (
    *("phase_a", "phase_b", "phase_c", "phase_r", "phase_s", "phase_t", "ph_a", "ph_b", "ph_c", "l1", "l2", "l3"),
    *("a", "b", "c", "ab", "r", "s", "t"),
)
# The longest first: `relay_left` is no `left`.
SUFFIXES = tuple(sorted({*ENDPOINTS, *PHASES}, key=len, reverse=True))
PREFIXES = tuple(f"{phase}_" for phase in PHASES)

# These ends are endpoints or phases of other keys, but not of a quantity of this class.
_NO_ENDPOINT = {"_alarm": "any", "_s": "duration", "_c": "temperature"}

# There is none of these in a phase: `t_flow` is rather the temperature of a flow.
_OF_NO_PHASE = frozenset({"volume_flow_rate", "temperature", "humidity", "water", "gas", "pressure"})
# The number of a part: of `em1:0` it is the 0. Inverters count inside of words: `pv1_voltage`.
# Numbers as keys are the bytes of something; PM2.5 is none.
_BYTES = re.compile(r"(?i)(^|(?<!pm)(?<!pm\d)(?<!pm\.\d)\.)\d+$")
_NUMBER = {True: re.compile(r"(?<=[.:])\d+(?=\.|$)"), False: re.compile(r"\d+")}


def _rows(name: str, **implied: str) -> Iterable[Rule]:
    """Go through the rules of a file; `implied` are the columns that it does not have."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    for line in lines[1:]:
        yield _rule(implied | dict(zip_longest(columns, line.split("\t"), fillvalue="")))


def _rule(cells: Mapping[str, str]) -> Rule:
    kind, more = Kind(cells["kind"]), cells["more"]
    unit, device_class = cells["unit"] or None, cells["device_class"] or None
    limits = Range(float(cells["low"]), float(cells["high"])) if cells["low"] and cells["high"] else None
    option_sets = OPTION_SETS.get(cells["path"], ())
    own_options = tuple(more.split("|")) if "|" in more else ()
    return Rule(
        key=cells["path"],
        kind=kind,
        platform=cells["platform"] or "sensor",
        device_class=device_class,
        unit=unit,
        state_class=cells["state_class"] or None,
        category=cells["category"] or None,
        enabled=cells["enabled"] != "off",
        inverted=more == "inverted",
        scale=1 / float(more[1:]) if more.startswith("/") else 1.0,
        options=tuple(dict.fromkeys((*chain(*option_sets), *own_options))),
        option_sets=option_sets,
        range=Range(0) if more == ">=0" else _range(device_class, unit, limits),
        limits=limits,
        step=float(cells["step"]) if cells.get("step") else None,
    )


def _range(device_class: str | None, unit: str | None, limits: Range | None) -> Range:
    """Return what a quantity can be; a setting may be a correction of it."""
    return ANYTHING if limits else RANGES.get(device_class or "", RANGES.get(unit or "", ANYTHING))


ZIGBEE = {
    rule.key: rule
    for rows in (
        _rows("settings.tsv", state_class="", category="config", enabled="off"),
        *map(_rows, ("zigbee.tsv", "wired.tsv", "main.tsv")),
    )
    for rule in rows
}
HTTP = {rule.key: rule for rule in _rows("http.tsv")}
# Keys that only say something of a Zigbee device, which has a link quality: others mean anything by `status`.
RADIO_ONLY = frozenset(
    rule.key
    for rule in _rows("zigbee.tsv")
    if rule.enabled
    and not (rule.device_class or rule.unit or rule.category or rule.state_class)
    and (rule.platform.endswith("sensor") or rule.platform == "switch")
)


def _part_name(path: str) -> str | None:
    """Return what the numbered part of an HTTP device is called: `switch` of `switch:0.output`."""
    found = re.match(r"(\w+)[.:](\d+|#)(?=\.|$)", path)
    return found[1] if found else None


HTTP_PARTS = frozenset(map(_part_name, HTTP)) - {None}


def is_part_of_shelly(path: str) -> bool:
    """Return True for a path of a numbered part that a table has."""
    return _part_name(path) in HTTP_PARTS


@lru_cache(maxsize=1024)
def rule_of(path: str, *, is_http: bool = False) -> Rule:
    """Return the row for a path; `is_http` is True for a device of the HTTP protocol.

    The first of these counts: what must not be shown, the path itself, the path with its numbers left out, the path
    without its endpoint or its phase, its words.
    """
    segments = path.lower().split(".")
    if any(is_secret_name(segment) for segment in path.split(".")) or _is_transport(segments, is_http=is_http):
        return IGNORED
    if not PRIVATE.isdisjoint(segments) or not PRIVATE_WORDS.isdisjoint(words_of(path)):
        return IGNORED
    table = HTTP if is_http else ZIGBEE
    if (rule := _found(table, path)) is not None:
        return rule
    if is_http:
        # The parts of a Shelly are known completely.
        return UNKNOWN if _part_name(path) in HTTP_PARTS else rule_of_words(path)
    first, dot, rest = path.partition(".")
    rule = _of_part(table, first, dot + rest)
    if rule is UNKNOWN and dot and (table.get(first) or _of_part(table, first)).kind is Kind.IGNORED:
        # A block of settings is no state.
        return IGNORED
    return rule_of_words(path) if rule is UNKNOWN else rule


def _is_transport(segments: Sequence[str], *, is_http: bool) -> bool:
    """Return True for a key about the transport; zigbee2mqtt tells the milliseconds that have elapsed."""
    if is_http:
        return not TRANSPORT.isdisjoint(segments) or segments[-1] in TRANSPORT_LAST
    return not (TRANSPORT | TRANSPORT_LAST).isdisjoint(segments) or segments == ["elapsed"]


def _found(table: Mapping[str, Rule], path: str) -> Rule | None:
    if (rule := table.get(path)) is not None:
        key = ALIASES.get(path, path)
        return rule if key == rule.key else replace(rule, key=key)
    number = _NUMBER[table is HTTP]
    numberless = number.sub("#", path)
    if numberless == path:
        return None
    rule = table.get(numberless) or table.get(f"*:#.{numberless.partition(':#.')[2]}")
    if rule is None:
        return None
    is_first = number.findall(path) == ["0"] and numberless in ALIASES
    return replace(rule, key=ALIASES.get(numberless, numberless), is_plain=is_first)


def _of_part(table: Mapping[str, Rule], path: str, rest: str = "") -> Rule:
    """Return the rule of a key with an endpoint or a phase: without it, and with `rest`, it must be a key by itself."""
    bases = [path[: -len(suffix) - 1] for suffix in SUFFIXES if path.endswith(f"_{suffix}")]
    bases += [path.removeprefix(prefix) for prefix in PREFIXES if path.startswith(prefix)]
    found = ((base, _found(table, base + rest)) for base in bases)
    rule = next((one for base, one in found if one is not None and not _is_quantity_end(path, base, one)), UNKNOWN)
    if path.startswith(PREFIXES) and rule.device_class in _OF_NO_PHASE:
        return UNKNOWN
    return rule if rule is UNKNOWN else replace(rule, is_plain=False)


def _is_quantity_end(path: str, base: str, rule: Rule) -> bool:
    """Return True if what follows a quantity is no endpoint: its unit, or an alarm of it."""
    return rule.device_class is not None and _NO_ENDPOINT.get(path[len(base) :]) in (rule.device_class, "any")


def rule_of_words(path: str) -> Rule:
    """Return a rule from the words of a path. Its values are of any kind: words may be wrong."""
    return UNKNOWN if _BYTES.search(path) else _of_meaning(path, meaning_of(path))


def rule_of_flag(path: str, rule: Rule) -> Rule:
    """Return the rule of a text that is a word for on or off: `{"alarm_state": "OFF"}`, `{"POWER": "ON"}`."""
    if rule.device_class == "power" and rule.state_class:
        return replace(rule, platform="binary_sensor", unit=None, state_class=None)
    words = UNKNOWN if rule.device_class else rule_of_words(path)
    return words if words.platform == "binary_sensor" else rule


def has_parts(rule: Rule) -> bool:
    """Return True for a quantity of which a device may send several in a list, such as one for each phase."""
    return rule.platform == "sensor" and rule.device_class is not None and rule.state_class is not None


def rule_with_unit(path: str, parent: str, unit: str) -> Rule:
    """Return the rule of a path beside which its unit is stated, below `parent`, which names it."""
    return _of_meaning(path, meaning_with_unit(parent, unit))


def rule_named(path: str, name: str) -> Rule:
    """Return the rule of a value that has its name beside it."""
    return UNKNOWN if _BYTES.search(name) else _of_meaning(path, meaning_of(name))


def _of_meaning(path: str, found: Meaning | None) -> Rule:
    if found is None:
        return UNKNOWN
    is_setting = found.platform == "number"
    return Rule(
        key=path,
        # Whoever inverts a flag means one, also as 0 and 1.
        kind=Kind.FLAG if found.inverted else Kind.ANY,
        inverted=found.inverted,
        platform=found.platform,
        device_class=found.device_class,
        unit=found.unit,
        state_class=found.state_class,
        category="config" if is_setting else None,
        enabled=not is_setting,
        range=ANYTHING if is_setting else _range_of(found),
        is_plain=False,
    )


def _range_of(found: Meaning) -> Range:
    """Return what a quantity can be by its words, which are of a voltage in mV and of an oven, too."""
    if found.device_class == "temperature":
        return HOT
    if found.device_class == "voltage" and found.unit == "V":
        return WORDED_VOLTAGE
    return ANYTHING if found.unit == "mV" else RANGES.get(found.device_class or "", ANYTHING)


def is_in_a_table(path: str, rule: Rule) -> bool:
    """Return True if a rule is a row of the tables, and not made of the words of a path."""
    return rule.is_known and (rule.is_plain or rule.key != path)


def is_spelled_as_set(path: str, rule: Rule) -> bool:
    """Return True for a key that may be set: a row of the tables, or one in the spelling of zigbee2mqtt.

    A block of settings is set as a whole.
    """
    return "." not in path and (path.islower() or is_in_a_table(path, rule))


# What a transmitter reports as 0 and 1; other flags have numbers for levels or codes.
_REPORTED = frozenset({"door", "garage_door", "moisture", "motion", "opening", "tamper", "window"})


def is_flag_as_number(path: str, rule: Rule, value: Scalar) -> bool:
    """Return True for a 0 or 1 under a name that is a flag's by its words."""
    is_named = rule.platform == "binary_sensor" and not is_in_a_table(path, rule)
    return is_named and rule.device_class in _REPORTED and value in (0, 1)


def rule_of_model(rule: Rule, model: str | None) -> Rule:
    """Return a rule as one model of Zigbee devices has it; the rule itself where the model is not known."""
    variant = variant_of(rule.key, model)
    if variant is None:
        return rule
    if variant.platform in SETTABLE and rule.platform not in SETTABLE:
        rule = replace(rule, category="config", enabled=False)
    if variant.state_class and rule.platform in SETTABLE and rule_of_words(rule.key).state_class:
        # What others are told, this model measures.
        rule = replace(rule, category=None, enabled=True)
    return replace(rule, option_sets=(), **variant._asdict())


def in_millivolts(rule: Rule) -> Rule:
    """Return the row of a voltage for a device that reports it in mV: that of its battery, beside the charge."""
    return replace(rule, unit="mV", category="diagnostic", enabled=False)


def without_unit(rule: Rule) -> Rule:
    """Return the row for a device that reports it in a unit which nothing tells."""
    return replace(rule, device_class=None, unit=None, state_class=None, limits=None, enabled=False, is_plain=False)
