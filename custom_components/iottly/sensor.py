"""Sensors: numbers, texts and moments that boards send, and what is known of project, groups and boards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafKind, NumberMeaning, number_meaning
from .common.push.value_entity import ValueSensor, as_it_is
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import FactEntity, IottlyEntity, IottlyEntityDescription, LeafEntity, add_entities, facts_of, leaves_of
from .inbox import Fact

PARALLEL_UPDATES = 0

DIAGNOSTIC = EntityCategory.DIAGNOSTIC


@dataclass(frozen=True, kw_only=True)
class IottlySensorDescription(IottlyEntityDescription, SensorEntityDescription):
    """A row of the table below; `shows` makes the state of the fact."""

    shows: Callable[[Any], Any] = as_it_is


def _group(
    key: str, shows: Callable[[Any], Any], state_class: SensorStateClass | None = None
) -> IottlySensorDescription:
    return IottlySensorDescription(
        key=key,
        translation_key=key,
        part=PartKind.GROUP,
        fact=Fact.GROUP,
        shows=shows,
        state_class=state_class,
        entity_category=DIAGNOSTIC,
    )


def _licenses(key: str, shows: Callable[[Any], Any]) -> IottlySensorDescription:
    return IottlySensorDescription(
        key=key,
        translation_key=key,
        part=PartKind.PROJECT,
        fact=Fact.LICENSES,
        exists=lambda licenses: licenses is not None,
        shows=shows,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=DIAGNOSTIC,
    )


SENSORS = (
    _group("status", lambda group: group.status),
    _group("branch", lambda group: group.branch),
    _group("revision", lambda group: group.revision),
    _group("boards", lambda group: len(group.boards), SensorStateClass.MEASUREMENT),
    _licenses("licenses_paired", lambda licenses: licenses.paired),
    _licenses("licenses_available", lambda licenses: licenses.available),
    IottlySensorDescription(
        key="last_webhook",
        translation_key="last_webhook",
        part=PartKind.PROJECT,
        fact=Fact.WEBHOOK,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    IottlySensorDescription(
        key="last_message",
        translation_key="last_message",
        part=PartKind.BOARD,
        fact=Fact.LAST_MESSAGE,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[IottlyEntity]:
        for row in facts_of(coordinator, part, SENSORS):
            yield IottlySensor(coordinator, part, row)
        for path, kind in leaves_of(coordinator, part, LeafKind.NUMBER, LeafKind.TEXT, LeafKind.MOMENT):
            yield IottlyLeafSensor(coordinator, part, path, kind)

    add_entities(hass, entry, async_add_entities, build)


class IottlySensor(ValueSensor[IottlyCoordinator], FactEntity):
    """A fact about the project, a group or a board."""

    entity_description: IottlySensorDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, description: IottlySensorDescription) -> None:
        """Take the part and the row."""
        super().__init__(coordinator, part, description)
        self.shows = description.shows


class IottlyLeafSensor(ValueSensor[IottlyCoordinator], LeafEntity):
    """A number, text or moment that a board sends; what a number measures its name tells."""

    def __init__(self, coordinator: IottlyCoordinator, part: Part, path: str, kind: LeafKind) -> None:
        """Take the leaf's path and kind."""
        super().__init__(coordinator, part, path, measurement=kind is LeafKind.NUMBER)
        self._set_device_class(SensorDeviceClass.TIMESTAMP if kind is LeafKind.MOMENT else None)
        if kind is LeafKind.NUMBER:
            self._attr_state_class = SensorStateClass.MEASUREMENT
            if (meaning := number_meaning(path)) is not None:
                self._describe(meaning)

    def _describe(self, meaning: NumberMeaning) -> None:
        self._set_device_class(SensorDeviceClass(meaning.kind) if meaning.kind else None)
        self._attr_native_unit_of_measurement = meaning.unit
        if meaning.grows:
            self._attr_state_class = SensorStateClass.TOTAL_INCREASING
