"""Binary sensors of a Misty robot."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import topics
from .api.sensors import BUMP_SENSORS, DRIVE_ZONES, TOUCH_POSITIONS
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
from .topics import Key, service

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
    """A row of the tables below."""


@dataclass(frozen=True, kw_only=True)
class MistySummaryDescription(MistyBinarySensorDescription):
    """A row of the table below; with `attributes`, lists among its values become attributes."""

    attributes: bool = False


def _zone(zone: str) -> MistyBinarySensorDescription:
    return MistyBinarySensorDescription(
        key=f"hazard_{zone.removesuffix(' hazard').replace(' ', '_').lower()}",
        keys=(topics.DRIVE_STOPPED,),
        topics=(topics.HAZARDS,),
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda stopped: zone in stopped,
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
            key=f"bump_{sensor}",
            keys=(("BumpSensor", sensor, "isContacted"),),
            topics=(topics.BUMP,),
            entity_registry_enabled_default=False,
        )
        for sensor in BUMP_SENSORS
    ),
    *(
        MistyBinarySensorDescription(
            key=f"touch_{position.lower()}",
            keys=(("TouchSensor", position, "isContacted"),),
            topics=(topics.TOUCH,),
            entity_registry_enabled_default=False,
        )
        for position in TOUCH_POSITIONS
    ),
    *map(_zone, DRIVE_ZONES),
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
SUMMARIES = (
    MistySummaryDescription(
        key="hazard",
        keys=HAZARD_KEYS,
        topics=(topics.HAZARDS,),
        device_class=BinarySensorDeviceClass.PROBLEM,
        attributes=True,
    ),
    MistySummaryDescription(
        key="moving",
        keys=(topics.LINEAR, topics.ANGULAR),
        topics=(topics.LOCOMOTION, topics.HALT),
        device_class=BinarySensorDeviceClass.MOVING,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, BINARY_SENSORS, MistyBinarySensor),
        table(entry, SUMMARIES, MistySummary),
    )


class MistyBinarySensor(MistyEntity[bool], BinarySensorEntity):
    """A value that is true or false."""

    entity_description: MistyBinarySensorDescription
    is_on = own_value


class MistySummary(MistyEntity, BinarySensorEntity):
    """A binary sensor that is on while any of several values is true."""

    entity_description: MistySummaryDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return True if any of the values is true."""
        return any(map(self.coordinator.data.get, self.entity_description.keys))

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the lists among the values."""
        if not self.entity_description.attributes:
            return None
        values = {key[2]: self.coordinator.data.get(key) for key in self.entity_description.keys}
        return {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
