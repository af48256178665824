"""Binary sensors of a Misty robot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import topics
from .api import Key
from .api.sensors import BUMP_SENSORS, DRIVE_ZONES, TOUCH_POSITIONS
from .common.push.value_entity import ValueBinarySensor, as_it_is
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .topics import service

PARALLEL_UPDATES = 0

DIAGNOSTIC = EntityCategory.DIAGNOSTIC
HAZARD_VALUES = (
    "driveStopped",
    "bumpSensorsHazardState",
    "timeOfFlightSensorsHazardState",
    "motorStallHazard",
    "currentSensorsHazard",
    "excessiveSpeedHazard",
)
HAZARD_KEYS: tuple[Key, ...] = tuple(("HazardNotification", "", name) for name in HAZARD_VALUES)


@dataclass(frozen=True, kw_only=True)
class MistyBinarySensorDescription(MistyEntityDescription, BinarySensorEntityDescription):
    """A row of the table below; `shows` takes the known value of its key, or those of all keys, some None."""

    shows: Callable[..., bool] = as_it_is
    attributes: bool = False


def _zone(zone: str) -> MistyBinarySensorDescription:
    return MistyBinarySensorDescription(
        key=f"hazard_{zone.removesuffix(' hazard').replace(' ', '_').lower()}",
        keys=(topics.DRIVE_STOPPED,),
        topics=(topics.HAZARDS,),
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        shows=lambda stopped: zone in stopped,
    )


def _service(name: str) -> MistyBinarySensorDescription:
    return MistyBinarySensorDescription(
        key=f"{name}_service",
        keys=(service(name),),
        commands=(f"GET services/{name}",),
        device_class=BinarySensorDeviceClass.RUNNING,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    )


BINARY_SENSORS = (
    MistyBinarySensorDescription(
        key="charging",
        keys=(("BatteryCharge", "", "isCharging"),),
        topics=(topics.BATTERY,),
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        entity_category=DIAGNOSTIC,
    ),
    *(
        MistyBinarySensorDescription(
            key=f"bump_{sensor}", keys=(("BumpSensor", sensor, "isContacted"),), topics=(topics.BUMP,)
        )
        for sensor in BUMP_SENSORS
    ),
    *(
        MistyBinarySensorDescription(
            key=f"touch_{position.lower()}",
            keys=(("TouchSensor", position, "isContacted"),),
            topics=(topics.TOUCH,),
        )
        for position in TOUCH_POSITIONS
    ),
    MistyBinarySensorDescription(
        key="hazard",
        keys=HAZARD_KEYS,
        topics=(topics.HAZARDS,),
        device_class=BinarySensorDeviceClass.PROBLEM,
        shows=lambda *hazards: any(hazards),
        attributes=True,
    ),
    *map(_zone, DRIVE_ZONES),
    MistyBinarySensorDescription(
        key="moving",
        keys=(topics.LINEAR, topics.ANGULAR),
        topics=(topics.LOCOMOTION, topics.HALT),
        device_class=BinarySensorDeviceClass.MOVING,
        shows=lambda linear, angular: bool(linear or angular),
    ),
    MistyBinarySensorDescription(
        key="camera_busy",
        keys=(topics.TAKING_PICTURE,),
        topics=(topics.SELF_STATE,),
        device_class=BinarySensorDeviceClass.RUNNING,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    MistyBinarySensorDescription(
        key="on_charger",
        keys=(("PRUMessage", "", "active"),),
        topics=(topics.PRU,),
        device_class=BinarySensorDeviceClass.PLUG,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _service("camera"),
    _service("audio"),
    _service("slam"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""

    def make(coordinator: MistyCoordinator, description: MistyBinarySensorDescription) -> MistyBinarySensor:
        return (MistyBinarySensor if len(description.keys) == 1 else MistySummary)(coordinator, description)

    add_entities(hass, entry, async_add_entities, BINARY_SENSORS, make)


class MistyBinarySensor(ValueBinarySensor[MistyCoordinator], MistyEntity):
    """One condition of the robot."""

    entity_description: MistyBinarySensorDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistyBinarySensorDescription) -> None:
        """Take its row of the table."""
        super().__init__(coordinator, description)
        self.shows = description.shows


class MistySummary(MistyBinarySensor):
    """A condition that several values make."""

    @override
    def shown(self) -> bool:
        description = self.entity_description
        return description.shows(*map(self.coordinator.data.get, description.keys))

    @override
    def _read(self) -> None:
        description = self.entity_description
        if description.attributes:
            values = {key: self.coordinator.data.get(key) for key in description.keys}
            self._attr_extra_state_attributes = {
                name: list(value) for (_, _, name), value in values.items() if isinstance(value, tuple)
            }
