"""A gateway of a project, reached on one's own network: the second way of the devices behind it."""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from .api.arbiter import Arbiter, Way
from .api.errors import DatabaseDown
from .api.gateway import GatewaySocket
from .api.model import Reading, Status
from .api.recognize import recognize
from .common.client.backoff import ReconnectLoop
from .common.client.errors import PushError
from .const import CONF_GATEWAY_ID, LOGGER
from .coordinator import until_one_fails
from .gateway_client import PROBE_ID, QUIET_SECONDS, WATCH_SECONDS, gateway_client

if TYPE_CHECKING:
    from .two_ways import TwoWays


class LocalGateway:
    """The connection to one gateway; it goes on by itself, whatever becomes of the cloud."""

    # Set where it is started.
    connection: ReconnectLoop

    def __init__(self, hass: HomeAssistant, coordinator: TwoWays, subentry: ConfigSubentry) -> None:
        """Initialize with the address of the subentry, and the id by which the project knows the gateway."""
        self.gateway_id: str = subentry.data[CONF_GATEWAY_ID]
        self.name = f"{coordinator.config_entry.title} ({subentry.title})"
        self.client = gateway_client(hass, subentry.data, coordinator.dropped)
        self.arbiter = Arbiter()
        # Set once it has been connected.
        self.connected = asyncio.Event()
        self.is_connected = False
        self.is_database_down = False
        self.last_error: PushError | None = None
        self._coordinator = coordinator
        # True once what is connected has shown readings of the gateway's devices: another one may have the address.
        self._is_recognized = False
        # Devices whose state the gateway has not reported yet since it is connected.
        self._behind: dict[str, None] = {}
        self._received_at = 0.0

    @property
    def is_live(self) -> bool:
        """Return True while the gateway reports what its devices send."""
        return self.is_connected and not self.is_database_down

    def is_current(self, device_id: str) -> bool:
        """Return True if the state of a device is what the gateway has reported, or the cloud beside it."""
        return self.is_live and self._is_recognized and device_id not in self._behind

    def forget(self, device_id: str) -> None:
        """Forget a device that is gone."""
        self.arbiter.forget(device_id)
        self._behind.pop(device_id, None)

    # Connection ---------------------------------------------------------------------------------

    async def async_session(self) -> None:
        """Hold one connection, from connecting to its loss. Raises PushError."""
        async with self.client.connect() as socket:
            self._received_at = monotonic()
            self._is_recognized = await self._async_recognize()
            self.connection.established()
            await self._async_set(is_connected=True, is_database_down=False)
            self.connected.set()
            await until_one_fails(self._async_listen(socket), self._async_watch())

    async def async_lost(self, reason: PushError) -> None:
        """Note that the connection is lost; it is made anew after a while."""
        if self.is_connected or self.last_error is None:
            LOGGER.info("%s is unavailable: %s", self.name, reason)
        self.last_error = reason
        await self._async_set(is_connected=False, is_database_down=self.is_database_down)

    async def _async_set(self, *, is_connected: bool, is_database_down: bool) -> None:
        """Store how the gateway is; its devices follow it where the cloud does not report them."""
        was_live = self.is_live
        if is_connected and not self.is_connected and self.last_error is not None:
            LOGGER.info("%s is available again", self.name)
        if is_connected and is_database_down != self.is_database_down:
            LOGGER.info("%s: the database %s", self.name, "does not work" if is_database_down else "works again")
        self.is_connected, self.is_database_down = is_connected, is_database_down
        devices = self._coordinator.devices_behind(self)
        if self.is_live and not was_live:
            self.arbiter.resumed(Way.GATEWAY, monotonic())
            # What the cloud reports is current already.
            self._behind = {} if self._coordinator.last_update_success else dict.fromkeys(devices)
        self._coordinator.local_gateway_changed(self)
        if self.is_live != was_live:
            await self._coordinator.async_local_changed(devices)

    # Readings -----------------------------------------------------------------------------------

    async def _async_listen(self, socket: GatewaySocket) -> None:
        async for event in socket:
            self._received_at = monotonic()
            if self.is_database_down and isinstance(event, Reading):
                # The gateway stores a reading before it sends it.
                await self._async_set(is_connected=True, is_database_down=False)
            self._take(event)

    def _take(self, event: Reading | Status) -> None:
        self._coordinator.take_local(self, event)
        if event.device_id in self._behind:
            del self._behind[event.device_id]
            self._coordinator.local_appeared(event.device_id)

    async def _async_watch(self) -> None:
        """Ask for what the gateway has stored while the cloud reports nothing, and whether its database works."""
        while True:
            if not self._is_recognized and await self._async_recognize():
                self._is_recognized = True
                await self._coordinator.async_local_changed(self._coordinator.devices_behind(self))
            await self._async_catch_up()
            await asyncio.sleep(min(WATCH_SECONDS, QUIET_SECONDS))
            before = self._received_at
            if monotonic() - before >= QUIET_SECONDS or self.is_database_down:
                works = await self.client.database_works(PROBE_ID)
                if before == self._received_at:
                    await self._async_set(is_connected=True, is_database_down=not works)

    async def _async_recognize(self) -> bool:
        """Return True if what answers has readings of the gateway's devices."""
        devices = self._coordinator.devices_by_gateway().get(self.gateway_id, [])
        try:
            return await recognize(self.client, {self.gateway_id: devices}) is not None
        except PushError as error:
            LOGGER.debug("%s: it is not known which gateway answers: %s", self.name, error)
            return False

    async def _async_catch_up(self) -> None:
        """Ask for the latest stored reading of each device, one after the other: it is a small computer."""
        while self._behind and self.is_live:
            device_id = next(iter(self._behind))
            try:
                page = await self.client.data(device_id, per_page=1)
            except DatabaseDown:
                await self._async_set(is_connected=True, is_database_down=True)
                return
            except PushError as error:
                LOGGER.debug("%s: no stored readings: %s", self.name, error)
            else:
                self._take_stored(page.readings)
            if self._behind.pop(device_id, self) is None:
                self._coordinator.local_appeared(device_id)

    def _take_stored(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self._coordinator.take_local_stored(self, reading)
