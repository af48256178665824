"""The state of the server: built by six initial events, and changed by the following events.

Source: docs/protocol/pimatic.md#events.
"""

from collections.abc import AsyncIterator, Callable, Container, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .model import Attribute, AttributeKey, Device, Group, LogMessage, Rule, User, Value, Variable, VariableType
from .parse import (
    MOST_OF_A_KIND,
    coerce,
    parse_device,
    parse_group,
    parse_message,
    parse_rule,
    parse_user,
    parse_variable,
    scalar,
)
from .redacted import NO_SECRETS, Redacted
from .room import Room

# Of all devices together.
MOST_ATTRIBUTES = 50_000
# Devices and rules in all groups together.
MOST_MEMBERS = 50_000

# What the server sends on connecting, in this order; the last one completes the state.
INITIAL = ("hello", "devices", "rules", "variables", "pages", "groups")
CALL_RESULT = "callResult"


class AttributeChanged(NamedTuple):
    """An attribute was set, perhaps to an equal value; time in milliseconds since 1970 by the server's clock."""

    key: AttributeKey
    value: Value
    time: int

    @property
    def device_id(self) -> str:
        """Return the id of the device."""
        return self.key[0]

    @property
    def attribute(self) -> str:
        """Return the name of the attribute."""
        return self.key[1]


class VariableChanged(NamedTuple):
    """A variable has a new value."""

    name: str
    value: Value


class DeviceEdited(NamedTuple):
    """A device was added, changed or removed (`device` is then None)."""

    device_id: str
    device: Device | None


class VariableEdited(NamedTuple):
    """A variable was added, changed or removed (`variable` is then None)."""

    name: str
    variable: Variable | None


class RuleEdited(NamedTuple):
    """A rule was added, changed or removed (`rule` is then None)."""

    rule_id: str
    rule: Rule | None


class GroupsEdited(NamedTuple):
    """A group was added, changed or removed: `ServerState.group_of` may have changed for any device."""


type Change = (
    AttributeChanged | VariableChanged | DeviceEdited | VariableEdited | RuleEdited | GroupsEdited | LogMessage
)


@dataclass
class ServerState:
    """Everything that the server has sent; `values` are those of the devices' attributes."""

    dropped: DropCounter
    redacted: Redacted = NO_SECRETS
    user: User | None = None
    devices: dict[str, Device] = field(default_factory=dict)
    values: dict[AttributeKey, Value] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    variable_values: dict[str, Value] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    # The lists that are not empty and have only valid entries.
    whole: set[str] = field(default_factory=set)
    _attributes: dict[AttributeKey, Attribute] = field(default_factory=dict)
    # None until it is needed: a server may change thousands of groups one after the other.
    _group_by_device: dict[str, Group] | None = None
    _members: int = 0
    room: Room = field(init=False)

    def __post_init__(self) -> None:
        """Start with all the room."""
        self.room = Room(self.dropped)

    def load(self, name: str, payload: Any) -> None:
        """Handle one of the initial events, which replaces everything of its kind."""
        for _ in self.loading(name, payload):
            pass

    def loading(self, name: str, payload: Any) -> Iterator[None]:
        """Load in steps, because thousands of devices would block the event loop for too long."""
        self.whole.discard(name)
        if name == "hello":
            self.user = parse_user(payload, self.dropped) or self.user
        elif not isinstance(payload, list):
            self.dropped.add(f"malformed list of {name}")
        elif (load := _LOADERS.get(name)) is not None and (yield from load(self, payload)) and payload:
            self.whole.add(name)

    def gone(self, name: str, known: Iterable[str]) -> list[str]:
        """Return those of the known ids that a list lacks.

        There are none if the list is empty or malformed: this user may not read it, or the server is starting.
        """
        lists: dict[str, Container[str]] = {"devices": self.devices, "variables": self.variables, "rules": self.rules}
        return [one for one in known if one not in lists[name]] if name in self.whole else []

    async def listen(
        self, messages: AsyncIterator[Any], take: Callable[[Change], None], take_result: Callable[[Any], None]
    ) -> None:
        """Call `take` with each change, and `take_result` with the result of each call, until the messages end."""
        async for message in messages:
            if (event := self.event_in(message)) is None:
                continue
            name, argument = event
            if name == CALL_RESULT:
                take_result(argument)
            elif (change := self.take(name, argument)) is not None:
                take(change)

    def event_in(self, message: Any) -> tuple[str, Any] | None:
        """Return the name and the argument of an event, which may be None; None (counted) for another message."""
        # No `match` here, because it is slower, and each change is an event.
        if isinstance(message, list) and message and isinstance(message[0], str):
            return message[0], message[1] if len(message) > 1 else None
        self.dropped.add("malformed event packet")
        return None

    def take(self, name: str, payload: Any) -> Change | None:
        """Handle an event and return the changes. Malformed and unknown events are counted and change nothing."""
        if (handle := _HANDLERS.get(name)) is not None:
            return handle(self, payload)
        if name in INITIAL:
            # A server sends its state once per connection.
            self.dropped.add("initial event of a state that is complete")
        elif name not in _IGNORED:
            self.dropped.add("unknown event")
        return None

    def group_of(self, device_id: str) -> Group | None:
        """Return the first group that a device is in."""
        if self._group_by_device is None:
            groups = reversed(self.groups.values())
            self._group_by_device = {device: group for group in groups for device in group.devices}
        return self._group_by_device.get(device_id)

    def attribute_changed(self, payload: Any) -> AttributeChanged | None:
        """Handle an attribute's value. This is called for every change, so it uses no patterns."""
        if not isinstance(payload, dict) or "value" not in payload:
            self.dropped.add("malformed attribute event")
            return None
        device_id, attribute = payload.get("deviceId"), payload.get("attributeName")
        if not isinstance(device_id, str) or not isinstance(attribute, str):
            self.dropped.add("malformed attribute event")
            return None
        key = (device_id, attribute)
        if (declared := self._attributes.get(key)) is None:
            self.dropped.add("event of an unknown attribute")
            return None
        value = coerce(declared.kind, payload["value"], declared.labels)
        if isinstance(value, str):
            value = self.redacted.value(value)
        self.values[key] = value
        time = payload.get("time")
        return AttributeChanged(key, value, time if isinstance(time, int) else 0)

    def refresh_device(self, payload: Any) -> None:
        """Store the values of a known device."""
        if parsed := parse_device(payload, self.dropped):
            values = {(parsed.device.id, name): value for name, value in self.redacted.values(parsed.values).items()}
            self.values.update((key, value) for key, value in values.items() if key in self._attributes)

    def put_device(self, device: Device, values: Mapping[str, Value]) -> bool:
        """Store a device and the values of its attributes; they replace an earlier definition.

        Return False where there is no room for it: what was known then stays.
        """
        known = self.devices.get(device.id)
        attributes = len(self._attributes) - len(known.attributes if known else ()) + len(device.attributes)
        if attributes > MOST_ATTRIBUTES:
            return self.room.refuse()
        if not self.room.admit("device", self.devices, device.id, device):
            return False
        self._drop_attributes(device.id)
        device, values = self.redacted.device(device), self.redacted.values(values)
        self.devices[device.id] = device
        for attribute in device.attributes:
            key = (device.id, attribute.name)
            self._attributes[key] = attribute
            self.values[key] = values.get(attribute.name)
        return True

    def drop_device(self, device_id: str) -> bool:
        """Forget a device and its values; return True if there was one."""
        self.room.free("device", [device_id])
        return self._drop_attributes(device_id)

    def _drop_attributes(self, device_id: str) -> bool:
        if (device := self.devices.pop(device_id, None)) is None:
            return False
        for attribute in device.attributes:
            del self._attributes[device_id, attribute.name], self.values[device_id, attribute.name]
        return True

    def put_variable(self, variable: Variable, value: Value) -> None:
        """Store a variable and its value, except for variables of attributes, which repeat the devices' values."""
        if variable.type is VariableType.ATTRIBUTE:
            return
        if self.room.admit("variable", self.variables, variable.name, variable):
            self.variables[variable.name] = self.redacted.variable(variable)
            self.variable_values[variable.name] = self.redacted.value(value)

    def put_rule(self, rule: Rule) -> Rule | None:
        """Store a rule and return the stored one, or None if there is no room for it."""
        if not self.room.admit("rule", self.rules, rule.id, rule):
            return None
        stored = self.rules[rule.id] = self.redacted.rule(rule)
        return stored

    def put_group(self, group: Group) -> bool:
        """Store a group; return False if there is no room for it."""
        members = self._members - _members(self.groups.get(group.id)) + _members(group)
        if members > MOST_MEMBERS:
            return self.room.refuse()
        if not self.room.has(self.groups, group.id):
            return False
        self._members, self._group_by_device = members, None
        self.groups[group.id] = self.redacted.group(group)
        return True

    def drop_group(self, group_id: str) -> bool:
        """Forget a group; return True if there was one."""
        self._members -= _members(self.groups.get(group_id))
        self._group_by_device = None
        return self.groups.pop(group_id, None) is not None


def _members(group: Group | None) -> int:
    return len(group.devices) + len(group.rules) if group else 0


# Initial lists -----------------------------------------------------------------------------------
# Each function returns True if all entries are valid.


def _load_devices(state: ServerState, payload: list[Any]) -> Generator[None, None, bool]:
    for device_id in tuple(state.devices):
        state.drop_device(device_id)
    return (yield from _load_each(payload, state, parse_device, lambda parsed: state.put_device(*parsed)))


def _load_variables(state: ServerState, payload: list[Any]) -> Generator[None, None, bool]:
    state.room.free("variable", state.variables)
    state.variables.clear()
    state.variable_values.clear()
    return (yield from _load_each(payload, state, parse_variable, lambda parsed: state.put_variable(*parsed)))


def _load_rules(state: ServerState, payload: list[Any]) -> Generator[None, None, bool]:
    state.room.free("rule", state.rules)
    state.rules.clear()
    return (yield from _load_each(payload, state, parse_rule, state.put_rule))


def _load_groups(state: ServerState, payload: list[Any]) -> Generator[None, None, bool]:
    for group_id in tuple(state.groups):
        state.drop_group(group_id)
    return (yield from _load_each(payload[:MOST_OF_A_KIND], state, parse_group, state.put_group))


def _load_each[T](
    payload: list[Any], state: ServerState, parse: Callable[[Any, DropCounter], T | None], put: Callable[[T], object]
) -> Generator[None, None, bool]:
    is_whole = True
    for entry in payload:
        if (parsed := parse(entry, state.dropped)) is None:
            is_whole = False
        else:
            put(parsed)
        yield
    return is_whole


_LOADERS: dict[str, Callable[[ServerState, list[Any]], Generator[None, None, bool]]] = {
    "devices": _load_devices,
    "rules": _load_rules,
    "variables": _load_variables,
    "groups": _load_groups,
}


# Events ------------------------------------------------------------------------------------------


def _variable_value_changed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"variableName": str(name)} if "variableValue" in payload:
            pass
        case _:
            state.dropped.add("malformed variable event")
            return None
    if name not in state.variables:
        return None
    value = state.variable_values[name] = state.redacted.value(scalar(payload["variableValue"]))
    return VariableChanged(name, value)


def _device_edited(state: ServerState, payload: Any) -> Change | None:
    """Take a changed device. It comes without values, so the old ones stay until new ones follow.

    Source: docs/protocol/pimatic.md#change-events.
    """
    if (parsed := parse_device(payload, state.dropped)) is None:
        return None
    device, values = parsed
    old = {name: state.values.get((device.id, name)) for name in values}
    if not state.put_device(device, {name: old[name] if value is None else value for name, value in values.items()}):
        return None
    return DeviceEdited(device.id, state.devices[device.id])


def _device_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"id": str(device_id)}:
            # A device whose class was changed is announced as removed more than once.
            return DeviceEdited(device_id, None) if state.drop_device(device_id) else None
    state.dropped.add("malformed removal of a device")
    return None


def _variable_edited(state: ServerState, payload: Any) -> Change | None:
    parsed = parse_variable(payload, state.dropped)
    if parsed is None or parsed.variable.type is VariableType.ATTRIBUTE:
        return None
    state.put_variable(*parsed)
    name = parsed.variable.name
    return VariableEdited(name, state.variables[name]) if name in state.variables else None


def _variable_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"name": str(name)} if name in state.variables:
            state.room.free("variable", [name])
            del state.variables[name], state.variable_values[name]
            return VariableEdited(name, None)
    return None


def _rule_edited(state: ServerState, payload: Any) -> Change | None:
    if (rule := parse_rule(payload, state.dropped)) is None:
        return None
    stored = state.put_rule(rule)
    return None if stored is None else RuleEdited(rule.id, stored)


def _rule_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"id": str(rule_id)} if rule_id in state.rules:
            state.room.free("rule", [rule_id])
            del state.rules[rule_id]
            return RuleEdited(rule_id, None)
    state.dropped.add("removal of an unknown rule")
    return None


def _group_edited(state: ServerState, payload: Any) -> Change | None:
    group = parse_group(payload, state.dropped)
    return GroupsEdited() if group is not None and state.put_group(group) else None


def _group_removed(state: ServerState, payload: Any) -> Change | None:
    match payload:
        case {"id": str(removed)} if state.drop_group(removed):
            return GroupsEdited()
    return None


def _message_logged(state: ServerState, payload: Any) -> Change | None:
    message = parse_message(payload, state.dropped)
    return state.redacted.message(message) if message else None


_HANDLERS: dict[str, Callable[[ServerState, Any], Change | None]] = {
    "deviceAttributeChanged": ServerState.attribute_changed,
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
    "messageLogged": _message_logged,
}

# Events that change nothing here: pages and the order of things in the frontend, discovery and updates of the server.
_IGNORED = frozenset(
    {
        "pageAdded",
        "pageChanged",
        "pageRemoved",
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
