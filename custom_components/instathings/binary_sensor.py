"""Binary sensors: what the rule table says of a device's keys, and what gateways tell of themselves."""

from collections.abc import Iterable
from operator import attrgetter, not_
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.shape import Shown
from .cloud import CloudCoordinator
from .common.push.value_entity import ValueBinarySensor
from .const import DATABASE, DESCRIPTION, GATEWAY
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .entity import InstathingsEntity, ShownEntity, keep_entities, shown_on

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


def _is_on(value: bool | str) -> bool | None:
    """Show a switch, door or lock that tells its state as a word."""
    return ON.get(value.upper()) if isinstance(value, str) else value


class InstathingsBinarySensor(ValueBinarySensor[InstathingsCoordinator], ShownEntity):
    """Something that a device says is so or not."""

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str, shown: Shown) -> None:
        """Take the device class from the rule."""
        super().__init__(coordinator, device_id, shown)
        rule = shown.rule
        if rule.key == "state":
            self.shows = _is_on
        elif rule.inverted:
            self.shows = not_
        if rule.diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        if rule.device_class in set(BinarySensorDeviceClass):
            self._attr_device_class = BinarySensorDeviceClass(str(rule.device_class))


class ConnectivityBinarySensor(ValueBinarySensor[CloudCoordinator], InstathingsEntity[CloudCoordinator]):
    """Whether a gateway is connected to the cloud."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    shows = staticmethod(attrgetter("connected"))

    def __init__(self, coordinator: CloudCoordinator, device_id: str) -> None:
        """Follow what is told of the gateway."""
        super().__init__(coordinator, device_id, "connectivity", (DESCRIPTION,))


class DatabaseBinarySensor(ValueBinarySensor[InstathingsCoordinator], InstathingsEntity):
    """Whether an on-premise gateway has a problem with its database, without which it sends nothing."""

    _attr_translation_key = "database"
    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str) -> None:
        """Follow the database."""
        super().__init__(coordinator, device_id, "database", (DATABASE,))
