"""A mirror of the server: the six initial events, kept true by the events that follow.

Source: docs/protocol/pimatic.md#events.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..common.client.wire import DropCounter
from .model import Device, Group, Kind, LogMessage, Page, Rule, User, Value, Variable, VariableType
from .parse import (
    coerce,
    parse_device,
    parse_group,
    parse_message,
    parse_page,
    parse_rule,
    parse_user,
    parse_variable,
    scalar,
)

# What the server sends on connecting, in this order; the last one completes the state.
INITIAL = ("hello", "devices", "rules", "variables", "pages", "groups")


# Takes an attribute that was set: its key, its value, and when, in milliseconds since 1970 by the server's clock.
type TakeAttribute = Callable[[tuple[str, str], Value, int], object]


@dataclass(frozen=True, slots=True)
class VariableChanged:
    """A variable has a new value."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class DeviceEdited:
    """A device was added, changed or removed (`device` is then None)."""

    device_id: str
    device: Device | None


@dataclass(frozen=True, slots=True)
class VariableEdited:
    """A variable was added, changed or removed (`variable` is then None)."""

    name: str
    variable: Variable | None


@dataclass(frozen=True, slots=True)
class RuleEdited:
    """A rule was added, changed or removed (`rule` is then None)."""

    rule_id: str
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class GroupsEdited:
    """Groups or pages were added, changed or removed."""


type Change = VariableChanged | DeviceEdited | VariableEdited | RuleEdited | GroupsEdited | LogMessage


@dataclass(slots=True)
class Known:
    """What is known of a device's attribute: the key to it, what kind of value it has, and the last one."""

    key: tuple[str, str]
    kind: Kind
    value: Value


@dataclass
class ServerState:
    """Everything the server has told. Attributes of devices by (device id, attribute name)."""

    dropped: DropCounter
    user: User | None = None
    devices: dict[str, Device] = field(default_factory=dict)
    attributes: dict[tuple[str, str], Known] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    variable_values: dict[str, Value] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    _group_by_device: dict[str, Group] = field(default_factory=dict)

    def load(self, name: str, payload: Any) -> None:
        """Take one of the initial lists, in place of what was known of its kind."""
        if name == "hello":
            self.user = parse_user(payload, self.dropped) or self.user
            return
        if not isinstance(payload, list):
            self.dropped.add(f"malformed list of {name}")
            return
        _LOADERS[name](self, payload)

    def take_other(self, name: str, payload: Any) -> None:
        """Take an event that has no handler below: a list again, or nothing that concerns us."""
        if name in INITIAL:
            self.load(name, payload)
        elif name not in _IGNORED:
            self.dropped.add("unknown event")

    @property
    def values(self) -> dict[tuple[str, str], Value]:
        """The values of all attributes."""
        return {key: known.value for key, known in self.attributes.items()}

    def key(self, device_id: str, attribute: str) -> tuple[str, str]:
        """Return the key to an attribute, for everybody the same object: that is found without comparing."""
        key = (device_id, attribute)
        return key if (known := self.attributes.get(key)) is None else known.key

    def value_of(self, device_id: str, attribute: str) -> Value:
        """Return the value of an attribute; None when none is known."""
        known = self.attributes.get((device_id, attribute))
        return None if known is None else known.value

    def put_device(self, device: Device, values: Mapping[str, Value]) -> None:
        """Keep a device and the values of its attributes, in place of what was known of it."""
        self._drop_attributes(device.id)
        self.devices[device.id] = device
        for attribute in device.attributes:
            key = (device.id, attribute.name)
            self.attributes[key] = Known(key, attribute.kind, values.get(attribute.name))

    def drop_device(self, device_id: str) -> bool:
        """Forget a device and its values; tell whether there was one."""
        self._drop_attributes(device_id)
        return self.devices.pop(device_id, None) is not None

    def _drop_attributes(self, device_id: str) -> None:
        if (device := self.devices.get(device_id)) is not None:
            for attribute in device.attributes:
                del self.attributes[device_id, attribute.name]

    def group_of(self, device_id: str) -> Group | None:
        """Return the first group a device is in."""
        return self._group_by_device.get(device_id)

    def groups_changed(self) -> None:
        """Note anew which group each device is in: a thousand entities ask for it at once."""
        groups = reversed(tuple(self.groups.values()))
        self._group_by_device = {device_id: group for group in groups for device_id in group.devices}


def _load_devices(state: ServerState, payload: list[Any]) -> None:
    state.devices.clear()
    state.attributes.clear()
    for entry in payload:
        if parsed := parse_device(entry, state.dropped):
            state.put_device(*parsed)


def _load_variables(state: ServerState, payload: list[Any]) -> None:
    state.variables.clear()
    state.variable_values.clear()
    for entry in payload:
        if parsed := parse_variable(entry, state.dropped):
            _keep_variable(state, *parsed)


def _keep_variable(state: ServerState, variable: Variable, value: Value) -> None:
    """Attribute variables are copies of what the devices tell: leave them out."""
    if variable.type is not VariableType.ATTRIBUTE:
        state.variables[variable.name] = variable
        state.variable_values[variable.name] = value


def _load_rules(state: ServerState, payload: list[Any]) -> None:
    state.rules = {rule.id: rule for entry in payload if (rule := parse_rule(entry, state.dropped))}


def _load_pages(state: ServerState, payload: list[Any]) -> None:
    state.pages = {page.id: page for entry in payload if (page := parse_page(entry, state.dropped))}


def _load_groups(state: ServerState, payload: list[Any]) -> None:
    state.groups = {group.id: group for entry in payload if (group := parse_group(entry, state.dropped))}
    state.groups_changed()


def attribute_changed(state: ServerState, take: TakeAttribute, payload: Any) -> None:
    """Take a value. A number told again changes nothing; a text may be a button that was pressed again."""
    try:
        known = state.attributes.get((payload["deviceId"], payload["attributeName"]))
        raw = payload["value"]
    except KeyError, TypeError:
        state.dropped.add("malformed attribute event")
        return
    if known is None:
        state.dropped.add("event of an unknown attribute")
    elif known.kind is not Kind.NUMBER or raw != known.value or isinstance(raw, bool):
        value = known.value = coerce(known.kind, raw)
        time = payload.get("time")
        take(known.key, value, time if isinstance(time, int) else 0)


def _variable_value_changed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"variableName": str(name)} if "variableValue" in payload:
            pass
        case _:
            state.dropped.add("malformed variable event")
            return None
    if name not in state.variables:
        return None
    value = state.variable_values[name] = scalar(payload["variableValue"])
    return VariableChanged(name, value)


def _device_edited(state: ServerState, payload: Any) -> Change | None:
    """Take a changed device. It comes without values; until they follow, the old ones hold.

    Source: docs/protocol/pimatic.md#change-events.
    """
    if (parsed := parse_device(payload, state.dropped)) is None:
        return None
    device, values = parsed
    held = {name: state.value_of(device.id, name) if value is None else value for name, value in values.items()}
    state.put_device(device, held)
    return DeviceEdited(device.id, device)


def _device_removed(state: ServerState, payload: Any) -> Change | None:
    device_id = payload.get("id") if isinstance(payload, dict) else None
    if isinstance(device_id, str) and state.drop_device(device_id):
        return DeviceEdited(device_id, None)
    state.dropped.add("removal of an unknown device")
    return None


def _variable_edited(state: ServerState, payload: Any) -> Change | None:
    if (parsed := parse_variable(payload, state.dropped)) is None:
        return None
    variable, value = parsed
    if variable.type is VariableType.ATTRIBUTE:
        return None
    _keep_variable(state, variable, value)
    return VariableEdited(variable.name, variable)


def _variable_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"name": str(name)} if name in state.variables:
            del state.variables[name], state.variable_values[name]
            return VariableEdited(name, None)
    return None


def _rule_edited(state: ServerState, payload: Any) -> Change | None:
    if (rule := parse_rule(payload, state.dropped)) is None:
        return None
    state.rules[rule.id] = rule
    return RuleEdited(rule.id, rule)


def _rule_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"id": str(rule_id)} if rule_id in state.rules:
            del state.rules[rule_id]
            return RuleEdited(rule_id, None)
    state.dropped.add("removal of an unknown rule")
    return None


def _group_edited(state: ServerState, payload: Any) -> Change | None:
    if (group := parse_group(payload, state.dropped)) is None:
        return None
    state.groups[group.id] = group
    state.groups_changed()
    return GroupsEdited()


def _page_edited(state: ServerState, payload: Any) -> Change | None:
    if (page := parse_page(payload, state.dropped)) is None:
        return None
    state.pages[page.id] = page
    return GroupsEdited()


def _group_removed(state: ServerState, payload: Any) -> Change | None:
    change = _take_out(state.groups, payload)
    state.groups_changed()
    return change


def _page_removed(state: ServerState, payload: Any) -> Change | None:
    return _take_out(state.pages, payload)


def _message_logged(state: ServerState, payload: Any) -> Change | None:
    return parse_message(payload, state.dropped)


def _take_out(members: dict[str, Any], payload: Any) -> Change | None:
    match payload:
        case {"id": str(member)} if members.pop(member, None) is not None:
            return GroupsEdited()
    return None


_LOADERS: dict[str, Callable[[ServerState, list[Any]], None]] = {
    "devices": _load_devices,
    "rules": _load_rules,
    "variables": _load_variables,
    "pages": _load_pages,
    "groups": _load_groups,
}

# What takes one event, by its name, and returns what it changed. Malformed ones change nothing. Attributes, which
# change most often, are taken by `attribute_changed`.
type Handler = Callable[[ServerState, Any], Change | None]

HANDLERS: dict[str, Handler] = {
    "variableValueChanged": _variable_value_changed,
    "deviceAdded": _device_edited,
    "deviceChanged": _device_edited,
    "deviceRemoved": _device_removed,
    "variableAdded": _variable_edited,
    "variableChanged": _variable_edited,
    "variableRemoved": _variable_removed,
    "ruleAdded": _rule_edited,
    "ruleChanged": _rule_edited,
    "ruleRemoved": _rule_removed,
    "groupAdded": _group_edited,
    "groupChanged": _group_edited,
    "groupRemoved": _group_removed,
    "pageAdded": _page_edited,
    "pageChanged": _page_edited,
    "pageRemoved": _page_removed,
    "messageLogged": _message_logged,
}

# Events that change nothing here: the order of things in the frontend, discovery and updates of the server.
_IGNORED = frozenset(
    {
        "deviceOrderChanged",
        "variableOrderChanged",
        "ruleOrderChanged",
        "groupOrderChanged",
        "pageOrderChanged",
        "discover",
        "discoverMessage",
        "deviceDiscovered",
        "updateProcessStatus",
        "updateProcessMessage",
    }
)
