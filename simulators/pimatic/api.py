"""Calls of API actions by socket or REST: parameters, permissions, results.

Sources: docs/protocol/pimatic.md#calls, docs/protocol/pimatic.md#rest, docs/protocol/pimatic.md#roles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import inspect
from typing import Any

from . import history
from .api_table import ACTIONS, BOOLEANS, NUMBERS, OBJECTS, ApiAction
from .device_classes import DeviceError, call, convert
from .house import House, Json

type Permissions = Mapping[str, str | bool]


class Malformed(Exception):
    """A call that crashes a real server if it is sent by the socket (docs/protocol/pimatic.md#malformed-calls)."""


class Denied(Exception):
    """The role has no permission for the action."""


class Failed(Exception):
    """The action failed, with the error text of the real server."""


class NotFound(Exception):
    """A getter or a removal found nothing. The response is 404 by REST, and the result in `args` by the socket."""


def allowed(permissions: Permissions | None, action: ApiAction) -> bool:
    """Return True if a role may call an action; the permissions are None on a server without authentication."""
    if permissions is None or action.permission is None:
        return True
    scope, access = action.permission
    if scope == "action":
        return permissions.get(access) is True
    granted = permissions.get(scope, "none")
    return access == "none" or granted in ("write", access)


def checked(action: ApiAction, params: Json) -> Json:
    """Return the declared parameters. Raises Malformed for a missing or wrong one."""
    found: Json = {}
    for name, optional in action.parameters.items():
        value = params.get(name)
        if value is None:
            if not optional:
                raise Malformed(f"expected param: {name}")
            continue
        found[name] = _converted(name, value)
    if action.name == "addRuleByString" and not {"name", "ruleString"} <= found["rule"].keys():
        raise Malformed("Expected rule to have an property name.")
    return found


def _converted(name: str, value: Any) -> Any:
    """Convert one parameter. Raises Malformed for a wrong one."""
    kind = "number" if name in NUMBERS else "boolean" if name in BOOLEANS else "string"
    if name in OBJECTS:
        if not isinstance(value, dict):
            raise Malformed(f"Cannot read property of {name}")
        return {key: _converted(key, entry) if name == "rule" else entry for key, entry in value.items()}
    try:
        return convert(name, kind, value)
    except DeviceError as error:
        raise Malformed(str(error)) from None


@dataclass
class Api:
    """The API actions of a house."""

    house: House

    async def call(self, name: str, params: Json, permissions: Permissions | None) -> Json:
        """Call an action, and return the result object.

        Raises Malformed, Denied, Failed, NotFound; KeyError for an unknown action.
        """
        action = ACTIONS[name]
        arguments = checked(action, params)
        if not allowed(permissions, action):
            raise Denied
        if name == "callDeviceAction":
            return await self._device_action(arguments, params)
        handler = HANDLERS.get(name)
        try:
            value = handler(self.house, arguments) if handler else None
        except ValueError as error:
            raise Failed(str(error)) from None
        if name in ANSWERED:
            return {"result": ANSWERED[name]}
        if not action.result or action.result == "void":
            return {}
        if value is None and handler:
            raise NotFound({"variable": None} if name == "getVariableByName" else {})
        return {action.result: value}

    async def _device_action(self, arguments: Json, params: Json) -> Json:
        device = self.house.devices.get(arguments["deviceId"])
        if device is None:
            raise Failed(f"device not found: {arguments['deviceId']}")
        try:
            result = call(self.house, device, arguments["actionName"], params)
            if inspect.isawaitable(result):
                result = await result
        except (DeviceError, ValueError) as error:
            raise Failed(str(error)) from None
        return {} if result is None else {"result": result}


# The built-in classes of the server (docs/protocol/pimatic.md#device-classes).
CLASSES = (
    *("ButtonsDevice", "InputDevice", "VariablesDevice", "VariableInputDevice", "VariableTimeInputDevice"),
    *("DummySwitch", "DummyDimmer", "DummyShutter", "DummyHeatingThermostat", "DummyContactSensor"),
    *("DummyPresenceSensor", "DummyTemperatureSensor", "Timer"),
)
# Actions with a `result` that is not in the table of the API.
ANSWERED = {"updateRuleByString": True}


def _classes(house: House) -> list[str]:
    """Return the classes of the server and its plugins, those of plugins first."""
    devices = [one for one in house.devices.values() if one["attributes"] or one["actions"]]
    of_plugins = dict.fromkeys(one["config"].get("class", "") for one in devices)
    return [*(name for name in of_plugins if name and name not in CLASSES), *CLASSES]


def _schema(house: House, arguments: Json) -> Json | None:
    """Return the part of a class's configuration schema that all classes have in common."""
    name = arguments["className"]
    if name not in _classes(house):
        return None
    words = {
        "id": "The ID for the device",
        "name": "The name for the device",
        "class": "The class to use for the device",
    }
    return {
        "title": f"{name} config",
        "type": "object",
        "extensions": ["xLink"],
        "properties": {key: {"description": text, "type": "string"} for key, text in words.items()},
        "required": list(words),
        "additionalProperties": False,
    }


def _device_from(house: House, config: Json) -> Json:
    """Return a device for a configuration, with the attributes of another device of the class."""
    if config.get("class") not in _classes(house):
        raise ValueError(f'Unknown device class "{config.get("class")}"')
    model = next((one for one in house.devices.values() if one["config"].get("class") == config.get("class")), None)
    device: Json = {"id": config["id"], "name": config["name"], "template": "device", "attributes": [], "actions": []}
    if model is not None:
        device |= {key: model[key] for key in ("template", "actions")}
        device["attributes"] = [{**one, "history": []} for one in model["attributes"]]
    defaults = model["configDefaults"] if model else {}
    return device | {"config": config, "configDefaults": defaults, "capabilities": []}


def _add_device(house: House, arguments: Json) -> Json:
    config = arguments["deviceConfig"]
    if not {"id", "name", "class"} <= config.keys():
        raise ValueError("Missing config entry")
    if config["id"] in house.devices:
        raise ValueError(f'A device with the ID "{config["id"]}" is already in the config.')
    house.log("info", f'New device "{config["name"]}"...')
    device = _device_from(house, config)
    house.add_device(device)
    return device


def _change_device(house: House, arguments: Json) -> Json:
    config = arguments["deviceConfig"]
    if config.get("id") not in house.devices:
        raise ValueError("Device not found")
    house.log("info", f'Recreating "{config["name"]}"...')
    device = _device_from(house, config)
    house.change_device(device)
    return device


def _set_variable(house: House, arguments: Json) -> Json:
    return house.set_variable(
        arguments["name"], arguments["type"], arguments["valueOrExpression"], arguments.get("unit")
    )


def _add_variable(house: House, arguments: Json) -> Json:
    return house.add_variable(
        arguments["name"], arguments["type"], arguments["valueOrExpression"], arguments.get("unit")
    )


def _in_group(house: House, arguments: Json, key: str, member: str, *, add: bool) -> Json:
    members = [one for one in house.groups.get(arguments["groupId"], {}).get(key, ()) if one != member]
    return house.put_group(arguments["groupId"], {key: [*members, member] if add else members})


def _order(event: str, parameter: str) -> Callable[[House, Json], Any]:
    def handler(house: House, arguments: Json) -> Any:
        house.emit(event, arguments[parameter])
        return arguments[parameter]

    return handler


def _execute(house: House, arguments: Json) -> str:
    done = house.execute(arguments["actionString"], simulate=arguments.get("simulate", False))
    if arguments.get("logging", True):
        house.log("info", f"execute action: {done}")
    return done


def _cannot_restart() -> None:
    raise ValueError("Can not restart self, when not daemonized.")


HANDLERS: dict[str, Callable[[House, Json], Any]] = {
    "getGuiSettings": lambda house, _: {
        "config": {},
        "defaults": {"hideRuleName": False, "hideRuleText": False, "demo": False},
    },
    "getDevices": lambda house, _: list(house.devices.values()),
    "getDeviceById": lambda house, arguments: house.devices.get(arguments["deviceId"]),
    "getDeviceClasses": lambda house, _: _classes(house),
    "getDeviceConfigSchema": _schema,
    "getRules": lambda house, _: list(house.rules.values()),
    "getRuleById": lambda house, arguments: house.rules.get(arguments["ruleId"]),
    "getVariables": lambda house, _: list(house.variables.values()),
    "getVariableByName": lambda house, arguments: house.variables.get(arguments["name"]),
    "getGroups": lambda house, _: list(house.groups.values()),
    "getPages": lambda house, _: list(house.pages.values()),
    "getPageById": lambda house, arguments: house.pages.get(arguments["pageId"]),
    "getInstalledPluginsWithInfo": lambda house, _: house.plugins,
    "getUpdateProcessStatus": lambda house, _: {"status": "idle", "messages": []},
    "doesRequireRestart": lambda house, _: False,
    "addDeviceByConfig": _add_device,
    "updateDeviceByConfig": _change_device,
    "removeDevice": lambda house, arguments: house.remove_device(arguments["deviceId"]),
    "addVariable": _add_variable,
    "updateVariable": _set_variable,
    "removeVariable": lambda house, arguments: house.remove_variable(arguments["name"]),
    "addRuleByString": lambda house, arguments: house.put_rule(arguments["ruleId"], arguments["rule"], add=True),
    "updateRuleByString": lambda house, arguments: house.put_rule(arguments["ruleId"], arguments["rule"]),
    "removeRule": lambda house, arguments: house.remove_rule(arguments["ruleId"]),
    "executeAction": _execute,
    "addGroup": lambda house, arguments: house.put_group(arguments["groupId"], arguments["group"], add=True),
    "updateGroup": lambda house, arguments: house.put_group(arguments["groupId"], arguments["group"]),
    "removeGroup": lambda house, arguments: house.remove_group(arguments["groupId"]),
    "addDeviceToGroup": lambda house, arguments: _in_group(
        house, arguments, "devices", arguments["deviceId"], add=True
    ),
    "removeDeviceFromGroup": lambda house, arguments: _in_group(
        house, arguments, "devices", arguments["deviceId"], add=False
    ),
    "addPage": lambda house, arguments: house.put_page(arguments["pageId"], arguments["page"], add=True),
    "updatePage": lambda house, arguments: house.put_page(arguments["pageId"], arguments["page"]),
    "removePage": lambda house, arguments: house.remove_page(arguments["pageId"]),
    "updateDeviceOrder": _order("deviceOrderChanged", "deviceOrder"),
    "updateRuleOrder": _order("ruleOrderChanged", "ruleOrder"),
    "updateVariableOrder": _order("variableOrderChanged", "variableOrder"),
    "updateGroupOrder": _order("groupOrderChanged", "groupOrder"),
    "updatePageOrder": _order("pageOrderChanged", "pageOrder"),
    "queryMessages": lambda house, arguments: history.messages(house.messages, arguments.get("criteria", {})),
    "queryDeviceAttributeEvents": lambda house, arguments: history.all_events(house, arguments.get("criteria", {})),
    "querySingleDeviceAttributeEvents": lambda house, arguments: history.events(
        house, arguments["deviceId"], arguments["attributeName"], arguments.get("criteria", {})
    ),
    "restart": lambda house, _: _cannot_restart(),
}
