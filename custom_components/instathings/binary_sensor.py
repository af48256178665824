"""Binary sensors: flags of devices, and the state of gateways."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DataPoint, DataPointKind
from .cloud import CloudCoordinator
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import DATABASE, DESCRIPTION, DOMAIN, LOCAL_CONNECTION
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


@dataclass(frozen=True, kw_only=True)
class InstathingsBinarySensorDescription(InstathingsEntityDescription, BinarySensorEntityDescription):
    """A row of the tables below, or of a data point."""


GATEWAY_SENSORS = {
    PartKind.GATEWAY: InstathingsBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=attrgetter("connected"),
    ),
    PartKind.ON_PREMISE: InstathingsBinarySensorDescription(
        key="database",
        translation_key="database",
        path=DATABASE,
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
}

# For a gateway that is also connected on the network: one sensor for each of the two ways.
WAY_SENSORS = (
    InstathingsBinarySensorDescription(
        key="cloud_connection",
        translation_key="cloud_connection",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    InstathingsBinarySensorDescription(
        key="local_connection",
        translation_key="local_connection",
        path=LOCAL_CONNECTION,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    GATEWAY_SENSORS[PartKind.ON_PREMISE],
)


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsEntity]:
        for data_point in data_points_of(coordinator, part, DataPointKind.BINARY_SENSOR):
            yield DataPointBinarySensor(
                coordinator, part, data_point, describe(data_point, coordinator.profiles[part.device_id].paths)
            )
        if (row := GATEWAY_SENSORS.get(part.kind)) is not None:
            yield InstathingsBinarySensor(coordinator, part, row)
        if isinstance(coordinator, CloudCoordinator) and part.device_id in coordinator.local_gateways:
            for row in WAY_SENSORS:
                yield (CloudConnection if row.path == DESCRIPTION else WayBinarySensor)(coordinator, part, row)

    _remove_stale(hass, entry)
    add_entities(hass, entry, async_add_entities, build)


@callback
def _remove_stale(hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
    """Remove the sensors of gateways that are no longer connected on the network."""
    coordinator, registry = entry.runtime_data, er.async_get(hass)
    if not isinstance(coordinator, CloudCoordinator):
        return
    for device in coordinator.inventory.values():
        for row in WAY_SENSORS if device.is_gateway and device.id not in coordinator.local_gateways else ():
            unique_id = coordinator.unique_id(device.id, "", row.key)
            if entity_id := registry.async_get_entity_id(Platform.BINARY_SENSOR, DOMAIN, unique_id):
                registry.async_remove(entity_id)


def describe(data_point: DataPoint, paths: Collection[str] = ()) -> InstathingsBinarySensorDescription:
    """Return the description of a data point of a device with these paths."""
    return _row(data_point, name_of(data_point, paths))


@lru_cache(maxsize=MOST_ROWS)
def _row(data_point: DataPoint, name: Name) -> InstathingsBinarySensorDescription:
    """Return the description of a data point with this name."""
    rule = data_point.rule
    is_known = rule.device_class in set(BinarySensorDeviceClass)
    return InstathingsBinarySensorDescription(
        **fields_of(data_point, name),
        device_class=BinarySensorDeviceClass(str(rule.device_class)) if is_known else None,
        value_fn=partial(_is_on, data_point),
    )


def _is_on(data_point: DataPoint, value: bool | str) -> bool | None:
    """Return the state of a flag; a lock is on when it is open."""
    is_on, rule = data_point.is_on(value), data_point.rule
    is_inverted = rule.inverted or (rule.device_class == BinarySensorDeviceClass.LOCK and isinstance(value, str))
    return is_on if is_on is None else is_on != is_inverted


class InstathingsBinarySensor(InstathingsEntity, BinarySensorEntity):
    """The base class of all binary sensors."""

    entity_description: InstathingsBinarySensorDescription
    is_on = own_value


class DataPointBinarySensor(DataPointEntity, InstathingsBinarySensor):
    """A flag of a device."""


class WayBinarySensor(InstathingsBinarySensor):
    """The state of one of the two ways, available also while the other one is disconnected."""

    @property
    @override
    def available(self) -> bool:
        """Return True always."""
        return True


class CloudConnection(WayBinarySensor):
    """The connection to the cloud."""

    @property
    @override
    def _value(self) -> bool:
        """Return True while it is connected."""
        return self.coordinator.last_update_success
