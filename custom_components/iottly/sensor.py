"""Sensors: numbers, texts and moments that boards send, and what is known of project, groups and boards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafKind, is_measured, names_clock, number_meaning, same_names
from .command_entity import reported_leaves
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import LEAF
from .coordinator import IottlyConfigEntry, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, leaves_of, table
from .message_store import Fact, Key
from .names import sensor_name

PARALLEL_UPDATES = 0

DIAGNOSTIC = EntityCategory.DIAGNOSTIC
MEASUREMENT = SensorStateClass.MEASUREMENT

# Digits behind the point where Home Assistant shows all of them, or too few: by device class and unit.
PRECISION: dict[tuple[str | None, str | None], int] = {
    (SensorDeviceClass.VOLTAGE, "V"): 2,
    (SensorDeviceClass.HUMIDITY, "%"): 1,
    (SensorDeviceClass.MOISTURE, "%"): 1,
    (SensorDeviceClass.BATTERY, "%"): 0,
    (SensorDeviceClass.CO2, "ppm"): 0,
    (SensorDeviceClass.ILLUMINANCE, "lx"): 0,
    (SensorDeviceClass.PM1, "μg/m³"): 1,
    (SensorDeviceClass.PM25, "μg/m³"): 1,
    (SensorDeviceClass.PM10, "μg/m³"): 1,
    (SensorDeviceClass.PH, None): 2,
    (SensorDeviceClass.POWER_FACTOR, None): 2,
    (SensorDeviceClass.SIGNAL_STRENGTH, "dBm"): 0,
    (SensorDeviceClass.PRECIPITATION, "mm"): 1,
    (None, "%"): 1,
}


@dataclass(frozen=True, kw_only=True)
class IottlySensorDescription(IottlyEntityDescription, SensorEntityDescription):
    """A row of the table below, or what is known of a leaf."""


def _group(
    key: str, value_fn: Callable[[Any], Any], state_class: SensorStateClass | None = None
) -> IottlySensorDescription:
    return IottlySensorDescription(
        key=key,
        translation_key=key,
        part=PartKind.GROUP,
        what=Fact.GROUP,
        value_fn=value_fn,
        state_class=state_class,
        entity_category=DIAGNOSTIC,
    )


def _licenses(key: str, value_fn: Callable[[Any], Any]) -> IottlySensorDescription:
    return IottlySensorDescription(
        key=key,
        translation_key=key,
        part=PartKind.PROJECT,
        what=Fact.LICENSES,
        exists=lambda licenses: licenses is not None,
        value_fn=value_fn,
        state_class=MEASUREMENT,
        entity_category=DIAGNOSTIC,
    )


SENSORS = (
    _group("status", lambda group: group.status),
    _group("branch", lambda group: group.branch),
    _group("revision", lambda group: group.revision),
    _group("boards", lambda group: len(group.boards), MEASUREMENT),
    _licenses("licenses_paired", lambda licenses: licenses.paired),
    _licenses("licenses_available", lambda licenses: licenses.available),
    IottlySensorDescription(
        key="last_webhook",
        translation_key="last_webhook",
        part=PartKind.PROJECT,
        what=Fact.WEBHOOK,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    IottlySensorDescription(
        key="last_message",
        translation_key="last_message",
        part=PartKind.BOARD,
        what=Fact.LAST_MESSAGE,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
        # The event entity has the same moment.
        entity_registry_enabled_default=False,
    ),
)


def describe_leaf(
    path: str, kind: LeafKind, *, unit_beside: str | None = None, is_visible: bool = True, with_unit: bool = False
) -> IottlySensorDescription:
    """Describe the sensor of a leaf. It is named by the leaf's path, which also says what a number measures.

    `unit_beside` is the unit that came with its value; it is empty where the leaf is a unit itself.
    """
    device_class = SensorDeviceClass.TIMESTAMP if kind is LeafKind.MOMENT else None
    state_class, unit = MEASUREMENT if kind is LeafKind.NUMBER and is_measured(path) else None, None
    if kind is LeafKind.NUMBER and (meaning := number_meaning(path, unit_beside or None)) is not None:
        device_class = SensorDeviceClass(meaning.device_class) if meaning.device_class else None
        unit = meaning.unit
        # An energy that may fall is neither measured nor a total.
        state_class = SensorStateClass(meaning.state_class) if state_class and meaning.state_class else None
    name = sensor_name(
        path,
        kind,
        has_class=device_class is not None,
        is_measured=state_class is not None,
        with_unit=with_unit,
        has_unit_beside=bool(unit_beside),
    )
    return IottlySensorDescription(
        key=f"{LEAF}{path}",
        translation_key=name.translation_key,
        name=name.text,
        part=PartKind.BOARD,
        what=path,
        device_class=device_class,
        native_unit_of_measurement=unit,
        state_class=state_class,
        suggested_display_precision=PRECISION.get((device_class, unit)) if kind is LeafKind.NUMBER else None,
        measurement=kind is LeafKind.NUMBER,
        entity_registry_visible_default=is_visible,
        # The unit of another value and the clock of a board say nothing by themselves.
        entity_registry_enabled_default=not (
            (kind is LeafKind.TEXT and unit_beside == "") or (kind is not LeafKind.NUMBER and names_clock(path))
        ),
        needs_board=True,
    )


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data

    def leaves(part: Part) -> Iterable[IottlyEntity]:
        reported = reported_leaves(entry)
        twice = same_names(coordinator.messages.leaf_kinds(part.id))
        for path, kind in leaves_of(coordinator, part, LeafKind.NUMBER, LeafKind.TEXT, LeafKind.MOMENT):
            row = describe_leaf(
                path,
                kind,
                unit_beside=coordinator.messages.unit_of(part.id, path),
                is_visible=Key(part.id, path) not in reported,
                with_unit=path in twice,
            )
            yield IottlySensor(coordinator, part, row)

    add_entities(hass, entry, async_add_entities, table(entry, SENSORS, IottlySensor), leaves)


class IottlySensor(IottlyEntity, SensorEntity):
    """A fact about the project, a group or a board, or a leaf that a board sends."""

    entity_description: IottlySensorDescription
    native_value = own_value
