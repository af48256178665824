"""Binary sensors: contacts, presence, and every other attribute or expression that is true or false."""

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

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, PimaticEntity, PimaticEntityDescription, VariableEntity, WholeEntity, flag, table
from .meaning.features import AttributeFeature, Role, WholeFeature

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PimaticBinarySensorDescription(PimaticEntityDescription, BinarySensorEntityDescription):
    """A row of the tables below."""


DEVICES = (
    # True means closed, but a binary sensor is on when open (docs/protocol/pimatic.md#contacts-and-presence).
    PimaticBinarySensorDescription(
        key="contact", role=Role.CONTACT, name=None, device_class=BinarySensorDeviceClass.OPENING
    ),
    # pimatic does not distinguish presence from motion.
    PimaticBinarySensorDescription(
        key="presence", role=Role.PRESENCE, name=None, device_class=BinarySensorDeviceClass.OCCUPANCY
    ),
)
BATTERIES = (
    PimaticBinarySensorDescription(
        key="battery_state",
        role=Role.BATTERY_STATE,
        device_class=BinarySensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn={"ok": False, "low": True}.get,
    ),
)
FLAGS = (PimaticBinarySensorDescription(key="flag", role=Role.FLAG),)
EXPRESSIONS = (PimaticBinarySensorDescription(key="expression", role=Role.FLAG_EXPRESSION, value_fn=flag),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, DEVICES, PimaticSensingDevice),
        table(entry, BATTERIES, PimaticAttributeFlag),
        table(entry, FLAGS, PimaticFlag),
        table(entry, EXPRESSIONS, PimaticExpressionFlag),
    )


class PimaticBinarySensor(PimaticEntity, BinarySensorEntity):
    """Something that is true or false."""

    entity_description: PimaticBinarySensorDescription
    is_on = own_value


class PimaticSensingDevice(WholeEntity, PimaticBinarySensor):
    """A device that senses one thing. Its labels may give another class, and invert it."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: WholeFeature, row: PimaticBinarySensorDescription
    ) -> None:
        """Initialize with the class by the labels."""
        super().__init__(coordinator, part, feature, row)
        self._flag = feature.flag
        self._attr_device_class = feature.flag.device_class or row.device_class

    @property
    @override
    def _value(self) -> bool | None:
        state = super()._value
        return state is not self._flag.is_inverted if state is not None else None


class PimaticAttributeFlag(AttributeEntity, PimaticBinarySensor):
    """An attribute that is true or false."""


class PimaticFlag(PimaticAttributeFlag):
    """An attribute that is true or false; its labels and its name decide the class."""

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        feature: AttributeFeature,
        row: PimaticBinarySensorDescription,
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._flag = feature.flag
        self._attr_device_class = feature.flag.device_class
        if feature.flag.is_diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        self._use_plain_icon()

    @property
    @override
    def _value(self) -> bool | None:
        """Return True if it is on: of a lock, for one, that is unlocked."""
        state = super()._value
        return state is not self._flag.is_inverted if state is not None else None


class PimaticExpressionFlag(VariableEntity, PimaticBinarySensor):
    """An expression that is true or false."""
