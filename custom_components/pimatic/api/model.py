"""What a pimatic server consists of: devices, variables, rules, groups, pages, and who we are there.

Values stand apart from these definitions, in `ServerState`: a definition changes when somebody
edits the server's configuration, a value changes all day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

type Value = bool | int | float | str | None


class Kind(StrEnum):
    """The type an attribute or a parameter is declared with. `ANY` stands for all that is not checked."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    STRING = "string"
    DATE = "date"
    OBJECT = "object"
    ARRAY = "array"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One readable property of a device. `options` is empty unless it is an enumeration.

    Source: docs/protocol/pimatic.md#attribute.
    """

    name: str
    kind: Kind
    label: str
    unit: str = ""
    acronym: str = ""
    discrete: bool = True
    hidden: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an action."""

    name: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something a device can be told to do. `returns` tells whether it answers with a value."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a ButtonsDevice."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """The settings of a device that matter here, with the defaults of its class.

    Temperatures in °C; minimum, maximum and step of an input device in its own unit; rolling time of
    a shutter in seconds. Source: docs/protocol/pimatic.md#device-classes.
    """

    device_class: str = ""
    buttons: tuple[Button, ...] = ()
    comfort_temperature: float | None = None
    eco_temperature: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    rolling_time: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device: what it is called, what can be read and what it can be told."""

    id: str
    name: str
    template: str
    attributes: tuple[Attribute, ...] = ()
    actions: tuple[Action, ...] = ()
    config: DeviceConfig = DeviceConfig()

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of this name."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None

    def action(self, name: str) -> Action | None:
        """Return the action of this name. Subclasses replace their base's actions: never assume one."""
        return next((action for action in self.actions if action.name == name), None)

    @property
    def plugin_missing(self) -> bool:
        """Return True if no plugin brings the device's class: such a device has no attributes and no actions.

        Source: docs/protocol/pimatic.md#device.
        """
        return self.template == "device" and not self.attributes and not self.actions


class VariableType(StrEnum):
    """What a variable holds: a value of its own, a computed one, or a copy of a device's attribute."""

    VALUE = "value"
    EXPRESSION = "expression"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable; `expression` is the text it is computed from."""

    name: str
    type: VariableType
    unit: str = ""
    readonly: bool = False
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `error` is the server's own explanation of why an invalid one is."""

    id: str
    name: str
    text: str
    active: bool
    valid: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group: what the user of the frontend sees under one heading."""

    id: str
    name: str
    devices: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the frontend and the devices on it."""

    id: str
    name: str
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    """The user of the connection, and what the user's role may do (docs/protocol/pimatic.md#roles)."""

    username: str
    role: str
    permissions: Mapping[str, str | bool]

    def may(self, permission: str, access: str = "") -> bool:
        """Tell whether the role has a permission: a flag, or a scope with `read` or `write` access.

        A server without authentication names itself `nobody` and leaves scopes out: all is allowed.
        """
        if self.username == "nobody" and self.role == "no":
            return True
        granted = self.permissions.get(permission)
        if not access:
            return granted is True
        return granted == "write" or (granted == "read" and access == "read")

    @property
    def may_control(self) -> bool:
        """Tell whether the role may call device actions."""
        return self.may("controlDevices")


@dataclass(frozen=True, slots=True)
class LogMessage:
    """A line of the server's own log."""

    level: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A stored value of an attribute; time in milliseconds since 1970."""

    time: int
    value: Value
