"""Numbers: how often a virtual device makes up data."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .coordinator import Part, PartKind
from .entity import InstathingsEntity, InstathingsEntityDescription

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class InstathingsNumberDescription(InstathingsEntityDescription, NumberEntityDescription):
    """The row below."""


# Seconds between two readings of a virtual device; unknown where the cloud does not return it.
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

    def build(part: Part) -> Iterable[FrequencyNumber]:
        if part.kind is PartKind.VIRTUAL:
            yield FrequencyNumber(coordinator, part, FREQUENCY)

    add_entities(hass, entry, async_add_entities, build)


class FrequencyNumber(InstathingsEntity[CloudCoordinator], NumberEntity):
    """How often a virtual device makes up data."""

    entity_description: InstathingsNumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        """Return the seconds."""
        value: float | None = self._value
        return value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the frequency."""
        await self.coordinator.async_patch(self.device_id, frequency=int(value))
