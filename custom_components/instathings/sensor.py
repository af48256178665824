"""Sensors: what the rule table says of a device's keys, and what gateways tell of their software."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.models import Device
from .api.shape import Shown
from .cloud import CloudCoordinator
from .common.push.value_entity import ValueSensor
from .const import DESCRIPTION
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .entity import InstathingsEntity, ShownEntity, keep_entities, shown_on

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class GatewaySensorDescription(SensorEntityDescription):
    """What a gateway of a cloud project tells; `value_fn` may use the names of protocols."""

    value_fn: Callable[[Device, dict[str, str]], str | None]
    exists_fn: Callable[[Device], bool] = lambda _: True


GATEWAY_SENSORS = (
    GatewaySensorDescription(
        key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda device, _: _version(dict(device.versions).get("gate")),
    ),
    GatewaySensorDescription(
        key="protocols",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda device, names: ", ".join(names.get(one, one) for one in device.protocols)[:255] or None,
        exists_fn=lambda device: bool(device.protocols),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""

    def build(coordinator: InstathingsCoordinator, device_id: str) -> Iterable[InstathingsEntity[Any]]:
        for shown in shown_on(coordinator, device_id, "sensor"):
            yield InstathingsSensor(coordinator, device_id, shown)
        device = coordinator.devices[device_id]
        if isinstance(coordinator, CloudCoordinator) and device.is_gateway:
            for description in GATEWAY_SENSORS:
                if description.exists_fn(device):
                    yield GatewaySensor(coordinator, device_id, description)
            for container, _ in device.versions:
                if container != "gate":
                    yield ContainerSensor(coordinator, device_id, container)

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsSensor(ValueSensor[InstathingsCoordinator], ShownEntity):
    """A number or a text that a device sends."""

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str, shown: Shown) -> None:
        """Take device class, unit and state class from the rule."""
        super().__init__(coordinator, device_id, shown)
        rule = shown.rule
        if rule.diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        if shown.is_number:
            self._attr_device_class = SensorDeviceClass(rule.device_class) if rule.device_class else None
            self._attr_native_unit_of_measurement = rule.unit
            self._attr_state_class = SensorStateClass(rule.state_class) if rule.state_class else None


class GatewaySensor(ValueSensor[CloudCoordinator], InstathingsEntity[CloudCoordinator]):
    """What a gateway tells of itself; known also while it is away."""

    entity_description: GatewaySensorDescription

    def __init__(self, coordinator: CloudCoordinator, device_id: str, description: GatewaySensorDescription) -> None:
        """Follow what is told of the gateway."""
        super().__init__(coordinator, device_id, description.key, (DESCRIPTION,))
        self.entity_description = description
        self._attr_translation_key = description.key

    @override
    def shown(self) -> str | None:
        # Names of protocols may become known later.
        device = self.device
        return self.entity_description.value_fn(device, self.coordinator.protocols) if device else None


class ContainerSensor(ValueSensor[CloudCoordinator], InstathingsEntity[CloudCoordinator]):
    """The version of one of the containers on a gateway."""

    _attr_translation_key = "container_version"
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: CloudCoordinator, device_id: str, container: str) -> None:
        """Follow what is told of the gateway."""
        super().__init__(coordinator, device_id, f"version_{container}", (DESCRIPTION,))
        self._container = container
        self._attr_translation_placeholders = {"container": container}

    @override
    def shown(self) -> str | None:
        return _version(dict(self.device.versions).get(self._container) if self.device else None)


def _version(image: str | None) -> str | None:
    """Return the tag of an image: `instathings/gate:1.9.1` is 1.9.1."""
    return image.rpartition(":")[2] or None if image else None
