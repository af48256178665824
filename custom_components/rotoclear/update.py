"""The update entity of a control unit: the installed software, and the progress of an update."""

from dataclasses import dataclass
import re
from typing import override

from homeassistant.components.update import (
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 0

# Words for an update in progress (docs/protocol/rotoclear.md#update-process).
RUNNING = re.compile(r"\b(download|load|install|updating|unpack|extract|verify|writ|progress|running)", re.IGNORECASE)
PERCENT = re.compile(r"(\d{1,3})\s*%")


@dataclass(frozen=True, kw_only=True)
class RotoclearUpdateDescription(RotoclearEntityDescription, UpdateEntityDescription):
    """A row of the table below; the first variable of `reads` is the status of the update."""


UPDATES = (
    RotoclearUpdateDescription(
        key="software",
        variable="swVersion",
        reads=("downstat",),
        device_class=UpdateDeviceClass.FIRMWARE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda version: version[:255],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the update entity."""
    add_entities(hass, entry, async_add_entities, table(entry, UPDATES, RotoclearUpdate))


class RotoclearUpdate(RotoclearEntity[str], UpdateEntity):
    """The unit's software. The unit does not report available versions, so the installed one counts as the latest."""

    entity_description: RotoclearUpdateDescription
    installed_version = own_value
    latest_version = own_value

    _attr_supported_features = UpdateEntityFeature.PROGRESS

    @property
    @override
    def in_progress(self) -> bool:
        """Return True during an update."""
        return RUNNING.search(self._process) is not None or self.update_percentage is not None

    @property
    @override
    def update_percentage(self) -> int | None:
        """Return the progress of an update in percent, if the status has it."""
        found = PERCENT.search(self._process)
        return min(int(found[1]), 100) if found else None

    @property
    def _process(self) -> str:
        return self.coordinator.data.get(self.entity_description.reads[0]) or ""
