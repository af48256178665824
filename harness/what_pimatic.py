"""The entities for a device of a pimatic server.

The input is the response of `/api/devices/<id>`, one of the `devices` in the diagnostics of the integration, or a file
of `tests/pimatic/devices/`.
"""

from collections.abc import Iterable
from typing import Any

from custom_components.pimatic.api import Value
from custom_components.pimatic.api.parse import parse_device
from custom_components.pimatic.binary_sensor import DEVICES as SENSING_DEVICES
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.entity import BUILT_IN, name_of
from custom_components.pimatic.meaning.features import (
    ActionFeature,
    AttributeFeature,
    ButtonFeature,
    Feature,
    Role,
    VariableFeature,
)
from custom_components.pimatic.meaning.measures import possible_numbers
from custom_components.pimatic.meaning.profile import is_private, is_reset, profile_of

from .what import Row

# The platform of each role.
PLATFORMS = {
    Role.SWITCH: "switch",
    Role.DIMMER: "light",
    Role.LED: "light",
    Role.COVER: "cover",
    Role.THERMOSTAT: "climate",
    Role.CONTACT: "binary_sensor",
    Role.PRESENCE: "binary_sensor",
    Role.BUTTONS: "event",
    Role.INPUT_NUMBER: "number",
    Role.INPUT_TEXT: "text",
    Role.INPUT_TIME: "time",
    Role.TIMER: "switch",
    Role.PLAYER: "media_player",
    Role.LOCK: "lock",
    Role.ALARM: "alarm_control_panel",
    Role.NUMBER: "sensor",
    Role.FLAG: "binary_sensor",
    Role.BATTERY_STATE: "binary_sensor",
    Role.MOMENT: "sensor",
    Role.TEXT: "sensor",
    Role.CHOICE: "select",
    Role.SETTABLE_TEXT: "text",
    Role.LAST_MOVE: "sensor",
    Role.SETTABLE_NUMBER: "number",
    Role.SETTABLE_FLAG: "switch",
    Role.BUTTON: "button",
    Role.ACTION: "button",
}

# The device classes of contacts and of what senses a presence.
SENSED = {row.role: row.device_class for row in SENSING_DEVICES}


def rows(content: Any) -> Iterable[Row]:
    """Yield the entities of a device. Raises ValueError if the input is not a device."""
    raw = content.get("device", content) if isinstance(content, dict) else {}
    parsed = parse_device(_from_diagnostics(raw), DropCounter())
    if parsed is None:
        raise ValueError("this is not a device of a pimatic server")
    device = parsed.device
    for feature in profile_of(device).features:
        yield _row(device.template, feature, parsed.values)
    for attribute in device.attributes:
        if is_private(attribute):
            yield _plain("none", attribute.name, None, f"{attribute.name}: a secret or a name of a network")


def _from_diagnostics(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a device in the server's format; in diagnostics the attributes are by name, without texts and secrets."""
    if not isinstance(attributes := raw.get("attributes"), dict):
        return raw
    listed = [
        {**one, "name": name, "value": None if isinstance(one.get("value"), str) else one.get("value")}
        for name, one in attributes.items()
        if isinstance(one, dict)
    ]
    return {**raw, "name": raw["id"], "attributes": listed, "config": {"class": raw.get("class")}}


def _plain(platform: str, path: str, value: Any, why: str) -> Row:
    return Row(platform, path, None, {}, None, None, None, None, platform != "none", value, why)


def _row(template: str, feature: Feature, values: dict[str, Value]) -> Row:
    platform = PLATFORMS[feature.role]
    if isinstance(feature, AttributeFeature):
        return _of_attribute(platform, template, feature, values)
    if isinstance(feature, ActionFeature):
        row = _plain(platform, feature.action.name, None, "an action without required parameters")
        return row._replace(category="config", enabled=False) if is_reset(feature.action) else row
    if isinstance(feature, ButtonFeature):
        return _plain(platform, feature.button.id, None, "a button in the configuration of the device")
    reads = () if isinstance(feature, VariableFeature) else feature.reads
    why = f"the attributes {', '.join(reads)} and their actions are a {feature.role}"
    row = _plain(platform, reads[0] if reads else str(feature.role), values.get(reads[0]) if reads else None, why)
    return row if (sensed := SENSED.get(feature.role)) is None else row._replace(device_class=sensed.value)


def _of_attribute(platform: str, template: str, feature: AttributeFeature, values: dict[str, Value]) -> Row:
    attribute, measured, flag = feature.attribute, feature.measure, feature.flag
    value = values.get(attribute.name)
    is_number = feature.role in (Role.NUMBER, Role.SETTABLE_NUMBER)
    is_flag = feature.role is Role.FLAG
    device_class = measured.device_class if is_number else flag.device_class if is_flag else None
    is_diagnostic = measured.is_diagnostic or flag.is_diagnostic or feature.role is Role.BATTERY_STATE
    if is_number and isinstance(value, int | float) and feature.role is Role.NUMBER:
        possible = possible_numbers(measured)
        value = value if possible is None or possible.has(value) else None
    if is_flag and isinstance(value, bool):
        value = value is not flag.is_inverted
    return Row(
        platform=platform,
        path=attribute.name,
        name_key=BUILT_IN.get((template, attribute.name, attribute.label)),
        placeholders={"label": name_of(attribute)},
        device_class=device_class.value if device_class else None,
        unit=measured.unit,
        state_class=measured.state_class.value if platform == "sensor" and measured.state_class else None,
        category="diagnostic" if is_diagnostic else None,
        enabled=feature.role is not Role.LAST_MOVE and (not attribute.hidden or device_class == "battery"),
        value=value,
        why=_why(feature),
    )


def _why(feature: AttributeFeature) -> str:
    if feature.setter:
        return f"the action {feature.setter.action} sets it"
    if feature.role is Role.NUMBER:
        return feature.measure.why
    return feature.flag.why if feature.role is Role.FLAG else f"its type is {feature.attribute.kind}"
