"""Typed client of pimatic 0.9 (Socket.IO 2 and REST). Needs no Home Assistant."""

from .client import PimaticClient, cookie_jar
from .errors import ActionTextRefused, ParameterInvalid, PermissionDenied, Refused
from .model import (
    Action,
    Attribute,
    Button,
    Device,
    Group,
    Kind,
    LogMessage,
    Page,
    Parameter,
    Rule,
    Value,
    Variable,
    VariableType,
)
from .parse import to_flag, to_number
from .state import (
    AttributeChanged,
    Change,
    DeviceEdited,
    GroupsEdited,
    RuleEdited,
    ServerState,
    VariableChanged,
    VariableEdited,
)

__all__ = [
    "Action",
    "ActionTextRefused",
    "Attribute",
    "AttributeChanged",
    "Button",
    "Change",
    "Device",
    "DeviceEdited",
    "Group",
    "GroupsEdited",
    "Kind",
    "LogMessage",
    "Page",
    "Parameter",
    "ParameterInvalid",
    "PermissionDenied",
    "PimaticClient",
    "Refused",
    "Rule",
    "RuleEdited",
    "ServerState",
    "Value",
    "Variable",
    "VariableChanged",
    "VariableEdited",
    "VariableType",
    "cookie_jar",
    "to_flag",
    "to_number",
]
