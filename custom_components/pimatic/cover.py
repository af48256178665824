"""Covers: shutters, of which the server's own class knows the last move but not the position; what covers.py finds."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.cover import ATTR_POSITION, CoverEntity, CoverEntityDescription, CoverEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Value, to_number
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.covers import CLOSED, Cover
from .meaning.features import ControlFeature, Role
from .meaning.setters import Command

PARALLEL_UPDATES = 1

FULLY_OPEN = 100


@dataclass(frozen=True, kw_only=True)
class PimaticCoverDescription(PimaticEntityDescription, CoverEntityDescription):
    """A row of the table below."""


COVERS = (PimaticCoverDescription(key="cover", role=Role.COVER, name=None),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the shutters."""
    add_entities(hass, entry, async_add_entities, table(entry, COVERS, PimaticShutter))


class PimaticShutter(WholeEntity, CoverEntity):
    """A cover. `up` and `down` are the last move and no position, so that state is assumed.

    Source: docs/protocol/pimatic.md#shutters.
    """

    entity_description: PimaticCoverDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: ControlFeature[Cover], row: PimaticCoverDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        cover = self._cover = feature.thing
        self._attr_device_class = cover.device_class
        self._attr_assumed_state = cover.position is None
        self._attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        if cover.stop:
            self._attr_supported_features |= CoverEntityFeature.STOP
        if cover.set_position:
            self._attr_supported_features |= CoverEntityFeature.SET_POSITION

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return how far it is open in percent."""
        position = to_number(self._attribute_value(self._cover.position)) if self._cover.position else None
        return None if position is None else round(min(max(position, 0), FULLY_OPEN))

    @property
    def _state(self) -> Value:
        state = self._attribute_value(self._cover.state) if self._cover.state else None
        return state.lower() if isinstance(state, str) else state

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return True if it is closed, by its position, or by the last move."""
        if (position := self.current_cover_position) is not None:
            return position == 0
        state = self._state
        return state is self._cover.closed_value if isinstance(state, bool) else CLOSED.get(str(state))

    @property
    @override
    def is_opening(self) -> bool:
        return self._state == "opening"

    @property
    @override
    def is_closing(self) -> bool:
        return self._state == "closing"

    async def _async_command(self, command: Command | None) -> None:
        if command is not None:
            await self._async_act(command.action, **command.parameters)

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self._async_command(self._cover.open)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self._async_command(self._cover.close)

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        await self._async_command(self._cover.stop)

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Open it so far, in percent."""
        if self._cover.set_position:
            await self._async_command(Command.of(self._cover.set_position, kwargs[ATTR_POSITION]))
