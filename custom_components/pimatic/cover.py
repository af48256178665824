"""Covers: shutters, of which pimatic knows the last move but not the position."""

from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.cover import (
    CoverDeviceClass,
    CoverEntity,
    CoverEntityDescription,
    CoverEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, entities_of
from .features import Feature, Role

PARALLEL_UPDATES = 1

# True if a shutter is closed after its last move.
CLOSED = {"up": False, "down": True}


@dataclass(frozen=True, kw_only=True)
class PimaticCoverDescription(PimaticEntityDescription, CoverEntityDescription):
    """A row of the table below."""


COVERS = (
    PimaticCoverDescription(
        key="cover",
        role=Role.COVER,
        name=None,
        device_class=CoverDeviceClass.SHUTTER,
        value_fn=CLOSED.get,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the shutters."""
    make = partial(entities_of, entry.runtime_data, rows=COVERS, make=PimaticShutter)
    add_entities(hass, entry, async_add_entities, make)


class PimaticShutter(WholeEntity, CoverEntity):
    """A shutter. `up` and `down` are the last move and no position, so the state is assumed.

    Source: docs/protocol/pimatic.md#shutters.
    """

    entity_description: PimaticCoverDescription

    _attr_assumed_state = True
    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticCoverDescription
    ) -> None:
        """Initialize with what this one can do."""
        super().__init__(coordinator, part, feature, row)
        if self._has("stop"):
            self._attr_supported_features |= CoverEntityFeature.STOP

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return True if the last move closed it."""
        closed: bool | None = self._value
        return closed

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Move up."""
        await self._async_act("moveUp")

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Move down."""
        await self._async_act("moveDown")

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        """Stop."""
        await self._async_act("stop")
