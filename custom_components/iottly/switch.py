"""Switches: two commands of a board that a user has defined, and the message key that confirms them."""

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Message, leaves
from .command_entity import CommandEntity, add_command_entities
from .commands import async_send, async_send_and_wait, means_on
from .const import CONF_CMD_TYPE, CONF_STATE_KEY, CONF_STATE_ON, CONF_VALUES_OFF, CONF_VALUES_ON, SUBENTRY_SWITCH
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part
from .inbox import Key

# A switch may wait long for its board; others need not wait for it.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_SWITCH, IottlyCommandSwitch)


class IottlyCommandSwitch(CommandEntity, SwitchEntity):
    """Something on a board that commands switch.

    Its state is what the board reports under the configured key. Without a key the board never
    reports, and the state is what was sent last.
    """

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        """Follow the key that confirms, if there is one."""
        self._state_key: str | None = subentry.data.get(CONF_STATE_KEY) or None
        self._key = Key(part.id, self._state_key) if self._state_key else None
        super().__init__(coordinator, part, subentry, (self._key,) if self._key else ())
        self._attr_assumed_state = self._state_key is None
        self._switching = asyncio.Lock()

    @override
    def _read(self) -> None:
        if self._key is not None:
            self._attr_is_on = self._means_on(self.coordinator.data.get(self._key))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Send what switches it on."""
        async with self._switching:
            await self._async_switch(True, self.config.get(CONF_VALUES_ON, {}))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Send what switches it off."""
        async with self._switching:
            await self._async_switch(False, self.config.get(CONF_VALUES_OFF, {}))

    async def _async_switch(self, on: bool, values: Mapping[str, Any]) -> None:
        cmd_type = self.config[CONF_CMD_TYPE]
        state_key = self._state_key
        if state_key is None:
            await async_send(self.coordinator, self.part.id, cmd_type, values)
            self._attr_is_on = on
            self.async_write_ha_state()
            return

        def confirms(message: Message) -> bool:
            value = leaves(message.payload, self.coordinator.client.dropped).get(state_key)
            return self._means_on(value) is on

        await async_send_and_wait(self.coordinator, self.part.id, cmd_type, values, confirms)

    def _means_on(self, value: Any) -> bool | None:
        return means_on(value, self.config.get(CONF_STATE_ON))
