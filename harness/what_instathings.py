"""The entities for a device of an Instathings gateway.

The input is a payload, a list of payloads, or a file of `tests/instathings/devices/`.
"""

from collections.abc import Collection, Iterable
from typing import Any

from custom_components.instathings import binary_sensor, sensor
from custom_components.instathings.api.meaning.control import Control
from custom_components.instathings.api.meaning.data_points import DataPoint, DataPointKind
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.meaning.rules import UNKNOWN
from custom_components.instathings.api.model import Scalar
from custom_components.instathings.api.readings import parse_values, unwrapped
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.entity import fields_of
from custom_components.instathings.names import name_of

from .what import Row

# The platforms of the kinds of controls that are not called like their platform.
PLATFORMS = {"relay": "switch", "http_light": "light", "http_cover": "cover", "http_climate": "climate"}


def rows(content: Any) -> Iterable[Row]:
    """Yield the entities of a device that accepts commands."""
    payloads = content.get("payloads", [content]) if isinstance(content, dict) else content
    model = content.get("type", {}).get("model") if "payloads" in content else None
    profile, dropped = DeviceProfile("device", can_be_set=True, model=model), DropCounter()
    values: dict[str, Scalar] = {}
    for payload in payloads:
        inner = unwrapped(payload)
        is_http = inner is not payload
        if profile.fits(is_http=is_http):
            update = profile.read(parse_values(inner, dropped, is_http=is_http), dropped)
            values |= {path: value for (_, path), value in update.values.items()}
    for control in profile.controls():
        yield _of_control(control, values)
    for data_point in profile.data_points():
        yield _of_data_point(data_point, values.get(data_point.path), profile.paths)


def _of_control(control: Control, values: dict[str, Scalar]) -> Row:
    platform = PLATFORMS.get(control.kind, str(control.kind))
    why = f"the keys {', '.join(sorted(control.paths))} are a {platform}"
    value = values.get(control.main)
    return Row(platform, control.main, None, {}, None, None, None, None, True, value, why)


def _of_data_point(data_point: DataPoint, value: Scalar, paths: Collection[str]) -> Row:
    rule, fields = data_point.rule, fields_of(data_point, name_of(data_point, paths))
    device_class, unit, state_class = rule.device_class, None, None
    if data_point.kind is DataPointKind.SENSOR:
        shown = sensor.describe(data_point)
        device_class, unit, state_class = shown.device_class, shown.native_unit_of_measurement, shown.state_class
    elif data_point.kind is DataPointKind.BINARY_SENSOR:
        device_class = binary_sensor.describe(data_point).device_class
    elif data_point.kind is DataPointKind.NUMBER:
        unit = rule.unit
    why = "no table has this key" if rule.key == UNKNOWN.key else f"row `{rule.key}` of the tables"
    category = fields["entity_category"]
    return Row(
        platform=str(data_point.kind),
        path=data_point.path,
        name_key=fields["translation_key"],
        placeholders=dict(fields["translation_placeholders"] or {}),
        device_class=device_class,
        unit=unit,
        state_class=state_class,
        category=category.value if category else None,
        enabled=rule.enabled,
        value=value,
        why=why,
    )
