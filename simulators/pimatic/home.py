"""The recorded house with the names of a real home, for the demo.

Devices that fail on purpose or have no plugin or no buttons are left out, because only tests need them.
"""

import json
from typing import Any

from .house import recorded

NAMES = {
    "dummy-switch": "Kettle",
    "labelled-switch": "Fountain",
    "dummy-dimmer": "Reading lamp",
    "dummy-shutter": "Shutter",
    "dummy-contact": "Entrance door",
    "labelled-contact": "Cellar window",
    "dummy-presence": "Hall motion",
    "dummy-presence-hold": "Somebody at home",
    "dummy-temperature": "Outdoor sensor",
    "dummy-thermostat": "Thermostat",
    "dummy-buttons": "Door station",
    "input-string": "Note",
    "input-number": "Watering minutes",
    "variable-input": "Target temperature",
    "variable-input-text": "Visitor",
    "variable-time": "Wake up at",
    "dummy-timer": "Egg timer",
    "led": "TV backlight",
    "player": "Kitchen radio",
    "probe": "Heat pump",
}
BUTTONS = {"button-a": "Ring", "button-b": "Open gate"}
RULES = {"contact-opens-switch": "Fountain on when the door opens", "inactive-rule": "Warm evening"}
NOT_AT_HOME = {"missing-plugin", "empty-buttons", "variables-device"}
# The new names of variables, in rules, expressions and devices.
VARIABLES = {
    "the-answer": "night-setback",
    "set-point": "target-temperature",
    "greet-name": "visitor",
    '"sum"': '"night-temperature"',
}
VALUES: dict[str, dict[str, Any]] = {
    "dummy-temperature": {"temperature": 20.5, "humidity": 52},
    "dummy-shutter": {"position": "up"},
    "dummy-thermostat": {"valve": 30},
    "input-string": {"input": "Feed the cat"},
    "input-number": {"input": 15},
    "variable-input-text": {"input": "Grandma"},
    "player": {"currentArtist": "The Kitchen Trio", "currentTitle": "Morning Coffee"},
}
VARIABLE_VALUES = {"night-setback": -4, "night-temperature": 17.5, "visitor": "Grandma"}
VARIABLE_UNITS = {"night-setback": "°C", "night-temperature": "°C"}
# The attributes of the recorded probe that a heat pump has.
HEAT_PUMP = {"energy", "power", "state"}
GROUPS = {
    "living-room": ("Living Room", ["dummy-dimmer", "dummy-shutter", "led", "dummy-thermostat"]),
    "kitchen": ("Kitchen", ["dummy-switch", "player", "dummy-timer"]),
    "entrance": ("Entrance", ["dummy-contact", "dummy-presence", "dummy-buttons"]),
}


def lists() -> dict[str, list[dict[str, Any]]]:
    """Return the lists of the home."""
    text = json.dumps(recorded())
    for old, new in VARIABLES.items():
        text = text.replace(old, new)
    found: dict[str, list[dict[str, Any]]] = json.loads(text)
    found["devices"] = [device for device in found["devices"] if device["id"] not in NOT_AT_HOME]
    for device in found["devices"]:
        _rename(device)
    known = {device["id"] for device in found["devices"]}
    found["variables"] = [one for one in found["variables"] if _has_device(one, known)]
    for variable in found["variables"]:
        if variable["name"] in VARIABLE_VALUES:
            variable["value"] = VARIABLE_VALUES[variable["name"]]
        if variable["name"] in VARIABLE_UNITS:
            variable["unit"] = VARIABLE_UNITS[variable["name"]]
    found["rules"] = [{**rule, "name": RULES[rule["id"]]} for rule in found["rules"] if rule["id"] in RULES]
    found["groups"] = [
        {"id": group, "name": name, "devices": devices, "rules": [], "variables": []}
        for group, (name, devices) in GROUPS.items()
    ]
    return found


def _rename(device: dict[str, Any]) -> None:
    """Set the name and the values of a device in the home."""
    device["name"] = device["config"]["name"] = NAMES.get(device["id"], device["name"])
    for button in device["config"].get("buttons", ()):
        button["text"] = BUTTONS.get(button["id"], button["text"])
    if device["id"] == "probe":
        device["config"]["class"] = "HeatPump"
        device["attributes"] = [one for one in device["attributes"] if one["name"] in HEAT_PUMP]
        device["actions"] = []
    values = VALUES.get(device["id"], {})
    for attribute in device["attributes"]:
        if attribute["name"] in values:
            attribute["value"] = values[attribute["name"]]
            attribute.pop("hidden", None)


def _has_device(variable: dict[str, Any], devices: set[str]) -> bool:
    """Return False for the variable of an attribute whose device is not in the home."""
    return variable["type"] != "attribute" or variable["name"].rpartition(".")[0] in devices
