"""Parse the server's JSON into the model. Other values are dropped and counted.

Source: docs/protocol/pimatic.md#objects.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
import re
from sys import intern
from typing import Any, NamedTuple

from ..common.client.moments import in_calendar
from ..common.client.wire import DropCounter
from .model import (
    Action,
    Attribute,
    Button,
    Device,
    DeviceConfig,
    Group,
    HistoryPoint,
    Kind,
    LogMessage,
    Page,
    Parameter,
    Rule,
    User,
    Value,
    Variable,
    VariableType,
)

# Larger JavaScript numbers are not exact, and not measured values.
LARGEST_NUMBER = 2.0**53
LONGEST_TEXT = 16 * 1024
# Of an attribute or a variable: a state has 255 characters.
LONGEST_VALUE = 1024
# Limits for names, and for ids.
LONGEST_NAME = 255
LONGEST_ID = 200
# Devices, variables, rules or groups: a server that makes them up without end must not fill the memory.
MOST_OF_A_KIND = 2_500
MOST_PAGES = 100
# Attributes, actions, buttons or options of one device: no device class has a tenth of it.
MOST_IN_DEVICE = 500
# Parameters of an action, or permissions of a role.
MOST_PARAMETERS = 50

# Values of declared booleans in plugins that keep the state as a text (the LED lights' `power`) or as a number.
_TRUE_TEXTS = frozenset({"on", "true", "yes", "1", "ein", "an", "ja", "si", "sì"})
_FALSE_TEXTS = frozenset({"off", "false", "no", "0", "aus", "nein"})
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Seconds since 1970 are below this, milliseconds above: the year 5138, and 1973.
_MILLISECONDS_FROM = 1e11
# The words that the server gives to a boolean without labels.
_NO_LABELS = ("true", "false")
_KINDS = {**{kind.value: kind for kind in Kind}, "integer": Kind.NUMBER}

type Scalar = bool | int | float | str


def scalar(raw: Any) -> Scalar | None:
    """Return a JSON scalar; None for anything else, a number that is not finite, and an absurdly large value."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int | float):
        return raw if -LARGEST_NUMBER <= raw <= LARGEST_NUMBER else None
    if isinstance(raw, str):
        return raw[:LONGEST_VALUE]
    return None


def coerce(kind: Kind, raw: Any, labels: tuple[str, ...] = ()) -> Value:
    """Return a value of the declared kind, or None if it cannot be converted.

    Plugins do not keep to their declarations: a boolean comes as "on", as 1 or as its label, a number as a text.
    """
    if (kind is Kind.BOOLEAN and isinstance(raw, bool)) or (kind is Kind.NUMBER and isinstance(raw, float)):
        # The usual case: a value of the declared kind.
        return raw if isinstance(raw, bool) else _finite(raw)
    value = scalar(raw)
    if value is None or kind is Kind.ANY:
        return value
    if kind is Kind.BOOLEAN and isinstance(value, str) and value in labels[:2]:
        return value == labels[0]
    return _COERCIONS[kind](value)


def to_number(value: Value) -> int | float | None:
    """Return a number, also of a text, with a decimal point or comma."""
    if isinstance(value, str):
        text = value.strip()
        return _finite(float(text.replace(",", "."))) if _NUMBER.fullmatch(text) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def to_flag(value: Value) -> bool | None:
    """Return True or False, also of a text or of 1 and 0."""
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE_TEXTS else False if word in _FALSE_TEXTS else None
    if isinstance(value, bool):
        return value
    return bool(value) if value in (0, 1) else None


def _finite(number: float) -> float | None:
    return number if -LARGEST_NUMBER <= number <= LARGEST_NUMBER else None


def _text(value: Scalar) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:.15g}"


def _moment(value: Scalar) -> Value:
    """Return a moment: of an ISO 8601 text with or without a zone, of seconds or of milliseconds since 1970."""
    if isinstance(value, str) and (number := to_number(value)) is not None and len(value) > len("20251231"):
        value = number
    try:
        if isinstance(value, str):
            return in_calendar(datetime.fromisoformat(value.strip()))
        if isinstance(value, bool) or value <= 0:
            return None
        return in_calendar(datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC))
    except ValueError, OverflowError, OSError:
        return None


def _unknown(value: Scalar) -> Value:
    return None


_COERCIONS: dict[Kind, Callable[[Scalar], Value]] = {
    Kind.NUMBER: to_number,
    Kind.BOOLEAN: to_flag,
    Kind.STRING: _text,
    Kind.DATE: _moment,
    Kind.OBJECT: _unknown,
    Kind.ARRAY: _unknown,
}


class ParsedDevice(NamedTuple):
    """A device, and the values of its attributes by name: None where the server gave none."""

    device: Device
    values: dict[str, Value]


class ParsedVariable(NamedTuple):
    """A variable and its value."""

    variable: Variable
    value: Value


def parse_device(raw: Any, dropped: DropCounter) -> ParsedDevice | None:
    """Return a device and the values of its attributes."""
    match raw:
        case {"id": str(device_id), "name": str(name), "template": str(template)} if _is_id(device_id):
            pass
        case _:
            dropped.add("malformed device")
            return None
    attributes: list[Attribute] = []
    values: dict[str, Value] = {}
    for entry in _list(raw.get("attributes"))[:MOST_IN_DEVICE]:
        if (attribute := _parse_attribute(entry, dropped)) is None or attribute.name in values:
            continue
        attributes.append(attribute)
        values[attribute.name] = coerce(attribute.kind, entry.get("value"), attribute.labels)
    listed = _list(raw.get("actions"))[:MOST_IN_DEVICE]
    actions = [action for entry in listed if (action := _parse_action(entry, dropped))]
    config = _parse_config(_dict(raw.get("configDefaults")) | _dict(raw.get("config")))
    capabilities = _strings(raw.get("capabilities"))
    device = Device(
        device_id, _name(name) or device_id, _name(template), tuple(attributes), tuple(actions), config, capabilities
    )
    return ParsedDevice(device, values)


def _parse_attribute(raw: Any, dropped: DropCounter) -> Attribute | None:
    match raw:
        case {"name": str(name), "type": str(kind)} if _is_id(name):
            declared = _KINDS.get(kind, Kind.ANY)
            # A boolean's labels are the words for true and false, those of a text are its options.
            labels = _strings(raw.get("labels"))
            is_flag = declared is Kind.BOOLEAN
            # Hundreds of devices of the same class share these texts.
            return Attribute(
                name=intern(name),
                kind=declared,
                label=intern(_name(raw.get("label")) or name),
                unit=intern(_name(raw.get("unit"))),
                acronym=_name(raw.get("acronym")),
                discrete=raw.get("discrete") is True,
                hidden=raw.get("hidden") is True,
                options=() if is_flag else tuple(dict.fromkeys(_strings(raw.get("enum")) or labels)),
                labels=labels if is_flag and len(labels) == 2 and labels != _NO_LABELS else (),
                description=intern(_str(raw.get("description"))),
            )
    dropped.add("malformed attribute")
    return None


def _parse_action(raw: Any, dropped: DropCounter) -> Action | None:
    match raw:
        case {"name": str(name)} if _is_id(name):
            declared = _dict(raw.get("params"))
            parameters = [
                Parameter(key, _KINDS.get(_str(entry.get("type")), Kind.ANY), entry.get("optional") is True)
                for key, entry in islice(declared.items(), MOST_PARAMETERS)
                if isinstance(entry, dict) and _is_id(key)
            ]
            return Action(name, tuple(parameters), bool(_dict(raw.get("returns"))))
    dropped.add("malformed action")
    return None


def _parse_config(raw: dict[str, Any]) -> DeviceConfig:
    buttons = [
        Button(entry["id"], _name(entry.get("text")) or entry["id"])
        for entry in _list(raw.get("buttons"))[:MOST_IN_DEVICE]
        if isinstance(entry, dict) and _is_id(entry.get("id"))
    ]
    return DeviceConfig(
        device_class=_name(raw.get("class")),
        buttons=tuple(buttons),
        comfort_temperature=_float(raw.get("comfyTemp")),
        eco_temperature=_float(raw.get("ecoTemp")),
        away_temperature=_float(raw.get("vacTemp")),
        lowest_temperature=_first_float(raw, "minimumTemperature", "minThresholdCelsius"),
        highest_temperature=_first_float(raw, "maximumTemperature", "maxThresholdCelsius"),
        minimum=_float(raw.get("min")),
        maximum=_float(raw.get("max")),
        step=_float(raw.get("step")),
    )


def parse_variable(raw: Any, dropped: DropCounter) -> ParsedVariable | None:
    """Return a variable and its value."""
    match raw:
        case {"name": str(name), "type": "value" | "expression" | "attribute" as kind} if _is_id(name):
            variable = Variable(
                name=name,
                type=VariableType(kind),
                unit=_name(raw.get("unit")),
                readonly=raw.get("readonly") is True,
                expression=_str(raw.get("exprInputStr")),
            )
            return ParsedVariable(variable, scalar(raw.get("value")))
    dropped.add("malformed variable")
    return None


def parse_rule(raw: Any, dropped: DropCounter) -> Rule | None:
    """Return a rule."""
    match raw:
        case {"id": str(rule_id), "name": str(name), "active": bool(active)} if _is_id(rule_id):
            return Rule(
                id=rule_id,
                name=_name(name) or rule_id,
                text=_str(raw.get("string")),
                active=active,
                valid=raw.get("valid") is not False,
                error=_str(raw.get("error")),
                logging=raw.get("logging") is not False,
            )
    dropped.add("malformed rule")
    return None


def parse_group(raw: Any, dropped: DropCounter) -> Group | None:
    """Return a group."""
    match raw:
        case {"id": str(group_id), "name": str(name)} if _is_id(group_id):
            devices = _strings(raw.get("devices"), MOST_OF_A_KIND)
            return Group(group_id, _name(name) or group_id, devices, _strings(raw.get("rules"), MOST_OF_A_KIND))
    dropped.add("malformed group")
    return None


def parse_pages(raw: Any, dropped: DropCounter) -> list[Page]:
    """Return the pages of the frontend in the server's order (docs/protocol/pimatic.md#group-and-page)."""
    pages: list[Page] = []
    for entry in _list(raw)[:MOST_PAGES]:
        match entry:
            case {"id": str(page_id), "name": str(name)} if _is_id(page_id):
                listed = map(_dict, _list(entry.get("devices"))[:MOST_OF_A_KIND])
                devices = dict.fromkeys(_str(one.get("deviceId")) for one in listed)
                pages.append(Page(page_id, _name(name) or page_id, tuple(filter(None, devices))))
            case _:
                dropped.add("malformed page")
    return pages


def parse_user(raw: Any, dropped: DropCounter) -> User | None:
    """Return the user of the connection."""
    match raw:
        case {"username": str(username), "role": str(role)}:
            permissions = {
                name: granted if isinstance(granted, bool) else _name(granted)
                for name, granted in islice(_dict(raw.get("permissions")).items(), MOST_PARAMETERS)
                if isinstance(granted, str | bool) and _is_id(name)
            }
            return User(_name(username), _name(role), permissions)
    dropped.add("malformed hello")
    return None


def parse_message(raw: Any, dropped: DropCounter) -> LogMessage | None:
    """Return a line of the server's log."""
    match raw:
        case {"level": str(level), "msg": str(text)}:
            return LogMessage(level, text[:LONGEST_TEXT], _strings(_dict(raw.get("meta")).get("tags")))
    dropped.add("malformed log message")
    return None


def parse_history(raw: Any, dropped: DropCounter, limit: int) -> list[HistoryPoint]:
    """Return the stored values of one attribute in the server's order (docs/protocol/pimatic.md#history)."""
    points: list[HistoryPoint] = []
    for entry in _list(raw)[:limit]:
        match entry:
            case {"time": int() | float() as time} if not isinstance(time, bool) and 0 <= time < LARGEST_NUMBER:
                points.append(HistoryPoint(int(time), scalar(entry.get("value"))))
            case _:
                dropped.add("malformed history entry")
    return points


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _dict(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _str(raw: Any) -> str:
    return raw[:LONGEST_TEXT] if isinstance(raw, str) else ""


def _name(raw: Any) -> str:
    """Return a text for users, truncated to the length that Home Assistant allows."""
    return raw.strip()[:LONGEST_NAME] if isinstance(raw, str) else ""


def _is_id(raw: Any) -> bool:
    return isinstance(raw, str) and 0 < len(raw) <= LONGEST_ID


def _float(raw: Any) -> float | None:
    value = coerce(Kind.NUMBER, raw)
    return float(value) if isinstance(value, int | float) else None


def _first_float(raw: dict[str, Any], *names: str) -> float | None:
    return next((value for name in names if (value := _float(raw.get(name))) is not None), None)


def _strings(raw: Any, most: int = MOST_IN_DEVICE) -> tuple[str, ...]:
    return tuple(entry[:LONGEST_NAME] for entry in _list(raw)[:most] if isinstance(entry, str))
