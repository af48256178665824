"""Lights, switched or dimmed by a command of a board and confirmed by keys of its messages."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.light import ATTR_BRIGHTNESS, ColorMode, LightEntity, LightEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafValue
from .command_entity import ReportedEntity, add_command_entities
from .const import (
    CONF_HIGHEST,
    CONF_LEVEL_KEY,
    CONF_OPTION,
    CONF_STATE_KEY,
    CONF_STATE_ON,
    CONF_VALUES_OFF,
    CONF_VALUES_ON,
    SUBENTRY_LIGHT,
)
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntityDescription
from .reading import as_number, means_on

# No limit: a light may wait long for its board, and must not delay others.
PARALLEL_UPDATES = 0

# The full brightness in Home Assistant.
FULL = 255


@dataclass(frozen=True, kw_only=True)
class IottlyLightDescription(IottlyEntityDescription, LightEntityDescription):
    """The row of all command lights."""


COMMAND_LIGHT = IottlyLightDescription(key="command", part=PartKind.BOARD, needs_board=True)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_LIGHT, IottlyCommandLight)


class IottlyCommandLight(ReportedEntity, LightEntity):
    """A light on a board: switched by values, dimmed by an option for the brightness."""

    entity_description: IottlyLightDescription
    _sent_on: bool | None = None
    # From 1 to the board's highest; used when the light is switched on without a brightness.
    _sent_level: int | None = None

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        super().__init__(coordinator, part, COMMAND_LIGHT, subentry)
        self._option: str | None = self.config.get(CONF_OPTION)
        self._highest = int(self.config.get(CONF_HIGHEST, FULL))
        self._attr_color_mode = ColorMode.BRIGHTNESS if self._option else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if the board reports on or a brightness above 0, or if the last command was to switch it on."""
        if CONF_STATE_KEY in self._paths:
            return self._means_on(self._reading(CONF_STATE_KEY))
        if CONF_LEVEL_KEY in self._paths:
            level = as_number(self._reading(CONF_LEVEL_KEY))
            return None if level is None else level > 0
        return self._sent_on

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness that the board reports, or that of the last command, from 0 to 255."""
        level = as_number(self._reading(CONF_LEVEL_KEY)) if CONF_LEVEL_KEY in self._paths else self._sent_level
        return None if level is None else max(0, min(FULL, round(level * FULL / self._highest)))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on, with a brightness if the call has one or if there are no values for on."""
        values = dict(self.config.get(CONF_VALUES_ON, {}))
        level: int | None = None
        if self._option and (ATTR_BRIGHTNESS in kwargs or not values):
            wanted = kwargs.get(ATTR_BRIGHTNESS)
            level = self._sent_level or self._highest
            if wanted is not None:
                level = max(1, round(wanted * self._highest / FULL))
            values[self._option] = level
        await self._async_switch(True, values, level)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off, with a brightness of 0 if there are no values for off."""
        values = dict(self.config.get(CONF_VALUES_OFF, {}))
        level: int | None = None
        if self._option and not values:
            level = values[self._option] = 0
        await self._async_switch(False, values, level)

    async def _async_switch(self, on: bool, values: dict[str, Any], level: int | None) -> None:
        """Send the command, and wait until the board reports the brightness or the state that was sent."""
        if level is not None and CONF_LEVEL_KEY in self._paths:
            await self._async_command(values, CONF_LEVEL_KEY, lambda reading: as_number(reading) == level)
        elif CONF_STATE_KEY in self._paths:
            await self._async_command(values, CONF_STATE_KEY, lambda reading: self._means_on(reading) is on)
        else:
            await self._async_command(values, CONF_LEVEL_KEY, lambda reading: ((as_number(reading) or 0) > 0) is on)
        self._sent_on = on
        self._sent_level = level or self._sent_level
        self.async_write_ha_state()

    def _means_on(self, reading: LeafValue | None) -> bool | None:
        return means_on(reading, self.config.get(CONF_STATE_ON))
