"""Two coordinators of the same data: one dict of keys and values, pushed by a WebSocket."""

import logging
from typing import Any, override

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from common.client.errors import CannotConnect
from common.client.wire import DropCounter, decode_json
from common.push.coordinator import PushCoordinator

LOGGER = logging.getLogger(__name__)


class CoreCoordinator(PushCoordinator[str, Any]):
    """The keys of one WebSocket, whose messages are JSON objects."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.dropped = DropCounter()

    @override
    async def _async_session(self) -> None:
        session = async_get_clientsession(self.hass)
        async with session.ws_connect(f"http://127.0.0.1:{self.config_entry.data['port']}/") as websocket:
            await self.async_connected(await self._next(websocket))
            while True:
                self.apply(await self._next(websocket))

    async def _next(self, websocket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
        while True:
            message = await websocket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise CannotConnect("the connection was closed")
            value = decode_json(message.data, self.dropped)
            if isinstance(value, dict):
                return value


class StockCoordinator(DataUpdateCoordinator[dict[str, Any]]):
    """Home Assistant's own coordinator: every message calls every entity."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Hold as many keys as the entry says."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self.data = {f"k{number}": False for number in range(entry.data["entities"])}
