"""Switches, set by two commands of a board and confirmed by a key of its messages."""

from abc import abstractmethod
import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LeafValue, Message
from .command_entity import CommandEntity, add_command_entities
from .commands import async_send, async_send_and_wait
from .const import CONF_CMD_TYPE, CONF_STATE_KEY, CONF_STATE_ON, CONF_VALUES_OFF, CONF_VALUES_ON, SUBENTRY_SWITCH
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntityDescription
from .reading import means_on

# No limit: a switch may wait long for its board, and must not delay others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class IottlySwitchDescription(IottlyEntityDescription, SwitchEntityDescription):
    """The row of all command switches."""


COMMAND_SWITCH = IottlySwitchDescription(key="command", part=PartKind.BOARD, needs_board=True)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""

    def make(coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> CommandEntity:
        kind = IottlyReportedSwitch if subentry.data.get(CONF_STATE_KEY) else IottlyAssumedSwitch
        return kind(coordinator, part, subentry)

    add_command_entities(hass, entry, async_add_entities, SUBENTRY_SWITCH, make)


class IottlyCommandSwitch(CommandEntity, SwitchEntity):
    """The base class of the switches on a board."""

    entity_description: IottlySwitchDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        written = subentry.data.get(CONF_STATE_KEY)
        self._state_path = coordinator.messages.find_leaf(part.id, written) if written else None
        super().__init__(coordinator, part, replace(COMMAND_SWITCH, what=self._state_path), subentry)
        self.definition = (self.definition, self._state_path)
        self._switching = asyncio.Lock()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Send the command to switch it on."""
        async with self._switching:
            await self._async_switch(True, self.config.get(CONF_VALUES_ON, {}))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Send the command to switch it off."""
        async with self._switching:
            await self._async_switch(False, self.config.get(CONF_VALUES_OFF, {}))

    @abstractmethod
    async def _async_switch(self, on: bool, values: Mapping[str, Any]) -> None:
        """Send the command that switches it on or off."""


class IottlyReportedSwitch(IottlyCommandSwitch):
    """A switch whose state is a key of the board's messages."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if the board reports that it is on."""
        return self._means_on(self._value)

    @override
    async def _async_switch(self, on: bool, values: Mapping[str, Any]) -> None:
        """Send the command and wait until the board reports the state."""

        def confirms(message: Message) -> bool:
            return self._means_on(message.leaves.get(self._state_path or "")) is on

        await async_send_and_wait(self.coordinator, self.part.id, self.config[CONF_CMD_TYPE], values, confirms)

    def _means_on(self, value: LeafValue | None) -> bool | None:
        return means_on(value, self.config.get(CONF_STATE_ON))


class IottlyAssumedSwitch(IottlyCommandSwitch):
    """A switch without a key for the state. The state is that of the last command."""

    _attr_assumed_state = True
    _is_on: bool | None = None

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if the last command was to switch it on."""
        return self._is_on

    @override
    async def _async_switch(self, on: bool, values: Mapping[str, Any]) -> None:
        await async_send(self.coordinator, self.part.id, self.config[CONF_CMD_TYPE], values)
        self._is_on = on
        self.async_write_ha_state()
