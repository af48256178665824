"""The actions of each device class (docs/protocol/pimatic.md#device-classes).

`ACTIONS[class][action]` is called with the house, the device and the parameters. It returns the result of the action,
or a coroutine if the action takes some time. Actions of other classes have no effect.
"""

import asyncio
from collections.abc import Callable, Coroutine
import re
from typing import Any

from .house import House

type Json = dict[str, Any]
type Run = Callable[[House, Json, Json], Any | Coroutine[Any, Any, Any]]

_COLOURS = {"red": "#FF0000", "green": "#008000", "blue": "#0000FF", "white": "#FFFFFF"}


class DeviceError(Exception):
    """The action failed, with the error text of the real server."""


def _set(name: str, value: Any, *, always: bool = False) -> Run:
    """Return an action that sets an attribute to a fixed value."""
    return lambda house, device, _: _put(house, device, name, value, always=always)


def _take(name: str, parameter: str, *, always: bool = False) -> Run:
    """Return an action that sets an attribute to one of its parameters."""
    return lambda house, device, params: _put(house, device, name, params[parameter], always=always)


def _put(house: House, device: Json, name: str, value: Any, *, always: bool = False) -> None:
    house.set_attribute(device["id"], name, value, only_changed=not always)


def _toggle(house: House, device: Json, _params: Json) -> None:
    _put(house, device, "state", not house.value(device["id"], "state"))


def _dim(house: House, device: Json, level: float) -> None:
    if level > 100:
        raise DeviceError("level <= 100")
    if level < 0:
        raise DeviceError("level >= 0")
    _put(house, device, "dimlevel", level)
    _put(house, device, "state", level > 0)


def _move(house: House, device: Json, params: Json) -> None:
    if params["state"] not in ("up", "down", "stopped"):
        raise DeviceError("false == true")
    _put(house, device, "position", params["state"])


async def _move_by(house: House, device: Json, params: Json) -> None:
    """Move and stop; the response is sent after the travel time."""
    _put(house, device, "position", "up" if params["percentage"] > 0 else "down")
    rolling_time = device["config"].get("rollingTime", device["configDefaults"].get("rollingTime", 10))
    await asyncio.sleep(rolling_time * abs(params["percentage"]) / 100)
    _put(house, device, "position", "stopped")


def _presence(house: House, device: Json, params: Json) -> None:
    _put(house, device, "presence", params["presence"])
    config = device["configDefaults"] | device["config"]
    if params["presence"] and config.get("autoReset"):
        house.later(config["resetTime"] / 1000, _put, house, device, "presence", False)


def _press(house: House, device: Json, params: Json) -> None:
    """Press a button. Every press sends an event, even if it is the same button again."""
    button = params["buttonId"]
    if button not in [entry["id"] for entry in device["config"].get("buttons", ())]:
        raise DeviceError(f"No button with the id {button} found")
    _put(house, device, "button", button, always=True)


def _input(house: House, device: Json, params: Json) -> None:
    """Set an input; minimum and maximum are not enforced."""
    value = params["value"]
    if device["config"].get("type") == "number":
        try:
            value = float(value)
        except ValueError:
            raise DeviceError("Input value is not a number") from None
        value = int(value) if value.is_integer() else value
    if variable := device["config"].get("variable"):
        house.set_variable(variable, "value", value, house.variables[variable]["unit"])
    else:
        _put(house, device, "input", value)


def _input_time(house: House, device: Json, params: Json) -> None:
    """Set a time; an invalid one is refused, but set nevertheless."""
    value = str(params["value"])
    variable = device["config"]["variable"]
    house.set_variable(variable, "value", value, house.variables[variable]["unit"])
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise DeviceError("textValue is not defined")


def _led(name: str, value: Any) -> Run:
    return lambda house, device, _: _put(house, device, name, value)


def _led_toggle(house: House, device: Json, _params: Json) -> None:
    _put(house, device, "power", "off" if house.value(device["id"], "power") == "on" else "on")


def _led_colour(house: House, device: Json, params: Json) -> None:
    colour = str(params["colorCode"])
    code = _COLOURS.get(colour.lower()) or (colour.upper() if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) else None)
    if code is None:
        raise DeviceError(f'Unable to parse color from string "{colour}"')
    _put(house, device, "mode", True)
    _put(house, device, "color", code)


def _led_white(house: House, device: Json, _params: Json) -> None:
    _put(house, device, "mode", False)
    _put(house, device, "color", "")


def _play(state: str, title: str = "") -> Run:
    def run(house: House, device: Json, _params: Json) -> None:
        _put(house, device, "state", state)
        if title:
            _put(house, device, "currentTitle", title)

    return run


def _skip(title: str) -> Run:
    return lambda house, device, _: _put(house, device, "currentTitle", title)


def _volume(_house: House, _device: Json, _params: Json) -> None:
    raise DeviceError(
        'The expression evaluated to a falsy value:\n\n  assert(typeof binding[actionName] === "function")\n'
    )


def _bump(house: House, device: Json, params: Json) -> float:
    _put(house, device, "energy", round(float(house.value(device["id"], "energy")) + params["by"], 3), always=True)
    return float(house.value(device["id"], "energy"))


def _optional(_house: House, _device: Json, params: Json) -> Json:
    """Return the received parameters. An omitted optional parameter shifts the later ones to its place.

    Source: docs/protocol/pimatic.md#parameters.
    """
    return dict(zip(("a", "b"), [params[key] for key in ("a", "b") if key in params], strict=False))


def _fail(_house: House, _device: Json, _params: Json) -> None:
    raise DeviceError("action failed synchronously")


async def _slow(_house: House, _device: Json, _params: Json) -> str:
    await asyncio.sleep(0.2)
    return "done"


_SWITCH: dict[str, Run] = {
    "turnOn": _set("state", True),
    "turnOff": _set("state", False),
    "toggle": _toggle,
    "changeStateTo": _take("state", "state"),
    "getState": lambda house, device, _: house.value(device["id"], "state"),
}

ACTIONS: dict[str, dict[str, Run]] = {
    "DummySwitch": _SWITCH,
    "DummyDimmer": {
        "changeDimlevelTo": lambda house, device, params: _dim(house, device, params["dimlevel"]),
        "changeStateTo": lambda house, device, params: _dim(house, device, 100 if params["state"] else 0),
        "turnOn": lambda house, device, _: _dim(house, device, 100),
        "turnOff": lambda house, device, _: _dim(house, device, 0),
        "toggle": lambda house, device, _: _dim(house, device, 0 if house.value(device["id"], "state") else 100),
    },
    "DummyShutter": {
        "moveUp": _set("position", "up"),
        "moveDown": _set("position", "down"),
        "stop": _set("position", "stopped"),
        "moveToPosition": _move,
        "moveByPercentage": _move_by,
    },
    "DummyContactSensor": {"changeContactTo": _take("contact", "contact")},
    "DummyPresenceSensor": {"changePresenceTo": _presence},
    "DummyTemperatureSensor": {
        "changeTemperatureTo": _take("temperature", "temperature", always=True),
        "changeHumidityTo": _take("humidity", "humidity", always=True),
    },
    "DummyHeatingThermostat": {
        "changeModeTo": _take("mode", "mode"),
        "changeTemperatureTo": _take("temperatureSetpoint", "temperatureSetpoint"),
        "changeValveTo": _take("valve", "valve"),
    },
    "ButtonsDevice": {"buttonPressed": _press},
    "InputDevice": {"changeInputTo": _input},
    "VariableInputDevice": {"changeInputTo": _input},
    "VariableTimeInputDevice": {"changeInputTo": _input_time},
    "Timer": {
        "startTimer": _set("running", True),
        "stopTimer": _set("running", False),
        "resetTimer": _set("time", 0, always=True),
    },
    "DummyLedLight": {
        "turnOn": _led("power", "on"),
        "turnOff": _led("power", "off"),
        "toggle": _led_toggle,
        "setColor": _led_colour,
        "setWhite": _led_white,
        "setBrightness": _take("brightness", "brightnessValue"),
        "changeDimlevelTo": _take("brightness", "dimlevel"),
        "getPower": lambda house, device, _: house.value(device["id"], "power") == "on",
        "getMode": lambda house, device, _: house.value(device["id"], "mode"),
    },
    "ProbeAVPlayer": {
        "play": _play("playing", "Song"),
        "pause": _play("paused"),
        "stop": _play("stopped"),
        "next": _skip("Next song"),
        "previous": _skip("Prev song"),
        "volume": _volume,
    },
    "ProbeSensor": {"bump": _bump, "optional": _optional, "fail": _fail, "failAsync": _fail, "slow": _slow},
}


def call(house: House, device: Json, action: str, params: Json) -> Any:
    """Run an action of a device. Raises DeviceError with the server's text."""
    declared = next((entry for entry in device["actions"] if entry["name"] == action), None)
    if declared is None:
        raise DeviceError("device hasn't that action")
    checked: Json = {}
    for name, parameter in declared.get("params", {}).items():
        if params.get(name) is None:
            if parameter.get("optional"):
                continue
            raise DeviceError(f"expected param: {name}")
        checked[name] = convert(name, parameter["type"], params[name])
    run = ACTIONS.get(device["config"].get("class", ""), {}).get(action)
    return run(house, device, checked) if run else None


def convert(name: str, kind: str, value: Any) -> Any:
    """Convert a parameter as the server does. Its error text has boolean for numbers, too.

    Source: docs/protocol/pimatic.md#calling-a-device-action.
    """
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        if value not in ("true", "false"):
            raise DeviceError(f"Expected {name} to be boolean, was: {value}")
        return value == "true"
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            raise DeviceError(f"Expected {name} to be boolean, was: {value}") from None
    return value
