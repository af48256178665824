"""Sensors: numbers and texts that devices send, and the software of gateways."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from homeassistant.components.sensor import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DataPoint, DataPointKind, Device
from .api.meaning.moments import parse_moment
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import InstathingsConfigEntry, Part, PartKind
from .entity import (
    MOST_ROWS,
    DataPointEntity,
    InstathingsEntity,
    InstathingsEntityDescription,
    data_points_of,
    fields_of,
)
from .names import Name, name_of

PARALLEL_UPDATES = 0

# The container whose version is the gateway's.
GATE = "gate"
LONGEST_STATE = 255


@dataclass(frozen=True, kw_only=True)
class InstathingsSensorDescription(InstathingsEntityDescription, SensorEntityDescription):
    """A row of the table below, of a container, or of a data point. `exists_fn` returns True if a device has it."""

    exists_fn: Callable[[Device], bool] = lambda _: True


def _version(container: str, device: Device) -> str | None:
    """Return the tag of a container's image: of `instathings/gate:1.9.1` it is 1.9.1."""
    return dict(device.versions).get(container, "").rpartition(":")[2] or None


def _protocols(device: Device) -> str | None:
    return ", ".join(device.protocol_names)[:LONGEST_STATE] or None


GATEWAY_SENSORS = (
    InstathingsSensorDescription(
        key="version",
        translation_key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        # The device's page shows it.
        entity_registry_enabled_default=False,
        value_fn=partial(_version, GATE),
    ),
    InstathingsSensorDescription(
        key="protocols",
        translation_key="protocols",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_protocols,
        exists_fn=lambda device: bool(device.protocols),
    ),
)


def _container(name: str) -> InstathingsSensorDescription:
    return InstathingsSensorDescription(
        key=f"version_{name}",
        translation_key="container_version",
        translation_placeholders={"container": name},
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=partial(_version, name),
    )


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsEntity]:
        for data_point in data_points_of(coordinator, part, DataPointKind.SENSOR):
            yield DataPointSensor(
                coordinator, part, data_point, describe(data_point, coordinator.profiles[part.device_id].paths)
            )
        if part.kind is PartKind.GATEWAY:
            device = coordinator.inventory[part.device_id]
            containers = [_container(name) for name, _ in device.versions if name != GATE]
            for row in (*GATEWAY_SENSORS, *containers):
                if row.exists_fn(device):
                    yield InstathingsSensor(coordinator, part, row)

    add_entities(hass, entry, async_add_entities, build)


def describe(data_point: DataPoint, paths: Collection[str] = ()) -> InstathingsSensorDescription:
    """Return the description of a data point of a device with these paths."""
    return _row(data_point, name_of(data_point, paths))


@lru_cache(maxsize=MOST_ROWS)
def _row(data_point: DataPoint, name: Name) -> InstathingsSensorDescription:
    """Return the description of a data point with this name; a text has no class and no unit."""
    rule, fields = data_point.rule, fields_of(data_point, name)
    if not data_point.is_number:
        if rule.device_class == SensorDeviceClass.TIMESTAMP:
            return InstathingsSensorDescription(
                **fields, device_class=SensorDeviceClass.TIMESTAMP, value_fn=parse_moment
            )
        is_enum = rule.device_class == SensorDeviceClass.ENUM
        return InstathingsSensorDescription(
            **fields,
            device_class=SensorDeviceClass.ENUM if is_enum else None,
            options=list(rule.options) if is_enum else None,
            value_fn=partial(_option, rule.options) if is_enum else str,
        )
    device_class = SensorDeviceClass(rule.device_class) if rule.device_class in set(SensorDeviceClass) else None
    state_class = SensorStateClass(rule.state_class) if rule.state_class else None
    # A setting that is only read here may have a class of numbers, or none of the units of sensors.
    if device_class and rule.unit not in DEVICE_CLASS_UNITS.get(device_class, {rule.unit}):
        device_class = None
    if device_class and state_class not in DEVICE_CLASS_STATE_CLASSES.get(device_class, {state_class}):
        state_class = None
    return InstathingsSensorDescription(
        **fields,
        device_class=device_class,
        native_unit_of_measurement=rule.unit,
        state_class=state_class,
        measurement=rule.state_class == SensorStateClass.MEASUREMENT,
    )


def _option(options: tuple[str, ...], value: str) -> str | None:
    return value if value in options else None


class InstathingsSensor(InstathingsEntity, SensorEntity):
    """A number or a text."""

    entity_description: InstathingsSensorDescription
    native_value = own_value


class DataPointSensor(DataPointEntity, InstathingsSensor):
    """A number or a text that a device sends."""
