"""Binary sensors: the connection of a board, and the flags that it sends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafKind, flag_meaning, is_inverted
from .command_entity import reported_leaves
from .common.push.parts import add_entities
from .const import LEAF
from .coordinator import IottlyConfigEntry, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, leaves_of, table
from .message_store import Fact, Key
from .names import flag_name

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class IottlyBinarySensorDescription(IottlyEntityDescription, BinarySensorEntityDescription):
    """A row of the table below, or what is known of a leaf. `inverted` is True where the board's True is off."""

    inverted: bool = False


BINARY_SENSORS = (
    IottlyBinarySensorDescription(
        key="connected",
        part=PartKind.BOARD,
        what=Fact.CONNECTED,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


def describe_leaf(path: str, *, is_visible: bool = True) -> IottlyBinarySensorDescription:
    """Return the description of a flag's binary sensor. The leaf's path gives the name and the device class."""
    meaning = flag_meaning(path)
    name = flag_name(path, meaning)
    return IottlyBinarySensorDescription(
        key=f"{LEAF}{path}",
        translation_key=name.translation_key,
        name=name.text,
        part=PartKind.BOARD,
        what=path,
        device_class=BinarySensorDeviceClass(meaning) if meaning else None,
        inverted=is_inverted(path),
        entity_registry_visible_default=is_visible,
        needs_board=True,
    )


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    coordinator = entry.runtime_data

    def leaves(part: Part) -> Iterable[IottlyEntity]:
        reported = reported_leaves(entry)
        for path, _ in leaves_of(coordinator, part, LeafKind.FLAG):
            row = describe_leaf(path, is_visible=Key(part.id, path) not in reported)
            yield IottlyBinarySensor(coordinator, part, row)

    add_entities(hass, entry, async_add_entities, table(entry, BINARY_SENSORS, IottlyBinarySensor), leaves)


class IottlyBinarySensor(IottlyEntity, BinarySensorEntity):
    """A fact that is true, false or unknown, or a flag that a board sends."""

    entity_description: IottlyBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        value: bool | None = self._value
        return value if value is None else value is not self.entity_description.inverted
