"""Binary sensors: whether a board is connected, and the flags it sends."""

from collections.abc import Iterable
from dataclasses import dataclass

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafKind, flag_meaning
from .common.push.value_entity import ValueBinarySensor
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import FactEntity, IottlyEntity, IottlyEntityDescription, LeafEntity, add_entities, facts_of, leaves_of
from .inbox import Fact

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class IottlyBinarySensorDescription(IottlyEntityDescription, BinarySensorEntityDescription):
    """A row of the table below."""


BINARY_SENSORS = (
    IottlyBinarySensorDescription(
        key="connected",
        part=PartKind.BOARD,
        fact=Fact.CONNECTED,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[IottlyEntity]:
        for row in facts_of(coordinator, part, BINARY_SENSORS):
            yield IottlyBinarySensor(coordinator, part, row)
        for path, _ in leaves_of(coordinator, part, LeafKind.FLAG):
            yield IottlyLeafBinarySensor(coordinator, part, path)

    add_entities(hass, entry, async_add_entities, build)


class IottlyBinarySensor(ValueBinarySensor[IottlyCoordinator], FactEntity):
    """A fact that is true, false or unknown."""

    entity_description: IottlyBinarySensorDescription


class IottlyLeafBinarySensor(ValueBinarySensor[IottlyCoordinator], LeafEntity):
    """A flag that a board sends; what it is about its name tells."""

    def __init__(self, coordinator: IottlyCoordinator, part: Part, path: str) -> None:
        """Take the leaf's path."""
        super().__init__(coordinator, part, path)
        meaning = flag_meaning(path)
        self._set_device_class(BinarySensorDeviceClass(meaning) if meaning else None)
