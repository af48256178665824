"""The data points of a device: its values that have an entity of their own, and the facts that a platform needs.

This is the one place where a path becomes the description of an entity. The meaning of a path is in its rule.
"""

from dataclasses import replace
from enum import StrEnum
import re
from typing import NamedTuple

from ..model import Scalar
from ..readings import parse_flag
from .beside import beside_others
from .control import ALSO_SHOWN, SWITCHED, Control, is_left_over
from .doubles import doubles
from .learned import Learned, Type
from .moments import is_event
from .pairs import is_flag
from .rules import (
    RADIO_ONLY,
    SETTABLE,
    UNKNOWN,
    Kind,
    Rule,
    in_millivolts,
    is_in_a_table,
    is_spelled_as_set,
    rule_of_flag,
    rule_of_words,
    rule_with_unit,
    without_unit,
)
from .stated_units import is_open_energy

# The classes of words of controls, where they are none of a control.
_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
# Of an HTTP device that switches or meters these are of its electronics, of others they are of the room.
_DEVICE_TEMPERATURES = ("temperature", "tmp.tC", "tmp.value")
_RELAY = re.compile(r"switch:(\d+)\.")
_METER = re.compile(r"e?meters\.")


class DataPointKind(StrEnum):
    """The kinds of data points, by the names of the platforms."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    # These can be set.
    NUMBER = "number"
    SELECT = "select"
    SWITCH = "switch"


class DataPoint(NamedTuple):
    """One value of a device with its own entity.

    `on` and `off` are the device's words for a flag. `label` is the name of the list item with the value.
    """

    path: str
    rule: Rule
    kind: DataPointKind
    is_number: bool = False
    on: Scalar = True
    off: Scalar = False
    label: str | None = None

    def is_on(self, value: Scalar) -> bool | None:
        """Return the state of a flag; None if the value is not one of a flag."""
        return True if value == self.on else False if value == self.off else parse_flag(value)


def data_points(device: Learned, controls: list[Control], *, can_be_set: bool) -> list[DataPoint]:
    """Return the values of a device that are shown by themselves, and not by one of its controls."""
    taken: set[str] = set()
    for control in controls:
        taken |= control.paths - {control.path(key) for key in ALSO_SHOWN}
    taken |= device.siblings().repeated if not device.is_radio else set()
    taken |= doubles(device.types, device.states, is_shelly=device.is_http and device.is_shelly())
    found = [
        _data_point(device, path, found, can_be_set=can_be_set)
        for path, found in device.types.items()
        if path not in taken
    ]
    return [one._replace(label=device.labels.of_item(one.path)) for one in found]


def _data_point(device: Learned, path: str, found: Type, *, can_be_set: bool) -> DataPoint:
    state = device.states.get(path)
    rule = _shown_rule(device, path)
    if state is not None:
        rule = _rule_of_state(device, path, rule, state, can_be_set=can_be_set)
    if rule.kind in (Kind.EVENT, Kind.PRESS):
        return DataPoint(path, rule, DataPointKind.EVENT)
    on_off = _on_off(device, path, rule, found)
    if on_off is not None and not _is_one_of(rule, {str(one) for one in on_off}):
        rule = replace(rule, options=())
    is_settable = can_be_set and not device.is_http and is_spelled_as_set(path, rule)
    if found is bool or state in SWITCHED or is_flag(path, rule, on_off, is_radio=device.is_radio):
        on, off = on_off or (True, False)
        is_switch = is_settable and rule.platform in SETTABLE and state is None
        kind = DataPointKind.SWITCH if is_switch else DataPointKind.BINARY_SENSOR
        return DataPoint(path, rule, kind, on=on, off=off)
    if is_settable and (setting := _setting_kind(rule, found)) is not None:
        return DataPoint(path, rule, setting, is_number=found is float)
    return DataPoint(path, _rule_of_sensor(device, path, rule, found), DataPointKind.SENSOR, is_number=found is float)


def _rule_of_state(device: Learned, path: str, rule: Rule, state: str, *, can_be_set: bool) -> Rule:
    """Return the rule of the word of a control. Where it could be set, but is none of a control, it is left over."""
    is_shown = not can_be_set and not (path == "state" and is_left_over(device.types, device.states))
    return replace(rule, device_class=_STATE_CLASSES.get(state) if is_shown else None, enabled=is_shown)


def _on_off(device: Learned, path: str, rule: Rule, found: Type) -> tuple[Scalar, Scalar] | None:
    """Return the device's words for on and off; None if it has none for this value."""
    if found is bool:
        return (True, False)
    return rule.words if found is str and rule.words else device.on_off.get(path)


def _rule_of_sensor(device: Learned, path: str, rule: Rule, found: Type) -> Rule:
    """Return the rule of a value that is neither a flag nor a setting."""
    if rule.platform == "binary_sensor":
        # Called as a flag, but it is none.
        rule = replace(rule, device_class=None, enabled=False)
    if found is str and rule.device_class != "enum":
        # A text is none of the quantity that the words of its key say.
        is_of_words = rule.key == path and not rule.is_plain and rule.state_class
        rule = replace(rule, device_class=None, enabled=rule.enabled and not is_of_words)
        if path in device.moments and not is_in_a_table(path, device.rule(path)):
            rule = replace(rule, device_class="timestamp", enabled=is_event(path))
    return rule


def _shown_rule(device: Learned, path: str) -> Rule:
    """Return the rule of a path, and what the device's other keys and values change in it."""
    rule = _rule_of_value(device, path)
    siblings = device.siblings()
    if path in siblings.numbers | siblings.consumptions and not is_in_a_table(path, rule):
        return UNKNOWN
    if (with_unit := _rule_with_unit(device, path, rule)) is not None:
        rule = with_unit
    elif (has_open_power := device.compared.is_open(path)) or path in device.sized.misread:
        # A later value may show that a power is in W.
        return replace(without_unit(rule), enabled=has_open_power)
    unit = device.sized.of_rule.get(path)
    if unit is not None and rule.unit == device.rule(path).unit:
        rule = in_millivolts(rule) if unit == "mV" else replace(rule, unit=unit or None)
    rule = beside_others(path, rule, device.types, siblings, device.compared)
    return _rule_beside_parts(device, path, rule)


def _rule_beside_parts(device: Learned, path: str, rule: Rule) -> Rule:
    """Return the rule of a path, enabled or not by the parts of the device."""
    if device.is_http and rule.state_class and not rule.category and "." not in path and not device.is_shelly():
        # It doubles another one of a Shelly only.
        rule = replace(rule, enabled=True)
    if path in _DEVICE_TEMPERATURES and device.is_http and _switches_or_meters(device):
        rule = replace(rule, category="diagnostic", enabled=False)
    relay = _RELAY.match(path)
    is_of_thermostat = relay is not None and f"thermostat:{relay[1]}.target_C" in device.types
    if is_of_thermostat or (path.startswith("meters.") and any(one.startswith("lights.") for one in device.types)):
        rule = replace(rule, enabled=False)
    return rule


def _rule_of_value(device: Learned, path: str) -> Rule:
    """Return the rule of a path for what its values are."""
    rule = device.rule_of_model(path)
    if rule.key in RADIO_ONLY and not device.is_http and not device.is_radio:
        is_settable, words = rule.platform in SETTABLE, rule_of_words(path)
        rule = words if words.device_class else replace(rule, enabled=is_settable)
    is_on_off = device.on_off.get(path, ("", ""))[0].upper() == "ON"
    if is_on_off and rule.kind is Kind.ANY and rule.platform == "sensor":
        rule = rule_of_flag(path, rule)
    return _rule_of_number(path, rule) if device.types.get(path) is float else rule


def _rule_with_unit(device: Learned, path: str, rule: Rule) -> Rule | None:
    """Return the rule in the unit that the device states, or that its values show; None where nothing does."""
    name = device.labels.of_value(path)
    stated = device.stated.rule_of(path, rule, name, is_http=device.is_http)
    if stated is not None:
        return stated
    if compared := device.compared.unit_of(path):
        return replace(rule, unit=compared)
    unit = device.sized.of_name.get(path) or device.metric_units().get(path)
    if not (unit or rule.is_known):
        unit = device.lettered().get(path) or device.siblings().electrical_unit(path)
    if unit is not None:
        return rule_with_unit(path, name or path, unit)
    is_small = device.sized.has_small_energies and is_open_energy(path, rule)
    return replace(rule, unit=(rule.unit or "").removeprefix("k")) if is_small else None


def _switches_or_meters(device: Learned) -> bool:
    return bool(device.http_controls()) or any(_METER.match(path) for path in device.types)


def _setting_kind(rule: Rule, found: Type) -> DataPointKind | None:
    """Return the kind of a setting with numbers or words; None if it cannot be set."""
    if found is float and rule.platform == "select" and rule.options and all(map(str.isdigit, rule.options)):
        return DataPointKind.SELECT
    if found is float and rule.platform in ("number", "select") and rule.limits:
        return DataPointKind.NUMBER
    # Some models send words, others numbers or flags.
    is_word = found is str and rule.platform in ("select", "number", "switch")
    return DataPointKind.SELECT if is_word and rule.options else None


def _is_one_of(rule: Rule, words: set[str]) -> bool:
    """Return True if the words for on and off are among the options, which may depend on the model."""
    if rule.platform == "select" and not (rule.option_sets and words & {"ON", "On", "on"}):
        return not words.isdisjoint(rule.options)
    option_sets = rule.option_sets or (rule.options,)
    return any(not words.isdisjoint(options) and not words.issuperset(options) for options in option_sets)


def _rule_of_number(path: str, rule: Rule) -> Rule:
    """Return the rule of a number, because a flag or a word of one device may be a number of another."""
    if rule.kind is Kind.FLAG:
        return rule_of_words(path)
    is_plain_sensor = rule.kind is Kind.ANY and rule.platform == "sensor" and not rule.device_class
    by_words = rule_of_words(path) if is_plain_sensor else rule
    return by_words if by_words.device_class and by_words.state_class else rule
