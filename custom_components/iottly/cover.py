"""Covers, moved by a command of a board, with keys of its messages for the state and the position."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.cover import ATTR_POSITION, CoverEntity, CoverEntityDescription, CoverEntityFeature
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .command_entity import ReportedEntity, add_command_entities
from .const import (
    CONF_LEVEL_KEY,
    CONF_OPTION,
    CONF_STATE_KEY,
    CONF_STATE_ON,
    CONF_VALUES_CLOSE,
    CONF_VALUES_OPEN,
    CONF_VALUES_STOP,
    SUBENTRY_COVER,
)
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntityDescription
from .reading import as_number, means_on

PARALLEL_UPDATES = 1

OPEN, CLOSED = 100, 0


@dataclass(frozen=True, kw_only=True)
class IottlyCoverDescription(IottlyEntityDescription, CoverEntityDescription):
    """The row of all command covers."""


COMMAND_COVER = IottlyCoverDescription(key="command", part=PartKind.BOARD, needs_board=True)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the covers."""
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_COVER, IottlyCommandCover)


class IottlyCommandCover(ReportedEntity, CoverEntity):
    """A cover on a board. Commands do not wait for the state, because a cover moves for longer."""

    entity_description: IottlyCoverDescription
    _sent_closed: bool | None = None

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        super().__init__(coordinator, part, COMMAND_COVER, subentry)
        self._option: str | None = self.config.get(CONF_OPTION)
        features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        if self._option:
            features |= CoverEntityFeature.SET_POSITION
        if self.config.get(CONF_VALUES_STOP):
            features |= CoverEntityFeature.STOP
        self._attr_supported_features = features

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return the position that the board reports, from 0 (closed) to 100."""
        position = as_number(self._reading(CONF_LEVEL_KEY))
        return None if position is None else max(CLOSED, min(OPEN, round(position)))

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return True if the board reports that it is closed, or if the last command was to close it."""
        if CONF_STATE_KEY in self._paths:
            is_open = means_on(self._reading(CONF_STATE_KEY), self.config.get(CONF_STATE_ON))
            return None if is_open is None else not is_open
        if CONF_LEVEL_KEY in self._paths:
            position = self.current_cover_position
            return None if position is None else position == CLOSED
        return self._sent_closed

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self._async_move(OPEN, self.config.get(CONF_VALUES_OPEN))

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self._async_move(CLOSED, self.config.get(CONF_VALUES_CLOSE))

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        await self._async_move(kwargs[ATTR_POSITION], None)

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        await self._async_command(self.config[CONF_VALUES_STOP])

    async def _async_move(self, position: int, values: Mapping[str, Any] | None) -> None:
        """Send the values of the command, or the position as the option."""
        await self._async_command(values or {str(self._option): position})
        self._sent_closed = position == CLOSED
        self.async_write_ha_state()
