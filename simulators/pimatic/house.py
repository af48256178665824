"""The state of the simulated server: devices, variables, rules, groups and pages.

A change sends the events of a real server in the same order: the attribute, its variable, then the changes by rules and
expressions (docs/protocol/pimatic.md#order-of-events).
"""

import asyncio
from collections.abc import Callable
import copy
import json
import math
from pathlib import Path
import time
from typing import Any

from . import language

FIXTURES = Path(__file__).parent / "fixtures"
LISTS = ("devices", "rules", "variables", "pages", "groups")
HISTORY_IN_JSON = 30
# A real server deletes old messages according to the settings of its database.
MAX_MESSAGES = 2000
RULE_REPEAT_SECONDS = 0.5

type Json = dict[str, Any]
type Emit = Callable[[str, Any], None]


def recorded() -> dict[str, list[Json]]:
    """Return the recorded lists of a real server, with three devices of plugins."""
    return {name: json.loads((FIXTURES / f"{name}.json").read_text("utf-8")) for name in LISTS}


def announcements(path: Path) -> list[Json]:
    """Return the devices in a file or in all files of a folder. A file has an announcement, maybe under `device`."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    contents = [json.loads(file.read_text("utf-8")) for file in files]
    return [{"configDefaults": {}, **content.get("device", content)} for content in contents]


class House:
    """The state behind the API. `emit` sends an event to all connected clients."""

    def __init__(self, emit: Emit, lists: dict[str, list[Json]] | None = None) -> None:
        """Initialize with the recorded house, or with other lists."""
        lists = copy.deepcopy(lists) if lists is not None else recorded()
        self.emit = emit
        self.devices: dict[str, Json] = {device["id"]: device for device in lists["devices"]}
        self.rules: dict[str, Json] = {rule["id"]: rule for rule in lists["rules"]}
        self.variables: dict[str, Json] = {variable["name"]: variable for variable in lists["variables"]}
        self.pages: dict[str, Json] = {page["id"]: page for page in lists["pages"]}
        self.groups: dict[str, Json] = {group["id"]: group for group in lists["groups"]}
        self.messages: list[Json] = []
        self.plugins: list[Json] = []
        self.stored: dict[tuple[str, str], list[Json]] = {}
        # The times of the last runs, by rule.
        self._ran: dict[str, float] = {}
        self._readers = self._find_readers()
        self._timers: list[asyncio.TimerHandle] = []

    def later(self, seconds: float, change: Callable[..., Any], *arguments: Any) -> None:
        """Schedule a change, which is canceled when the server stops."""
        timer = asyncio.get_running_loop().call_later(seconds, change, *arguments)
        self._timers = [one for one in self._timers if one.when() > timer.when() - seconds]
        self._timers.append(timer)

    def stop(self) -> None:
        """Cancel all scheduled changes."""
        for timer in self._timers:
            timer.cancel()
        self._timers = []

    # Devices ------------------------------------------------------------------------------------

    def attribute(self, device_id: str, name: str) -> Json | None:
        """Return the JSON of an attribute."""
        device = self.devices.get(device_id)
        return next((one for one in device["attributes"] if one["name"] == name), None) if device else None

    def value(self, device_id: str, name: str) -> Any:
        """Return the value of an attribute; None if it has none."""
        attribute = self.attribute(device_id, name)
        return attribute.get("value") if attribute else None

    def set_attribute(self, device_id: str, name: str, value: Any, *, only_changed: bool = False) -> bool:
        """Set an attribute, and send its events.

        `only_changed` is for attributes for which a real server sends no event if the value is equal
        (docs/protocol/pimatic.md#equal-values).
        """
        attribute = self.attribute(device_id, name)
        if attribute is None:
            raise ValueError(f"{device_id} has no attribute {name}")
        if isinstance(value, float) and not math.isfinite(value):
            value = None
        if only_changed and attribute.get("value") == value:
            return False
        now = int(time.time() * 1000)
        attribute["value"] = value
        attribute["lastUpdate"] = now
        attribute["history"] = [*attribute.get("history", ()), {"t": now, "v": value}][-HISTORY_IN_JSON:]
        self.stored.setdefault((device_id, name), []).append({"time": now, "value": value})
        self.emit("deviceAttributeChanged", {"deviceId": device_id, "attributeName": name, "time": now, "value": value})
        self._variable_changed(f"{device_id}.{name}", value)
        return True

    def add_device(self, device: Json) -> None:
        """Add a device: the events of its variables are sent first, those of its values last.

        Source: docs/protocol/pimatic.md#order-of-events.
        """
        self.devices[device["id"]] = device
        self._add_variables(device)
        self._announce("deviceAdded", device)

    def change_device(self, device: Json) -> None:
        """Replace the device with the same id."""
        self.devices[device["id"]] = device
        self._announce("deviceChanged", device)
        self._add_variables(device)

    def _add_variables(self, device: Json) -> None:
        """Add the missing variables of a device's attributes."""
        for attribute in device["attributes"]:
            name = f"{device['id']}.{attribute['name']}"
            if name not in self.variables:
                variable = {"name": name, "readonly": True, "type": "attribute", "value": None}
                self.variables[name] = variable | {"unit": attribute.get("unit", "")}
                self.emit("variableAdded", self.variables[name])

    def _announce(self, event: str, device: Json) -> None:
        bare = copy.deepcopy(device)
        for attribute in bare["attributes"]:
            attribute |= {"value": None, "history": []}
            attribute.pop("lastUpdate", None)
        self._readers = self._find_readers()
        self.emit(event, bare)
        for attribute in device["attributes"]:
            if attribute.get("value") is not None:
                self.set_attribute(device["id"], attribute["name"], attribute["value"])

    def remove_device(self, device_id: str) -> Json | None:
        """Remove a device and the variables of its attributes."""
        device = self.devices.pop(device_id, None)
        if device is None:
            return None
        self.emit("deviceRemoved", device)
        for attribute in device["attributes"]:
            if variable := self.variables.pop(f"{device_id}.{attribute['name']}", None):
                self.emit("variableRemoved", variable)
        return device

    # Variables ----------------------------------------------------------------------------------

    def set_variable(self, name: str, kind: str, value: Any, unit: str | None) -> Json:
        """Change a variable. Without a unit, the unit is removed; numeric texts become numbers.

        Source: docs/protocol/pimatic.md#changing-variables.
        """
        variable = self.variables.get(name)
        if variable is None:
            raise ValueError(f'No variable with the name "{name}" found.')
        if variable["readonly"]:
            raise ValueError("Can not update a readonly variable")
        _check_expression(kind, value)
        changed = variable["type"] != kind or kind == "expression"
        variable |= {"type": kind, "unit": unit or ""}
        if changed:
            for key in ("exprInputStr", "exprTokens"):
                variable.pop(key, None)
        if kind == "expression":
            variable |= {"exprInputStr": str(value), "exprTokens": str(value).split()}
            self._readers = self._find_readers()
        if changed and kind == "value":
            # The event has the new value only if the type becomes `value`.
            variable["value"] = _numeric(value)
        old = copy.deepcopy(variable)
        if changed:
            self.emit("variableChanged", old)
        self._variable_changed(name, self._evaluate(str(value)) if kind == "expression" else _numeric(value))
        return old if kind == "expression" else variable

    def add_variable(self, name: str, kind: str, value: Any, unit: str | None) -> Json:
        """Add a variable. Its name may have letters, digits, hyphens and underscores only."""
        if name in self.variables:
            raise ValueError(f'There is already a variable with the name "{name}"')
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            raise ValueError("The variable name must only contain alphanumerical characters")
        _check_expression(kind, value)
        variable: Json = {"name": name, "readonly": False, "type": kind, "value": None, "unit": unit or ""}
        self.variables[name] = variable
        if kind == "expression":
            variable |= {"exprInputStr": str(value), "exprTokens": str(value).split()}
        self._readers = self._find_readers()
        if kind == "value":
            variable["value"] = _numeric(value)
            self.emit("variableAdded", variable)
            return variable
        # A new expression has no value at first (docs/protocol/pimatic.md#changing-variables).
        added = copy.deepcopy(variable)
        self.emit("variableAdded", added)
        self._variable_changed(name, self._evaluate(str(value)))
        return added

    def remove_variable(self, name: str) -> bool | None:
        """Remove a variable. Return None for an unknown one, which is no error."""
        variable = self.variables.pop(name, None)
        if variable is None:
            return None
        self.emit("variableRemoved", variable)
        return True

    def _variable_changed(self, name: str, value: Any) -> None:
        """Send the event of a variable, then update the expressions, devices and rules that read it."""
        if (variable := self.variables.get(name)) is not None:
            variable["value"] = value
        self.emit("variableValueChanged", {"variableName": name, "variableValue": value})
        for reader, target in self._readers.get(name, ()):
            if reader == "variable" and target in self.variables:
                self._variable_changed(target, self._evaluate(self.variables[target]["exprInputStr"]))
            elif reader == "device" and target[0] in self.devices:
                self._read_into_device(*target)
        self._run_rules(name, value)

    def _read_into_device(self, device_id: str, attribute: str, expression: str) -> None:
        """Set an attribute that has an expression. Inputs send no event for an equal value."""
        value = self._evaluate(expression)
        only_changed = attribute == "input"
        self.set_attribute(device_id, attribute, value, only_changed=only_changed)

    def _find_readers(self) -> dict[str, list[tuple[str, Any]]]:
        """Return the expressions and attributes that read each variable."""
        readers: dict[str, list[tuple[str, Any]]] = {}
        for name, variable in self.variables.items():
            for used in language.variables_in(variable.get("exprInputStr", "")):
                readers.setdefault(used, []).append(("variable", name))
        for device in self.devices.values():
            for entry in device["config"].get("variables", ()):
                for used in language.variables_in(entry["expression"]):
                    target = (device["id"], entry["name"], entry["expression"])
                    readers.setdefault(used, []).append(("device", target))
            if used := device["config"].get("variable"):
                readers.setdefault(used, []).append(("device", (device["id"], "input", f"${used}")))
        return readers

    def _evaluate(self, expression: str) -> Any:
        return language.evaluate(expression, lambda name: (self.variables.get(name) or {}).get("value"))

    # Rules --------------------------------------------------------------------------------------

    def put_rule(self, rule_id: str, changes: Json, *, add: bool = False) -> None:
        """Add or change a rule; the changes may have name, ruleString, active and logging."""
        if add and rule_id in self.rules:
            raise ValueError(f'There is already a rule with the ID "{rule_id}"')
        if not add and rule_id not in self.rules:
            raise ValueError(f'Invalid ruleId: "{rule_id}"')
        text = changes.get("ruleString") or self.rules.get(rule_id, {}).get("string", "")
        condition, action = language.split_rule(text)
        if "ruleString" in changes:
            self._check_rule(condition, action)
        old = self.rules.get(rule_id, {"name": rule_id, "active": True, "logging": True})
        self.rules[rule_id] = {
            "id": rule_id,
            "name": changes.get("name") or old["name"],
            "string": text,
            "active": changes.get("active", old["active"]),
            "valid": True,
            "logging": changes.get("logging", old["logging"]),
            "conditionToken": condition,
            "actionsToken": action,
            "error": None,
        }
        self.emit("ruleAdded" if add else "ruleChanged", self.rules[rule_id])

    def _check_rule(self, condition: str, action: str) -> None:
        """Raise ValueError for a text that no plugin can parse (docs/protocol/pimatic.md#rule-actions)."""
        if not language.is_condition(condition):
            raise ValueError(f'Could not find an provider that decides next predicate of "{condition}".')
        self.execute(action, simulate=True)

    def remove_rule(self, rule_id: str) -> None:
        """Remove a rule."""
        if (rule := self.rules.pop(rule_id, None)) is None:
            raise ValueError(f'Invalid ruleId: "{rule_id}"')
        self.emit("ruleRemoved", rule)

    def _run_rules(self, name: str, value: Any) -> None:
        """Run the rules whose condition has become true by a change of this variable."""
        for rule in list(self.rules.values()):
            if rule["active"] and rule["valid"] and language.condition_holds(rule["conditionToken"], name, value):
                self._run_rule(rule)

    def _run_rule(self, rule: Json) -> None:
        """Run and log the actions of a rule, unless it has just run (docs/protocol/pimatic.md#runs-of-a-rule)."""
        now = time.monotonic()
        if now - self._ran.get(rule["id"], -math.inf) <= RULE_REPEAT_SECONDS:
            return
        self._ran[rule["id"]] = now
        for done in self._execute_each(rule["actionsToken"]):
            if rule["logging"]:
                self.log("info", f"rule {rule['id']}: {done}")

    def execute(self, action: str, *, simulate: bool = False) -> str:
        """Run a text of actions such as `turn lamp on and set $a to 3`, and return their descriptions."""
        return ", ".join(self._execute_each(action, simulate=simulate))

    def _execute_each(self, action: str, *, simulate: bool = False) -> list[str]:
        done: list[str] = []
        for part in language.split_actions(action):
            if (step := language.parse_action(part, self)) is None:
                raise ValueError(f'Could not find an provider that provides the next action of "{part}".')
            text, run = step
            if not simulate:
                run()
            done.append(f"would have {text}" if simulate else text)
        return done

    # Groups, pages, messages --------------------------------------------------------------------

    def put_group(self, group_id: str, changes: Json, *, add: bool = False) -> Json:
        """Add or change a group."""
        if not add and group_id not in self.groups:
            raise ValueError("Group not found")
        empty: Json = {"id": group_id, "name": group_id, "devices": [], "rules": [], "variables": []}
        group = self.groups[group_id] = self.groups.get(group_id, empty) | {
            key: changes[key] for key in ("name", "devices", "rules", "variables") if key in changes
        }
        self.emit("groupAdded" if add else "groupChanged", group)
        return group

    def remove_group(self, group_id: str) -> list[Json]:
        """Remove a group. The result is an array (docs/protocol/pimatic.md#group-and-page-actions)."""
        if (group := self.groups.pop(group_id, None)) is None:
            return []
        self.emit("groupRemoved", group)
        return [group]

    def put_page(self, page_id: str, changes: Json, *, add: bool = False) -> Json:
        """Add or change a page."""
        if not add and page_id not in self.pages:
            raise ValueError("Page not found")
        empty: Json = {"id": page_id, "name": page_id, "devices": []}
        page = self.pages[page_id] = self.pages.get(page_id, empty) | {
            key: changes[key] for key in ("name", "devices") if key in changes
        }
        self.emit("pageAdded" if add else "pageChanged", page)
        return page

    def remove_page(self, page_id: str) -> list[Json]:
        """Remove a page."""
        if (page := self.pages.pop(page_id, None)) is None:
            return []
        self.emit("pageRemoved", page)
        return [page]

    def log(self, level: str, text: str, tag: str = "pimatic") -> None:
        """Add a log message, and send it to every client. The tag of a plugin's messages is its name."""
        now = time.time()
        self.messages.insert(0, {"time": int(now * 1000), "level": level, "tags": [tag], "text": text})
        del self.messages[MAX_MESSAGES:]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now))
        self.emit("messageLogged", {"level": level, "msg": text, "meta": {"timestamp": stamp, "tags": [tag]}})

    def restart(self) -> None:
        """Reset the values that a restart loses: the last press of a ButtonsDevice and the valve of a thermostat.

        Source: docs/protocol/pimatic.md#restart.
        """
        now = int(time.time() * 1000)
        for device in self.devices.values():
            for attribute in device["attributes"]:
                if (device["template"], attribute["name"]) in {("buttons", "button"), ("thermostat", "valve")}:
                    attribute["value"] = None
                if attribute.get("value") is not None:
                    attribute["lastUpdate"] = now
                    attribute["history"] = [{"t": now, "v": attribute["value"]}]

    def as_dict(self) -> Json:
        """Return the whole state, for the control port and for tests."""
        return {
            "devices": {
                device["id"]: {one["name"]: one.get("value") for one in device["attributes"]}
                for device in self.devices.values()
            },
            "variables": {name: one["value"] for name, one in self.variables.items() if one["type"] != "attribute"},
            "rules": {name: rule["active"] for name, rule in self.rules.items()},
            "groups": {name: group["devices"] for name, group in self.groups.items()},
        }


def _check_expression(kind: str, value: Any) -> None:
    if kind == "expression" and not language.is_expression(str(value)):
        raise ValueError("Could not parse expression")


def _numeric(value: Any) -> Any:
    """Return the number in a numeric text, and any other value unchanged."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number
