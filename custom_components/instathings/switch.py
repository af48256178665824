"""Switches: plugs and wall switches, relays of HTTP devices, settings, and the data of virtual devices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ControlKind, DataPoint, DataPointKind
from .api.http_commands import turn
from .cloud import CloudConfigEntry, CloudCoordinator
from .commands import async_patch
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PartKind
from .entity import (
    ControlEntity,
    InstathingsEntity,
    InstathingsEntityDescription,
    SettingEntity,
    controls_of,
    data_points_of,
    fields_of,
)

# The client bounds what is sent at once; a plug without power must not hold up the others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class InstathingsSwitchDescription(InstathingsEntityDescription, SwitchEntityDescription):
    """A row of the table below."""


# No device class, because it may be a valve or the wall switch of a lamp.
SWITCH = InstathingsSwitchDescription(key="switch", value_fn=lambda value: value.upper() == "ON")
# A plug measures power or energy.
OUTLET = replace(SWITCH, device_class=SwitchDeviceClass.OUTLET)
RELAY = InstathingsSwitchDescription(key="relay")
MEASURED = frozenset({"power", "energy", "current"})
DEMO_ACTIVE = InstathingsSwitchDescription(
    key="demo_active",
    translation_key="demo_active",
    entity_category=EntityCategory.CONFIG,
    value_fn=attrgetter("demo_active"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsEntity[CloudCoordinator]]:
        for control in controls_of(coordinator, part, ControlKind.SWITCH):
            is_plug = MEASURED.intersection(coordinator.profiles[part.device_id].paths)
            yield InstathingsSwitch(coordinator, part, control, OUTLET if is_plug else SWITCH)
        for data_point in data_points_of(coordinator, part, DataPointKind.SWITCH):
            yield SettingSwitch(coordinator, part, data_point)
        for control in controls_of(coordinator, part, ControlKind.RELAY):
            yield InstathingsRelay(coordinator, part, control, RELAY)
        if part.kind is PartKind.VIRTUAL:
            yield DemoActiveSwitch(coordinator, part, DEMO_ACTIVE)

    add_entities(hass, entry, async_add_entities, build)


class ValueSwitch(InstathingsEntity[CloudCoordinator], SwitchEntity):
    """The base class of all switches."""

    entity_description: InstathingsSwitchDescription
    is_on = own_value


class InstathingsSwitch(ControlEntity, ValueSwitch):
    """A switch of a Zigbee device."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_set_values({"state": "ON"})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set_values({"state": "OFF"})


class InstathingsRelay(ControlEntity, ValueSwitch):
    """A relay of an HTTP device, switched by its own HTTP request."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_turn(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_turn(on=False)

    async def _async_turn(self, *, on: bool) -> None:
        await self.async_request(turn(self.control.component, on=on), {self.control.state: on})


class SettingSwitch(SettingEntity, ValueSwitch):
    """A setting that is on or off, in the device's own words."""

    def __init__(self, coordinator: CloudCoordinator, part: Part, data_point: DataPoint) -> None:
        description = InstathingsSwitchDescription(**fields_of(data_point), value_fn=data_point.is_on)
        super().__init__(coordinator, part, data_point, description)
        self._on, self._off = data_point.on, data_point.off

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_send_value(self._on)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_send_value(self._off)


class DemoActiveSwitch(ValueSwitch):
    """A switch for the demo data of a virtual device."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start the device's demo data."""
        await async_patch(self.coordinator, self.device_id, demo_active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop the device's demo data."""
        await async_patch(self.coordinator, self.device_id, demo_active=False)
