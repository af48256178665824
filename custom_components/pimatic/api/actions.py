"""The server's API actions that this client uses, and the check of parameters, which prevents crashes of the server.

A call whose parameters are not as declared is an uncaught exception in the server, which ends a
server that runs in the foreground (docs/protocol/pimatic.md#malformed-calls). So the client sends
nothing that this table, or the device's own list of actions, does not allow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..common.client.errors import CommandFailed
from ..common.client.wire import encode_json
from .errors import ParameterInvalid
from .model import Action, Kind, Parameter

# Longer than the texts in the server's own forms.
LONGEST_TEXT = 64 * 1024
LARGEST_NUMBER = 2.0**53


@dataclass(frozen=True, slots=True)
class ApiAction:
    """One action of the API: its name for the socket, its place in the REST API, its parameters in order.

    `result` is the key of the answer that holds the result; an action without one returns nothing.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    result: str = ""


def _required(*names: str, kind: Kind = Kind.STRING) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, kind) for name in names)


_VARIABLE = (
    *_required("name", "type"),
    Parameter("valueOrExpression", Kind.ANY),
    Parameter("unit", Kind.STRING, optional=True),
)
_RULE = (*_required("ruleId"), Parameter("rule", Kind.OBJECT))
_CRITERIA = Parameter("criteria", Kind.OBJECT, optional=True)

# From docs/protocol/pimatic.md#api-actions. The order matters: the server fills positional arguments with it
# (docs/protocol/pimatic.md#parameters).
ACTIONS: dict[str, ApiAction] = {
    action.name: action
    for action in (
        ApiAction("getGuiSettings", "GET", "/api/config/settings/gui", (), "guiSettings"),
        ApiAction("restart", "POST", "/api/restart"),
        ApiAction("getDevices", "GET", "/api/devices", (), "devices"),
        ApiAction("getDeviceById", "GET", "/api/devices/:deviceId", _required("deviceId"), "device"),
        ApiAction("getRules", "GET", "/api/rules", (), "rules"),
        ApiAction("getVariables", "GET", "/api/variables", (), "variables"),
        ApiAction("getGroups", "GET", "/api/groups", (), "groups"),
        ApiAction("getPages", "GET", "/api/pages", (), "pages"),
        ApiAction("addVariable", "POST", "/api/variables/:name", _VARIABLE, "variable"),
        ApiAction("updateVariable", "PATCH", "/api/variables/:name", _VARIABLE, "variable"),
        ApiAction("removeVariable", "DELETE", "/api/variables/:name", _required("name"), "variable"),
        ApiAction("addRuleByString", "POST", "/api/rules/:ruleId", _RULE),
        ApiAction("updateRuleByString", "PATCH", "/api/rules/:ruleId", _RULE),
        ApiAction("removeRule", "DELETE", "/api/rules/:ruleId", _required("ruleId")),
        ApiAction(
            "executeAction",
            "POST",
            "/api/execute-action",
            (
                *_required("actionString"),
                Parameter("simulate", Kind.BOOLEAN, optional=True),
                Parameter("logging", Kind.BOOLEAN, optional=True),
            ),
            "message",
        ),
        ApiAction("queryMessages", "GET", "/api/database/messages", (_CRITERIA,), "messages"),
        ApiAction(
            "querySingleDeviceAttributeEvents",
            "GET",
            "/api/database/device-attributes/:deviceId/:attributeName",
            (*_required("deviceId", "attributeName"), _CRITERIA),
            "events",
        ),
        ApiAction("addDeviceByConfig", "POST", "/api/device-config", _required("deviceConfig", kind=Kind.OBJECT)),
        ApiAction("updateDeviceByConfig", "PATCH", "/api/device-config", _required("deviceConfig", kind=Kind.OBJECT)),
        ApiAction("removeDevice", "DELETE", "/api/device-config/:deviceId", _required("deviceId"), "device"),
        ApiAction(
            "callDeviceAction",
            "GET",
            "/api/device/:deviceId/:actionName",
            _required("deviceId", "actionName"),
            "result",
        ),
    )
}


def check(action: ApiAction | Action, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an action of the API or of a device, ready to be sent. Raises ParameterInvalid.

    Optional parameters that are left out must be the last: the server would shift the others to their place
    (docs/protocol/pimatic.md#parameters).
    """
    checked: dict[str, Any] = {}
    left_out = ""
    for parameter in action.parameters:
        value = params.get(parameter.name)
        if value is None:
            if not parameter.optional:
                raise ParameterInvalid("parameter_missing", parameter=parameter.name)
            left_out = left_out or parameter.name
            continue
        if left_out:
            raise ParameterInvalid("parameter_left_out", parameter=left_out, given=parameter.name)
        if not _is_of(parameter.kind, value):
            raise ParameterInvalid("parameter_type", parameter=parameter.name, type=parameter.kind)
        checked[parameter.name] = value
    if unknown := [name for name in params if name not in checked and params[name] is not None]:
        raise ParameterInvalid("unknown_parameter", parameter=unknown[0][:60])
    return checked


def check_undeclared(params: Mapping[str, Any]) -> None:
    """Check that parameters without a known declaration can be sent. Raises ParameterInvalid."""
    for name, value in params.items():
        if not _is_sendable({name: value}):
            raise ParameterInvalid("parameter_not_sendable", parameter=str(name)[:60])


def _is_of(kind: Kind, value: Any) -> bool:
    match kind:
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.STRING | Kind.DATE:
            return isinstance(value, str) and _is_sendable(value)
        case Kind.OBJECT:
            return isinstance(value, dict) and _is_sendable(value)
        case Kind.ARRAY:
            return isinstance(value, list) and _is_sendable(value)
        case Kind.ANY:
            return _is_sendable(value)


def _is_sendable(value: Any) -> bool:
    """Return True if a value can be sent as it is. A value that is too deep for JSON is too deep for `_is_json`."""
    try:
        encode_json(value)
    except CommandFailed:
        return False
    return _is_json(value)


def _is_json(value: Any) -> bool:
    """Return True if a value can be sent as it is: no NaN, no Python objects, no overlong or broken text."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(key) and _is_json(entry) for key, entry in value.items())
    if isinstance(value, list):
        return all(_is_json(entry) for entry in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST_NUMBER
    return value is None
