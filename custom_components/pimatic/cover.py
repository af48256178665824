"""Covers: shutters, of which pimatic knows the last move but not the position."""

from typing import Any, override

from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PimaticConfigEntry
from .entity import RoleEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1

# The last move, and whether the shutter is closed after it.
CLOSED = {"up": False, "down": True}


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the shutters."""
    add_entities(hass, entry, async_add_entities, device=by_role({Role.COVER: PimaticShutter}))


class PimaticShutter(RoleEntity, CoverEntity):
    """A shutter. `up` and `down` are the last move and no position, so the state is assumed.

    Source: docs/protocol/pimatic.md#shutters.
    """

    _attr_assumed_state = True
    _attr_device_class = CoverDeviceClass.SHUTTER
    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
    reads = ("position",)

    def __init__(self, *arguments: Any) -> None:
        """Find out whether this one can be stopped."""
        super().__init__(*arguments)
        if self._has("stop"):
            self._attr_supported_features |= CoverEntityFeature.STOP

    @override
    def _read(self) -> None:
        self._attr_is_closed = CLOSED.get(self._value("position"))

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
