"""Binary sensors: what the rule table says of a device's keys, and what gateways tell of themselves."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.shape import Shown
from .cloud import CloudCoordinator
from .const import DATABASE, DESCRIPTION, GATEWAY
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .entity import InstathingsEntity, ShownEntity, keep_entities, shown_on
from .push.value_entity import ValueBinarySensor

PARALLEL_UPDATES = 0

# A door's state and a lock's are on when they are open.
ON = {"ON": True, "OFF": False, "OPEN": True, "CLOSE": False, "UNLOCK": True, "LOCK": False}


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""

    def build(coordinator: InstathingsCoordinator, device_id: str) -> Iterable[InstathingsEntity[Any]]:
        for shown in shown_on(coordinator, device_id, "binary_sensor"):
            yield InstathingsBinarySensor(coordinator, device_id, shown)
        if device_id == GATEWAY:
            yield DatabaseBinarySensor(coordinator, device_id)
        elif isinstance(coordinator, CloudCoordinator) and coordinator.devices[device_id].is_gateway:
            yield ConnectivityBinarySensor(coordinator, device_id)

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsBinarySensor(ValueBinarySensor[InstathingsCoordinator], ShownEntity):
    """Something that a device says is so or not."""

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str, shown: Shown) -> None:
        """Take the device class from the rule."""
        super().__init__(coordinator, device_id, shown)
        rule = shown.rule
        self._is_inverted = rule.inverted
        if rule.diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        if rule.device_class in set(BinarySensorDeviceClass):
            self._attr_device_class = BinarySensorDeviceClass(str(rule.device_class))

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is so."""
        value = self.coordinator.data.get(self.key)
        if isinstance(value, str):
            value = ON.get(value.upper())
        return None if value is None else bool(value) != self._is_inverted


class ConnectivityBinarySensor(ValueBinarySensor[CloudCoordinator], InstathingsEntity[CloudCoordinator]):
    """Whether a gateway is connected to the cloud."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: CloudCoordinator, device_id: str) -> None:
        """Follow what is told of the gateway."""
        super().__init__(coordinator, device_id, "connectivity", (DESCRIPTION,))

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is connected."""
        return self.device.connected if self.device else None


class DatabaseBinarySensor(ValueBinarySensor[InstathingsCoordinator], InstathingsEntity):
    """Whether an on-premise gateway has a problem with its database, without which it sends nothing."""

    _attr_translation_key = "database"
    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str) -> None:
        """Follow the database."""
        super().__init__(coordinator, device_id, "database", (DATABASE,))

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether there is one."""
        found: bool | None = self.known(DATABASE)
        return found
