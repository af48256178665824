"""Fetches the values of edited devices, because the server does not announce values that are null.

Source: docs/protocol/pimatic.md#change-events.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN

# How long a server may take to send the values of a device that was just edited.
SETTLE_SECONDS = 2.0


class EditedDevices:
    """One task for all edits, and one request for several edits of a device: a server may send very many."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], ask_for_values: Callable[[str], Awaitable[None]]
    ) -> None:
        """Initialize; `ask_for_values` is called with the id of a device some time after its last edit."""
        self._hass = hass
        self._entry = entry
        self._ask_for_values = ask_for_values
        self._waiting: dict[str, None] = {}
        self._is_asking = False

    @callback
    def note(self, device_id: str) -> None:
        """Schedule the request for an edited device."""
        self._waiting[device_id] = None
        if not self._is_asking:
            self._is_asking = True
            self._entry.async_create_background_task(
                self._hass, self._async_ask(), f"{DOMAIN} values of edited devices"
            )

    async def _async_ask(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(SETTLE_SECONDS)
                edited, self._waiting = self._waiting, {}
                for device_id in edited:
                    await self._ask_for_values(device_id)
        finally:
            self._is_asking = False
