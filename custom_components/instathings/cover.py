"""Covers of a cloud project: 0 is closed, 100 is open."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverEntity,
    CoverEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.shape import Control
from .cloud import CloudCoordinator
from .coordinator import InstathingsConfigEntry
from .entity import ControlEntity, controls_of, keep_entities

# The client bounds what is sent at once; a blind without power must not hold up the others.
PARALLEL_UPDATES = 0

MOVE = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.STOP


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the covers."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[ControlEntity]:
        return (InstathingsCover(coordinator, device_id, one) for one in controls_of(coordinator, device_id, "cover"))

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsCover(ControlEntity, CoverEntity):
    """A blind or a shutter.

    It may take a minute to arrive, so a command is confirmed as soon as the device tells anything
    of its position or state after it, or is where it shall be.
    """

    def __init__(self, coordinator: CloudCoordinator, device_id: str, control: Control) -> None:
        """Learn from the keys what the cover can do."""
        super().__init__(coordinator, device_id, control)
        self._has_position = self.part("position") in control.paths
        self._attr_supported_features = MOVE
        if self._has_position:
            self._attr_supported_features |= CoverEntityFeature.SET_POSITION
        if self.part("tilt") in control.paths:
            self._attr_supported_features |= CoverEntityFeature.SET_TILT_POSITION

    @override
    def _read(self) -> None:
        position, tilt = self.known(self.part("position")), self.known(self.part("tilt"))
        state = (self.known(self.part("state")) or "").upper()
        self._attr_current_cover_position = None if position is None else round(position)
        self._attr_current_cover_tilt_position = None if tilt is None else round(tilt)
        by_state = {"OPEN": False, "CLOSE": True}.get(state)
        self._attr_is_closed = by_state if position is None else position <= 0

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open."""
        await self.async_set({"state": "OPEN"}, {"position": 100} if self._has_position else None)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close."""
        await self.async_set({"state": "CLOSE"}, {"position": 0} if self._has_position else None)

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        """Stop: where it stands then is not known beforehand."""
        await self.async_set({"state": "STOP"}, {})

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Move to a position."""
        await self.async_set({"position": kwargs[ATTR_POSITION]})

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        """Tilt the slats."""
        await self.async_set({"tilt": kwargs[ATTR_TILT_POSITION]})
