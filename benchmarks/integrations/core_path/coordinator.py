"""Two coordinators with the same data, a dict of keys and values that a WebSocket pushes."""

import logging
from typing import Any, override

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from yarl import URL

from common.client.errors import CannotConnect
from common.client.wire import DropCounter, Socket, open_websocket
from common.push.coordinator import PushCoordinator

LOGGER = logging.getLogger(__name__)
IDLE_SECONDS = 30.0

type Value = bool | float


class CoreCoordinator(PushCoordinator[str, Value]):
    """The coordinator of a WebSocket with JSON objects as messages."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.dropped = DropCounter()

    @override
    async def _async_session(self) -> None:
        url = URL(f"http://127.0.0.1:{self.config_entry.data['port']}/")
        session = async_get_clientsession(self.hass)
        try:
            websocket = await open_websocket(session, url, autoping=False)
        except aiohttp.ClientError:
            raise CannotConnect("no connection") from None
        async with Socket(websocket, self.dropped, idle=IDLE_SECONDS) as socket:
            await self.async_connected(self._read(await anext(socket)))
            async for message in socket:
                self.apply(self._read(message))

    def _read(self, message: Any) -> dict[str, Value]:
        """Return the keys and values of a message; an empty dict if it is not a JSON object."""
        return message if isinstance(message, dict) else {}


class StockCoordinator(DataUpdateCoordinator[dict[str, Value]]):
    """Home Assistant's own coordinator, which calls all entities for each message."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize with the number of keys in the entry."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self.data = {f"k{number}": False for number in range(entry.data["entities"])}
