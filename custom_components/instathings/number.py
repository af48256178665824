"""Numbers: settings of devices, and the interval of a virtual device's demo data."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from operator import attrgetter
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DataPoint, DataPointKind
from .api.meaning.rules import PERCENT
from .cloud import CloudConfigEntry, CloudCoordinator
from .commands import async_patch
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PartKind
from .entity import InstathingsEntity, InstathingsEntityDescription, SettingEntity, data_points_of, fields_of

# The client bounds what is sent at once; a sleeping device must not hold up the others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class InstathingsNumberDescription(InstathingsEntityDescription, NumberEntityDescription):
    """The row below, or one of a data point."""


# Seconds between two readings of a virtual device; unknown if the cloud does not return it.
FREQUENCY = InstathingsNumberDescription(
    key="frequency",
    translation_key="frequency",
    device_class=NumberDeviceClass.DURATION,
    entity_category=EntityCategory.CONFIG,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    native_min_value=30,
    native_max_value=86400,
    native_step=1,
    mode=NumberMode.BOX,
    value_fn=attrgetter("frequency"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsEntity[CloudCoordinator]]:
        for data_point in data_points_of(coordinator, part, DataPointKind.NUMBER):
            yield SettingNumber(coordinator, part, data_point)
        if part.kind is PartKind.VIRTUAL:
            yield FrequencyNumber(coordinator, part, FREQUENCY)

    add_entities(hass, entry, async_add_entities, build)


class SettingNumber(SettingEntity, NumberEntity):
    """A setting of a device. If the model is unknown, the limits are those of all models; the device has its own."""

    entity_description: InstathingsNumberDescription
    native_value = own_value

    def __init__(self, coordinator: CloudCoordinator, part: Part, data_point: DataPoint) -> None:
        rule = data_point.rule
        limits = rule.limits or PERCENT
        device_class = NumberDeviceClass(rule.device_class) if rule.device_class in set(NumberDeviceClass) else None
        description = InstathingsNumberDescription(
            **fields_of(data_point),
            device_class=device_class,
            native_unit_of_measurement=rule.unit,
            native_min_value=limits.low,
            native_max_value=limits.high,
            native_step=rule.step or (0.1 if rule.device_class == "temperature" else 1),
            mode=NumberMode.BOX,
        )
        super().__init__(coordinator, part, data_point, description)

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.async_send_value(int(value) if value.is_integer() else value)


class FrequencyNumber(InstathingsEntity[CloudCoordinator], NumberEntity):
    """The interval of a virtual device's demo data."""

    entity_description: InstathingsNumberDescription
    native_value = own_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        await async_patch(self.coordinator, self.device_id, frequency=int(value) if isfinite(value) else value)
