"""Sensors of a Misty robot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    DEGREE,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfLength,
    UnitOfRatio,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import topics
from .api import Key, Topic, Value
from .api.sensors import ACTUATORS, EDGE_SENSORS, RANGE_SENSORS
from .common.push.value_entity import ValueSensor, as_it_is
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .topics import rest

PARALLEL_UPDATES = 0

DIAGNOSTIC = EntityCategory.DIAGNOSTIC
MEASUREMENT = SensorStateClass.MEASUREMENT
NETWORKS = {
    "Unknown": "unknown",
    "None": "none",
    "LocalAccess": "local_access",
    "LimitedInternetAccess": "limited_internet_access",
    "InternetAccess": "internet_access",
}
SLAM_MODES = {
    "Uninitialized": "uninitialized",
    "Tracking": "tracking",
    "Exploring": "exploring",
    "Relocalizing": "relocalizing",
    "Paused": "paused",
    "ExportingScene": "exporting_scene",
    "NeedMoreMotionToInitMap": "need_more_motion",
    "NotAvailable": "not_available",
}


@dataclass(frozen=True, kw_only=True)
class MistySensorDescription(MistyEntityDescription, SensorEntityDescription):
    """A row of the table below; `shows` makes the state of the value, None where it is unknown.

    `attributes` are further values of the same event, by the name under which they are shown.
    """

    shows: Callable[[Any], Any] = as_it_is
    attributes: tuple[str, ...] = ()


def _measured(key: str, topic: Topic, value: str, **options: Any) -> MistySensorDescription:
    sensor = topic.sensor[1] if topic.sensor else ""
    return MistySensorDescription(
        key=key,
        keys=((topic.type, sensor, value),),
        topics=(topic,),
        state_class=MEASUREMENT,
        measurement=True,
        **options,
    )


def _distance(sensor: str, key: str, category: EntityCategory | None) -> MistySensorDescription:
    topic = topics.distance(sensor)
    status: Key = (topic.type, sensor, "status")
    return MistySensorDescription(
        key=key,
        keys=((topic.type, sensor, "distanceInMeters"), status),
        topics=(topic,),
        device_class=SensorDeviceClass.DISTANCE,
        native_unit_of_measurement=UnitOfLength.METERS,
        state_class=MEASUREMENT,
        suggested_display_precision=2,
        entity_category=category,
        entity_registry_enabled_default=False,
        measurement=True,
        attributes=("status",),
    )


def _angle(key: str, topic: Topic, value: str) -> MistySensorDescription:
    return _measured(
        key,
        topic,
        value,
        native_unit_of_measurement=DEGREE,
        suggested_display_precision=0,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    )


def _enum(key: str, source: Key, options: dict[str, str], **more: Any) -> MistySensorDescription:
    return MistySensorDescription(
        key=key,
        keys=(source,),
        device_class=SensorDeviceClass.ENUM,
        options=list(options.values()),
        entity_category=DIAGNOSTIC,
        shows=options.get,
        **more,
    )


def _same(*words: str) -> dict[str, str]:
    return {word: word for word in words}


def _heard(key: str, topic: Topic, value: str, **more: Any) -> MistySensorDescription:
    """Make a row for the latest text of an event; what it tells is private or rare, so it is off at first."""
    return MistySensorDescription(
        key=key, keys=((topic.type, "", value),), topics=(topic,), entity_registry_enabled_default=False, **more
    )


SENSORS = (
    _measured(
        "battery",
        topics.BATTERY,
        "chargePercent",
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
    ),
    _enum(
        "charge_state",
        ("BatteryCharge", "", "state"),
        _same("charging", "discharging", "charged", "unknown", "fault"),
        topics=(topics.BATTERY,),
    ),
    _measured(
        "battery_voltage",
        topics.BATTERY,
        "voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=2,
        entity_category=DIAGNOSTIC,
    ),
    _measured(
        "battery_current",
        topics.BATTERY,
        "current",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=2,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _measured(
        "battery_health",
        topics.BATTERY,
        "healthPercent",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    # The vendor gives no unit and its samples are not credible as one.
    _measured(
        "battery_temperature",
        topics.BATTERY,
        "temperature",
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    *(_distance(sensor, f"distance_{name.lower()}", None) for sensor, name in RANGE_SENSORS.items()),
    *(_distance(sensor, f"edge_{sensor}", DIAGNOSTIC) for sensor in EDGE_SENSORS),
    *(_angle(f"position_{sensor}", topics.actuator(sensor), "value") for sensor in ACTUATORS),
    _angle("imu_yaw", topics.IMU, "yaw"),
    _angle("imu_pitch", topics.IMU, "pitch"),
    _angle("imu_roll", topics.IMU, "roll"),
    _enum(
        "run_state",
        topics.RUN_STATE,
        _same("loading", "running", "updating"),
        topics=(topics.SELF_STATE, topics.CRITICAL),
    ),
    # Neither the page nor the samples settle the unit of these four.
    *(
        _measured(
            f"encoder_{side}_{what.lower()}",
            topics.ENCODERS,
            f"{side}{what}",
            entity_category=DIAGNOSTIC,
            entity_registry_enabled_default=False,
        )
        for side in ("left", "right")
        for what in ("Distance", "Velocity")
    ),
    _heard("last_person", topics.FACES, "label", attributes=("bearing", "elevation", "distance")),
    _heard("last_object", topics.OBJECTS, "description", attributes=("confidence",)),
    _heard("last_tag", topics.ARTAGS, "tagId", attributes=("dictionary",)),
    _heard("last_phrase", topics.VOICE, "speechRecognitionResult"),
    _heard("last_serial_message", topics.SERIAL, "message"),
    _heard(
        "sound_direction",
        topics.SOUND_DIRECTION,
        "degreeOfArrivalSpeech",
        native_unit_of_measurement=DEGREE,
        measurement=True,
    ),
    _heard("critical_status", topics.CRITICAL, "statuscode", attributes=("message",), entity_category=DIAGNOSTIC),
    _measured(
        "coil_alignment",
        topics.PRU,
        "alignment",
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _measured(
        "receiver_current",
        topics.PRU,
        "iout",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.MILLIAMPERE,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _measured(
        "receiver_voltage",
        topics.PRU,
        "vout",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.MILLIVOLT,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _measured(
        "receiver_temperature",
        topics.PRU,
        "temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    MistySensorDescription(
        key="ip_address",
        keys=(rest("ipAddress"),),
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _enum("network", rest("network"), NETWORKS, entity_registry_enabled_default=False),
    _enum(
        "slam_mode",
        ("SlamStatus", "", "runMode"),
        SLAM_MODES,
        topics=(topics.SLAM,),
        attributes=("sensorStatus", "statusList"),
        entity_registry_enabled_default=False,
    ),
    MistySensorDescription(
        key="seen_objects",
        keys=(("WorldState", "", "objects"),),
        topics=(topics.WORLD,),
        state_class=MEASUREMENT,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        shows=lambda objects: len(objects) if isinstance(objects, tuple) else None,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""

    def make(coordinator: MistyCoordinator, description: MistySensorDescription) -> MistySensor:
        is_distance = description.device_class is SensorDeviceClass.DISTANCE
        return (MistyDistance if is_distance else MistySensor)(coordinator, description)

    add_entities(hass, entry, async_add_entities, SENSORS, make)


class MistySensor(ValueSensor[MistyCoordinator], MistyEntity):
    """One value of the robot."""

    entity_description: MistySensorDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistySensorDescription) -> None:
        """Take its row of the table."""
        super().__init__(coordinator, description)
        self.shows = description.shows

    @override
    def _read(self) -> None:
        description = self.entity_description
        if description.attributes:
            type_, sensor, _ = description.keys[0]
            shown: dict[str, Value] = {
                name: self.coordinator.data.get((type_, sensor, name)) for name in description.attributes
            }
            self._attr_extra_state_attributes = {name: value for name, value in shown.items() if value is not None}


class MistyDistance(MistySensor):
    """A distance; the status beside it tells whether it means anything."""

    @override
    def shown(self) -> Any:
        return None if self._is_discarded() else super().shown()

    def _is_discarded(self) -> bool:
        """Tell whether the status says that the distance means nothing (200 and more)."""
        status = self.coordinator.data.get(self.entity_description.keys[1])
        return isinstance(status, int) and (status >= 200 or status < 0)
