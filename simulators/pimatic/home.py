"""The recorded house with the names of a home, for the demo: "Dummy Switch" means nothing to people."""

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
    "empty-buttons": "Spare remote",
    "input-string": "Note",
    "input-number": "Watering minutes",
    "variables-device": "Calculations",
    "variable-input": "Target temperature",
    "variable-input-text": "Visitor",
    "variable-time": "Wake up at",
    "dummy-timer": "Egg timer",
    "led": "TV backlight",
    "player": "Kitchen radio",
    "probe": "Heat pump",
}
BUTTONS = {"button-a": "Ring", "button-b": "Open gate"}
RULES = {"contact-opens-switch": "Fountain on when the door opens", "inactive-rule": "Big numbers"}
GROUPS = {
    "living-room": ("Living Room", ["dummy-dimmer", "dummy-shutter", "led", "dummy-thermostat"]),
    "kitchen": ("Kitchen", ["dummy-switch", "player", "dummy-timer"]),
    "entrance": ("Entrance", ["dummy-contact", "dummy-presence", "dummy-buttons"]),
}


def lists() -> dict[str, list[dict[str, Any]]]:
    """Return the recorded lists with these names, without the invalid rule."""
    found = recorded()
    for device in found["devices"]:
        device["name"] = device["config"]["name"] = NAMES.get(device["id"], device["name"])
        for button in device["config"].get("buttons", ()):
            button["text"] = BUTTONS.get(button["id"], button["text"])
        for attribute in device["attributes"]:
            if device["id"] == "dummy-temperature":
                attribute["value"] = {"temperature": 20.5, "humidity": 52}[attribute["name"]]
                attribute.pop("hidden", None)
    found["rules"] = [{**rule, "name": RULES[rule["id"]]} for rule in found["rules"] if rule["id"] in RULES]
    found["groups"] = [
        {"id": group, "name": name, "devices": devices, "rules": [], "variables": []}
        for group, (name, devices) in GROUPS.items()
    ]
    return found
