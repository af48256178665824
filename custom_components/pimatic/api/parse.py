"""From the server's JSON to the model. What is not of the protocol is dropped and counted.

Source: docs/protocol/pimatic.md#objects.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from sys import intern
from typing import Any, NamedTuple

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
    Parameter,
    Rule,
    User,
    Value,
    Variable,
    VariableType,
)

# Beyond this a JavaScript number is no longer exact, and no house measures it.
LARGEST_NUMBER = 2.0**53
LONGEST_TEXT = 16 * 1024

# What declared booleans hold when a plugin keeps its state as text (the LED lights' `power`).
_BOOLEAN_TEXTS = {"on": True, "off": False, "true": True, "false": False}
_KINDS = {**{kind.value: kind for kind in Kind}, "integer": Kind.NUMBER}

type Scalar = bool | int | float | str


def scalar(raw: Any) -> Scalar | None:
    """Return a JSON scalar; None for what is none, is no finite number or is absurdly large."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int | float):
        return raw if -LARGEST_NUMBER <= raw <= LARGEST_NUMBER else None
    if isinstance(raw, str):
        return raw[:LONGEST_TEXT]
    return None


def coerce(kind: Kind, raw: Any) -> Value:
    """Return a value of the declared kind; None where it cannot be read as one.

    Plugins do not keep to their declarations: a boolean comes as "on", a text as a number.
    """
    value = scalar(raw)
    if value is None or kind is Kind.ANY:
        return value
    return _COERCIONS[kind](value)


def _number(value: Scalar) -> Value:
    if isinstance(value, str):
        try:
            return scalar(float(value))
        except ValueError:
            return None
    return None if isinstance(value, bool) else value


def _boolean(value: Scalar) -> Value:
    return _BOOLEAN_TEXTS.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None


def _text(value: Scalar) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:.15g}"


def _moment(value: Scalar) -> Value:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _unknown(value: Scalar) -> Value:
    return None


_COERCIONS: dict[Kind, Callable[[Scalar], Value]] = {
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
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
        case {"id": str(device_id), "name": str(name), "template": str(template)} if device_id:
            pass
        case _:
            dropped.add("malformed device")
            return None
    attributes: list[Attribute] = []
    values: dict[str, Value] = {}
    for entry in _list(raw.get("attributes")):
        if (attribute := _parse_attribute(entry, dropped)) is None or attribute.name in values:
            continue
        attributes.append(attribute)
        values[attribute.name] = coerce(attribute.kind, entry.get("value"))
    actions = [action for entry in _list(raw.get("actions")) if (action := _parse_action(entry, dropped))]
    config = _parse_config(_dict(raw.get("configDefaults")) | _dict(raw.get("config")))
    device = Device(device_id, name or device_id, template, tuple(attributes), tuple(actions), config)
    return ParsedDevice(device, values)


def _parse_attribute(raw: Any, dropped: DropCounter) -> Attribute | None:
    match raw:
        case {"name": str(name), "type": str(kind)} if name:
            # A house has hundreds of devices of the same class: their attributes share these texts.
            return Attribute(
                name=intern(name),
                kind=_KINDS.get(kind, Kind.ANY),
                label=intern(_str(raw.get("label")) or name),
                unit=intern(_str(raw.get("unit")).strip()),
                acronym=_str(raw.get("acronym")).strip(),
                discrete=raw.get("discrete") is True,
                hidden=raw.get("hidden") is True,
                options=tuple(option for option in _list(raw.get("enum")) if isinstance(option, str)),
            )
    dropped.add("malformed attribute")
    return None


def _parse_action(raw: Any, dropped: DropCounter) -> Action | None:
    match raw:
        case {"name": str(name)} if name:
            declared = _dict(raw.get("params"))
            parameters = [
                Parameter(str(key), _KINDS.get(_str(entry.get("type")), Kind.ANY), entry.get("optional") is True)
                for key, entry in declared.items()
                if isinstance(entry, dict)
            ]
            return Action(name, tuple(parameters), bool(_dict(raw.get("returns"))))
    dropped.add("malformed action")
    return None


def _parse_config(raw: dict[str, Any]) -> DeviceConfig:
    buttons = [
        Button(entry["id"], _str(entry.get("text")) or entry["id"])
        for entry in _list(raw.get("buttons"))
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]
    return DeviceConfig(
        device_class=_str(raw.get("class")),
        buttons=tuple(buttons),
        comfort_temperature=_float(raw.get("comfyTemp")),
        eco_temperature=_float(raw.get("ecoTemp")),
        minimum=_float(raw.get("min")),
        maximum=_float(raw.get("max")),
        step=_float(raw.get("step")),
    )


def parse_variable(raw: Any, dropped: DropCounter) -> ParsedVariable | None:
    """Return a variable and its value."""
    match raw:
        case {"name": str(name), "type": "value" | "expression" | "attribute" as kind} if name:
            variable = Variable(
                name=name,
                type=VariableType(kind),
                unit=_str(raw.get("unit")).strip(),
                readonly=raw.get("readonly") is True,
                expression=_str(raw.get("exprInputStr")),
            )
            return ParsedVariable(variable, scalar(raw.get("value")))
    dropped.add("malformed variable")
    return None


def parse_rule(raw: Any, dropped: DropCounter) -> Rule | None:
    """Return a rule."""
    match raw:
        case {"id": str(rule_id), "name": str(name), "active": bool(active)} if rule_id:
            return Rule(
                id=rule_id,
                name=name or rule_id,
                text=_str(raw.get("string")),
                active=active,
                valid=raw.get("valid") is not False,
                error=_str(raw.get("error")),
            )
    dropped.add("malformed rule")
    return None


def parse_group(raw: Any, dropped: DropCounter) -> Group | None:
    """Return a group."""
    match raw:
        case {"id": str(group_id), "name": str(name)} if group_id:
            return Group(group_id, name or group_id, _strings(raw.get("devices")))
    dropped.add("malformed group")
    return None


def parse_user(raw: Any, dropped: DropCounter) -> User | None:
    """Return the user of the connection."""
    match raw:
        case {"username": str(username), "role": str(role)}:
            permissions = {
                str(name): granted
                for name, granted in _dict(raw.get("permissions")).items()
                if isinstance(granted, str | bool)
            }
            return User(username, role, permissions)
    dropped.add("malformed hello")
    return None


def parse_message(raw: Any, dropped: DropCounter) -> LogMessage | None:
    """Return a line of the server's log."""
    match raw:
        case {"level": str(level), "msg": str(text)}:
            return LogMessage(level, text[:LONGEST_TEXT], _strings(_dict(raw.get("meta")).get("tags")))
    dropped.add("malformed log message")
    return None


def parse_history(raw: Any, dropped: DropCounter) -> list[HistoryPoint]:
    """Return the stored values of one attribute in the server's order (docs/protocol/pimatic.md#history)."""
    points: list[HistoryPoint] = []
    for entry in _list(raw):
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


def _float(raw: Any) -> float | None:
    value = coerce(Kind.NUMBER, raw)
    return float(value) if isinstance(value, int | float) else None


def _strings(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, Iterable) or isinstance(raw, str | dict):
        return ()
    return tuple(entry for entry in raw if isinstance(entry, str))
