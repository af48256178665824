"""The parts of a pimatic server: devices, variables, rules, groups, and the user of the connection.

Values are not part of these definitions but of `ServerState`: a definition changes when somebody edits
the server's configuration, a value changes all day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The value of an attribute or a variable; a time without a zone is in the server's time zone.
type Value = bool | int | float | str | datetime | None
# (device id, attribute name)
type AttributeKey = tuple[str, str]


class Kind(StrEnum):
    """The declared type of an attribute or a parameter. `ANY` is for values that are not checked."""

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

    `labels` are the words for true and for false, empty where the server has only its own "true" and "false".
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
    labels: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an action."""

    name: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a device. `returns` is True if it returns a value."""

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
    """The settings of a device that the integration uses, with the defaults of its class.

    Temperatures in the thermostat's unit; minimum, maximum and step of an input device in its own.
    Source: docs/protocol/pimatic.md#device-classes.
    """

    device_class: str = ""
    buttons: tuple[Button, ...] = ()
    comfort_temperature: float | None = None
    eco_temperature: float | None = None
    away_temperature: float | None = None
    lowest_temperature: float | None = None
    highest_temperature: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device: its name, its attributes and its actions.

    `capabilities` are the server's own classes that its class extends (docs/protocol/pimatic.md#device).
    """

    id: str
    name: str
    template: str
    attributes: tuple[Attribute, ...] = ()
    actions: tuple[Action, ...] = ()
    config: DeviceConfig = DeviceConfig()
    capabilities: tuple[str, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of this name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

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
    """The types of variables: a value, an expression, or a copy of a device's attribute."""

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
    """A rule. `error` is the server's own explanation of why an invalid one is.

    `logging` is True if the server writes each of its runs to the log.
    """

    id: str
    name: str
    text: str
    active: bool
    valid: bool
    error: str = ""
    logging: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A group in the frontend: the ids of its devices and rules."""

    id: str
    name: str
    devices: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the frontend: the ids of its items, in order."""

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
        """Return True if the role has a permission: a flag, or a scope with `read` or `write` access.

        A server without authentication calls the user `nobody` and leaves scopes out: everything is allowed.
        """
        if self.username == "nobody" and self.role == "no":
            return True
        granted = self.permissions.get(permission)
        if not access:
            return granted is True
        return granted == "write" or (granted == "read" and access == "read")


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
