"""Sensors of a Rotoclear control unit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import REVOLUTIONS_PER_MINUTE, EntityCategory, UnitOfPressure, UnitOfTemperature, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table
from .structures import accounts, expiry, ip_address, public, summary

PARALLEL_UPDATES = 0

DIAGNOSTIC = EntityCategory.DIAGNOSTIC
MEASUREMENT = SensorStateClass.MEASUREMENT


@dataclass(frozen=True, kw_only=True)
class RotoclearSensorDescription(RotoclearEntityDescription, SensorEntityDescription):
    """A row of the tables below.

    A structure is in the attribute `attribute`, through `attribute_fn`.
    """

    attribute: str | None = None
    attribute_fn: Callable[[Any], Any] = public

    @property
    @override
    def unique(self) -> str:
        """Return the variable with a suffix: a control may have the same variable."""
        return f"{self.variable}_sensor"


def _temperature(key: str, variable: str, category: EntityCategory | None = None) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=MEASUREMENT,
        suggested_display_precision=1,
        entity_category=category,
        measurement=True,
    )


def _pressure(
    key: str, variable: str, state_class: SensorStateClass | None = MEASUREMENT, category: EntityCategory | None = None
) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.MBAR,
        state_class=state_class,
        suggested_display_precision=0,
        entity_category=category,
        measurement=True,
    )


def _speed(
    key: str, variable: str, state_class: SensorStateClass | None = MEASUREMENT, category: EntityCategory | None = None
) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        native_unit_of_measurement=REVOLUTIONS_PER_MINUTE,
        state_class=state_class,
        suggested_display_precision=0,
        entity_category=category,
        measurement=True,
    )


def _duration(key: str, variable: str, unit: UnitOfTime, *, enabled: bool = True) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=unit,
        suggested_unit_of_measurement=UnitOfTime.HOURS,
        suggested_display_precision=1,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=enabled,
        measurement=True,
    )


def _optical_sensor(key: str, variable: str) -> RotoclearSensorDescription:
    rates = {"0": "none", "30": "fps_30", "60": "fps_60"}
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        device_class=SensorDeviceClass.ENUM,
        options=list(rates.values()),
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=rates.get,
    )


def _text(key: str, variable: str) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda value: value[:255],
    )


def _structure(
    key: str, variable: str, attribute: str, value_fn: Callable[[Any], Any] = summary
) -> RotoclearSensorDescription:
    return RotoclearSensorDescription(
        key=key,
        variable=variable,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=value_fn,
        attribute=attribute,
    )


def _count(key: str, variable: str, attribute: str) -> RotoclearSensorDescription:
    return _structure(key, variable, attribute, value_fn=len)


SENSORS = (
    # Heads
    _speed("measured_speed", "RPM{head}"),
    _speed("speed_setpoint", "rpm{head}", None, DIAGNOSTIC),
    _temperature("head_temperature", "oct{head}"),
    _pressure("sealing_air", "psi{head}"),
    _optical_sensor("optical_sensor_1", "cfg3{head}"),
    _optical_sensor("optical_sensor_2", "cfg4{head}"),
    _text("line_rate", "lineRate{letter}"),
    _text("head_version", "ver{head}"),
    # Control unit
    _temperature("fpga_temperature", "fpgaTemp", DIAGNOSTIC),
    _pressure("sealing_air_setpoint", "psiSetpoint", None, DIAGNOSTIC),
    _text("update_process", "downstat"),
    # Recording and Visual Backup
    RotoclearSensorDescription(
        key="recording_state",
        variable="record",
        device_class=SensorDeviceClass.ENUM,
        options=["start", "pause", "release", "stop"],
    ),
    RotoclearSensorDescription(
        key="recording_time",
        variable="recordTime",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        measurement=True,
    ),
    _duration("backup_remaining", "backupRemainingCapacitySeconds", UnitOfTime.SECONDS),
    _duration("backup_remaining_hours", "backupRemainingCapacityHours", UnitOfTime.HOURS, enabled=False),
    _text("backup_remaining_text", "backupRemainingCapacity"),
    _text("backup_stored", "backupStoredFileDuration"),
    _text("backup_overwritable", "backupFileCapacity"),
    _text("backup_capacity", "storageBackupCapacity"),
    _count("disk_storages", "diskStorages", "storages"),
    _count("network_storages", "netStorages", "storages"),
    # Versions, network and status of the control unit
    _text("monitor_name", "hdmiName"),
    _text("hostname", "hostname"),
    _text("mac_address", "macAddr"),
    _text("software_version", "swVersion"),
    _text("firmware_version", "fmVersion"),
    _text("unit_clock", "time"),
    RotoclearSensorDescription(
        key="unit_time",
        variable="seconds",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    _structure("ip_address", "netInfo", "networks", value_fn=ip_address),
    _count("connection_urls", "connectionUrls", "urls"),
    _count("license_modules", "licenseModules", "modules"),
    _count("license_features", "licenseConfig", "features"),
    _structure("system_description", "systemDescription", "description"),
    _structure("rtsp_status", "rtspStatus", "status"),
    _structure("ntp_status", "ntpStatus", "status"),
    _structure("http_status", "httpStatus", "status"),
    _structure("https_status", "httpsStatus", "status"),
    RotoclearSensorDescription(
        key="password_protection",
        variable="userAuthentication",
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda value: summary(accounts(value)),
        attribute="users",
        attribute_fn=lambda value: public(accounts(value)),
    ),
    RotoclearSensorDescription(
        key="certificate_expiry",
        variable="httpsCertificate",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=expiry,
        attribute="certificate",
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    add_entities(hass, entry, async_add_entities, table(entry, SENSORS, RotoclearSensor))


class RotoclearSensor(RotoclearEntity[StateType | date | datetime], SensorEntity):
    """A state variable."""

    entity_description: RotoclearSensorDescription
    native_value = own_value
    # Undocumented structures may be long and change often.
    _unrecorded_attributes = frozenset(
        description.attribute for description in SENSORS if description.attribute is not None
    )

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the structure of a variable that is one."""
        description = self.entity_description
        if description.attribute is None:
            return None
        return {description.attribute: description.attribute_fn(self.coordinator.data.get(description.variable))}
