"""A house with any number of devices, each with five attributes, for the benchmarks."""

from typing import Any

_NUMBERS = (("temperature", "°C"), ("humidity", "%"), ("power", "W"), ("voltage", "V"))


def lists(count: int) -> dict[str, list[dict[str, Any]]]:
    """Return the initial lists of a house with `count` devices, a tenth of which are switches."""
    devices = [_device(number) for number in range(count)]
    variables = [
        {
            "name": f"{device['id']}.{attribute['name']}",
            "readonly": True,
            "type": "attribute",
            "value": attribute["value"],
            "unit": attribute.get("unit", ""),
        }
        for device in devices
        for attribute in device["attributes"]
    ]
    members = [device["id"] for device in devices]
    groups = [
        {"id": f"room-{start}", "name": f"Room {start}", "devices": members[start : start + 50]}
        | {"rules": [], "variables": []}
        for start in range(0, count, 50)
    ]
    return {"devices": devices, "rules": [], "variables": variables, "pages": [], "groups": groups}


def _device(number: int) -> dict[str, Any]:
    device_id = f"device-{number}"
    attributes: list[dict[str, Any]] = [
        _attribute(name, "number", 20 + number % 10, unit=unit, discrete=False) for name, unit in _NUMBERS
    ]
    attributes.append(_attribute("state", "boolean", number % 2 == 0, labels=["on", "off"], discrete=True))
    is_switch = number % 10 == 0
    actions = [{"name": name} for name in ("turnOn", "turnOff", "toggle")] if is_switch else []
    return {
        "id": device_id,
        "name": f"Device {number}",
        "template": "switch" if is_switch else "device",
        "attributes": attributes,
        "actions": actions,
        "config": {"id": device_id, "name": f"Device {number}", "class": "DummySwitch" if is_switch else "Sensor"},
        "configDefaults": {},
        "capabilities": [],
    }


def _attribute(name: str, kind: str, value: Any, **more: Any) -> dict[str, Any]:
    history = [{"t": 1795219741848, "v": value}]
    head = {"name": name, "type": kind, "label": name.title(), "description": f"The {name}", "value": value}
    return head | {"history": history, "lastUpdate": 1795219741848} | more
