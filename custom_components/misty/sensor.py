"""Sensors of a Misty robot."""

from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
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
from homeassistant.helpers.typing import StateType

from . import topics
from .api import Topic
from .api.sensors import ACTUATORS, EDGE_SENSORS, RANGE_SENSORS
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
from .topics import Key, rest

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
    """A row of the tables below; the values of the further keys of DETAILED are attributes."""


def _measured(
    key: str,
    topic: Topic,
    value: str,
    precision: int,
    device_class: SensorDeviceClass | None = None,
    unit: str | None = None,
    category: EntityCategory | None = None,
    *,
    enabled: bool = True,
) -> MistySensorDescription:
    sensor = topic.sensor[1] if topic.sensor else ""
    return MistySensorDescription(
        key=key,
        keys=((topic.type, sensor, value),),
        topics=(topic,),
        device_class=device_class,
        native_unit_of_measurement=unit,
        state_class=MEASUREMENT,
        suggested_display_precision=precision,
        entity_category=category,
        entity_registry_enabled_default=enabled,
        measurement=True,
    )


def _rare(
    key: str,
    topic: Topic,
    value: str,
    precision: int,
    device_class: SensorDeviceClass | None = None,
    unit: str | None = None,
) -> MistySensorDescription:
    """Return a row for a diagnostic value that is disabled by default."""
    return _measured(key, topic, value, precision, device_class, unit, DIAGNOSTIC, enabled=False)


def _distance(sensor: str, key: str, category: EntityCategory | None) -> MistySensorDescription:
    topic, (device_class, unit) = topics.distance(sensor), (SensorDeviceClass.DISTANCE, UnitOfLength.METERS)
    row = _measured(key, topic, "distanceInMeters", 2, device_class, unit, category, enabled=False)
    return replace(row, keys=(*row.keys, (topic.type, sensor, "status")))


def _enum(key: str, keys: tuple[Key, ...], options: dict[str, str], **more: Any) -> MistySensorDescription:
    return MistySensorDescription(
        key=key,
        keys=keys,
        device_class=SensorDeviceClass.ENUM,
        options=list(options.values()),
        entity_category=DIAGNOSTIC,
        value_fn=options.get,
        **more,
    )


def _same(*words: str) -> dict[str, str]:
    return {word: word for word in words}


def _latest(key: str, topic: Topic, *values: str, **more: Any) -> MistySensorDescription:
    """Return a row for the latest event of a type. It is disabled by default, because it is private or rare."""
    return MistySensorDescription(
        key=key,
        keys=tuple((topic.type, "", value) for value in values),
        topics=(topic,),
        entity_registry_enabled_default=False,
        **more,
    )


BATTERY, VOLTAGE, CURRENT = SensorDeviceClass.BATTERY, SensorDeviceClass.VOLTAGE, SensorDeviceClass.CURRENT
TEMPERATURE, PERCENTAGE = SensorDeviceClass.TEMPERATURE, UnitOfRatio.PERCENTAGE
VOLT, MILLIVOLT = UnitOfElectricPotential.VOLT, UnitOfElectricPotential.MILLIVOLT
AMPERE, MILLIAMPERE = UnitOfElectricCurrent.AMPERE, UnitOfElectricCurrent.MILLIAMPERE
CELSIUS = UnitOfTemperature.CELSIUS

SENSORS = (
    _measured("battery", topics.BATTERY, "chargePercent", 0, BATTERY, PERCENTAGE),
    _enum(
        "charge_state",
        (("BatteryCharge", "", "state"),),
        _same("charging", "discharging", "charged", "unknown", "fault"),
        topics=(topics.BATTERY,),
        entity_registry_enabled_default=False,
    ),
    _measured("battery_voltage", topics.BATTERY, "voltage", 2, VOLTAGE, VOLT, DIAGNOSTIC),
    _rare("battery_current", topics.BATTERY, "current", 2, CURRENT, AMPERE),
    _rare("battery_health", topics.BATTERY, "healthPercent", 0, unit=PERCENTAGE),
    # The vendor documents no unit, and its samples fit none.
    _rare("battery_temperature", topics.BATTERY, "temperature", 0),
    *(_rare(f"position_{sensor}", topics.actuator(sensor), "value", 0, unit=DEGREE) for sensor in ACTUATORS),
    *(_rare(f"imu_{axis}", topics.IMU, axis, 0, unit=DEGREE) for axis in ("yaw", "pitch", "roll")),
    _enum(
        "run_state",
        (topics.RUN_STATE,),
        _same("loading", "running", "updating"),
        topics=(topics.SELF_STATE, topics.CRITICAL),
    ),
    # The unit of these is not known.
    *(
        _rare(f"encoder_{side}_{what.lower()}", topics.ENCODERS, f"{side}{what}", 1)
        for side in ("left", "right")
        for what in ("Distance", "Velocity")
    ),
    _latest(
        "sound_direction",
        topics.SOUND_DIRECTION,
        "degreeOfArrivalSpeech",
        native_unit_of_measurement=DEGREE,
        suggested_display_precision=0,
        measurement=True,
    ),
    _rare("coil_alignment", topics.PRU, "alignment", 0),
    _rare("receiver_current", topics.PRU, "iout", 0, CURRENT, MILLIAMPERE),
    _rare("receiver_voltage", topics.PRU, "vout", 0, VOLTAGE, MILLIVOLT),
    _rare("receiver_temperature", topics.PRU, "temperature", 0, TEMPERATURE, CELSIUS),
    _enum("network", (rest("network"),), NETWORKS, entity_registry_enabled_default=False),
    MistySensorDescription(
        key="seen_objects",
        keys=(("WorldState", "", "objects"),),
        topics=(topics.WORLD,),
        state_class=MEASUREMENT,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda objects: len(objects) if isinstance(objects, tuple) else None,
    ),
)
# Texts, and values with further values as attributes.
DETAILED = (
    _latest("last_person", topics.FACES, "label", "bearing", "elevation", "distance"),
    _latest("last_object", topics.OBJECTS, "description", "confidence"),
    _latest("last_tag", topics.ARTAGS, "tagId", "dictionary"),
    _latest("last_phrase", topics.VOICE, "speechRecognitionResult"),
    _latest("last_serial_message", topics.SERIAL, "message"),
    _latest("critical_status", topics.CRITICAL, "statuscode", "message", entity_category=DIAGNOSTIC),
    MistySensorDescription(
        key="ip_address", keys=(rest("ipAddress"),), entity_category=DIAGNOSTIC, entity_registry_enabled_default=False
    ),
    _enum(
        "slam_mode",
        tuple(("SlamStatus", "", name) for name in ("runMode", "sensorStatus", "statusList")),
        SLAM_MODES,
        topics=(topics.SLAM,),
        entity_registry_enabled_default=False,
    ),
)
DISTANCES = (
    *(_distance(sensor, f"distance_{name.lower()}", None) for sensor, name in RANGE_SENSORS.items()),
    *(_distance(sensor, f"edge_{sensor}", DIAGNOSTIC) for sensor in EDGE_SENSORS),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, SENSORS, MistySensor),
        table(entry, DETAILED, MistyDetailedSensor),
        table(entry, DISTANCES, MistyDistanceSensor),
    )


class MistySensor(MistyEntity[StateType], SensorEntity):
    """A value of the robot."""

    entity_description: MistySensorDescription
    native_value = own_value


class MistyDetailedSensor(MistyEntity[StateType], SensorEntity):
    """A text or a value with details; the robot may repeat passwords of its commands in any text."""

    entity_description: MistySensorDescription

    # These change with each event.
    _unrecorded_attributes = frozenset({"bearing", "confidence", "distance", "elevation", "status", "statusList"})

    @property
    @override
    def native_value(self) -> StateType:
        value = self._value
        return self.coordinator.client.redactor.text(value) if isinstance(value, str) else value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the values of the further keys that are not None."""
        keys, redactor = self.entity_description.keys[1:], self.coordinator.client.redactor
        values = {key[2]: self.coordinator.data.get(key) for key in keys}
        return {name: redactor.value(value) for name, value in values.items() if value is not None} if keys else None


class MistyDistanceSensor(MistyDetailedSensor):
    """A distance, which is valid if its status is less than 200."""

    @property
    @override
    def native_value(self) -> StateType:
        """Return the distance; None if it is not valid."""
        status = self.coordinator.data.get(self.entity_description.keys[1])
        is_valid = not isinstance(status, int) or 0 <= status < 200
        return super().native_value if is_valid else None
