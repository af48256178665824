"""Two coordinators of the same data: one dict of keys and values, pushed by a WebSocket."""

import logging
from typing import override

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from yarl import URL

from common.client.errors import CannotConnect
from common.client.wire import DropCounter, Socket, decode_json, open_websocket
from common.push.coordinator import PushCoordinator

LOGGER = logging.getLogger(__name__)
IDLE_SECONDS = 30.0

type Value = bool | float


class CoreCoordinator(PushCoordinator[str, Value]):
    """The keys of one WebSocket, whose messages are JSON objects."""

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
            await self.async_connected(self._read(await socket.receive()))
            async for frame in socket:
                self.apply(self._read(frame))

    def _read(self, frame: str | bytes) -> dict[str, Value]:
        """Return the keys and values of a frame; none where it is no JSON object."""
        value = decode_json(frame, self.dropped)
        return value if isinstance(value, dict) else {}


class StockCoordinator(DataUpdateCoordinator[dict[str, Value]]):
    """Home Assistant's own coordinator: every message calls every entity."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize with as many keys as the entry says."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title)
        self.data = {f"k{number}": False for number in range(entry.data["entities"])}
