"""Switches: plugs and wall switches, relays of HTTP devices, and whether a virtual device makes up data."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudCoordinator
from .common.push.value_entity import ValueSwitch
from .const import DESCRIPTION
from .coordinator import InstathingsConfigEntry
from .entity import ControlEntity, InstathingsEntity, controls_of, keep_entities

# The client bounds what is sent at once; a plug without power must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[InstathingsEntity[CloudCoordinator]]:
        for control in controls_of(coordinator, device_id, "switch"):
            yield InstathingsSwitch(coordinator, device_id, control)
        for control in controls_of(coordinator, device_id, "relay"):
            yield InstathingsRelay(coordinator, device_id, control)
        if coordinator.devices[device_id].is_virtual:
            yield DemoActiveSwitch(coordinator, device_id)

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsSwitch(ValueSwitch[CloudCoordinator], ControlEntity):
    """Something that is only on or off."""

    _attr_device_class = SwitchDeviceClass.OUTLET

    @staticmethod
    @override
    def shows(value: str) -> bool:
        return value.upper() == "ON"

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self.async_set({"state": "ON"})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self.async_set({"state": "OFF"})


class InstathingsRelay(ValueSwitch[CloudCoordinator], ControlEntity):
    """A relay of an HTTP device, switched by its own HTTP request."""

    _attr_device_class = SwitchDeviceClass.OUTLET

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self.coordinator.async_set_relay(self.device_id, self.control.endpoint, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self.coordinator.async_set_relay(self.device_id, self.control.endpoint, on=False)


class DemoActiveSwitch(ValueSwitch[CloudCoordinator], InstathingsEntity[CloudCoordinator]):
    """Whether a virtual device makes up data."""

    _attr_translation_key = "demo_active"
    _attr_entity_category = EntityCategory.CONFIG
    shows = staticmethod(attrgetter("demo_active"))

    def __init__(self, coordinator: CloudCoordinator, device_id: str) -> None:
        """Follow what is told of the device."""
        super().__init__(coordinator, device_id, "demo_active", (DESCRIPTION,))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let the device make up data."""
        await self.coordinator.async_patch(self.device_id, demo_active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the device be silent."""
        await self.coordinator.async_patch(self.device_id, demo_active=False)
