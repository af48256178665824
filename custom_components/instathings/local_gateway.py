"""The connection to a gateway of a project on the own network: the second way to the devices behind it."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from .api.arbiter import Arbiter, Way
from .api.errors import DatabaseDown
from .api.model import GatewayEvent, Reading
from .api.readings import PushedEvents
from .api.recognize import recognize
from .common.client.backoff import ReconnectLoop
from .common.client.errors import PushError
from .const import CONF_GATEWAY_ID, LOGGER
from .coordinator import until_one_fails
from .gateway_client import PROBE_ID, QUIET_SECONDS, WATCH_SECONDS, gateway_client

if TYPE_CHECKING:
    from .two_ways import TwoWays


class LocalGateway:
    """The connection to one gateway, independent of the connection to the cloud."""

    # Set when the connection is started.
    connection: ReconnectLoop

    def __init__(self, hass: HomeAssistant, coordinator: TwoWays, subentry: ConfigSubentry) -> None:
        """Initialize with the address and the gateway's id in the project, both from the subentry."""
        self.gateway_id: str = subentry.data[CONF_GATEWAY_ID]
        self.name = f"{coordinator.config_entry.title} ({subentry.title})"
        self.client = gateway_client(
            hass, subentry.data, coordinator.dropped, lambda: coordinator.client.tokens.redactor
        )
        self.arbiter = Arbiter()
        # Set after the first connect.
        self.connected = asyncio.Event()
        self.is_connected = False
        self.is_database_down = False
        self.last_error: PushError | None = None
        self._coordinator = coordinator
        # True if the connected gateway has readings of this gateway's devices. Another gateway may have the address.
        self._is_recognized = False
        # Devices whose state the gateway has not reported since it was connected.
        self._behind: dict[str, None] = {}
        self._received_at = 0.0

    @property
    def is_live(self) -> bool:
        """Return True while the gateway reports what its devices send."""
        return self.is_connected and not self.is_database_down

    def is_current(self, device_id: str) -> bool:
        """Return True if the gateway keeps the state of a device up to date."""
        return self.is_live and self._is_recognized and device_id not in self._behind

    def forget(self, device_id: str) -> None:
        """Forget a removed device."""
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
        """Handle the lost connection; ReconnectLoop connects again."""
        if self.is_connected or self.last_error is None:
            LOGGER.info("%s is unavailable: %s", self.name, reason)
        self.last_error = reason
        await self._async_set(is_connected=False, is_database_down=self.is_database_down)

    async def _async_set(self, *, is_connected: bool, is_database_down: bool) -> None:
        """Update the state of the gateway, and the availability of the devices that depend on it."""
        was_live = self.is_live
        if is_connected and not self.is_connected and self.last_error is not None:
            LOGGER.info("%s is available again", self.name)
        if is_connected and is_database_down != self.is_database_down:
            LOGGER.info("%s: the database %s", self.name, "does not work" if is_database_down else "works again")
        self.is_connected, self.is_database_down = is_connected, is_database_down
        devices = self._coordinator.devices_behind(self)
        if self.is_live and not was_live:
            self.arbiter.resumed(Way.GATEWAY, monotonic())
            # While the cloud is connected, its states are up to date.
            self._behind = {} if self._coordinator.last_update_success else dict.fromkeys(devices)
        self._coordinator.local_gateway_changed(self)
        if self.is_live != was_live:
            await self._coordinator.async_check_local(devices)

    # Readings -----------------------------------------------------------------------------------

    async def _async_listen(self, socket: PushedEvents[GatewayEvent]) -> None:
        async for event in socket:
            self._received_at = monotonic()
            if self.is_database_down and isinstance(event, Reading):
                # The gateway stores a reading before it sends it.
                await self._async_set(is_connected=True, is_database_down=False)
            self._coordinator.take_local(self, event)
            if event.device_id in self._behind:
                del self._behind[event.device_id]
                self._coordinator.check_local(event.device_id)

    async def _async_watch(self) -> None:
        """Fetch stored readings while the cloud is not connected, and check whether the gateway's database works."""
        while True:
            if not self._is_recognized and await self._async_recognize():
                self._is_recognized = True
                await self._coordinator.async_check_local(self._coordinator.devices_behind(self))
            await self._async_catch_up()
            await asyncio.sleep(min(WATCH_SECONDS, QUIET_SECONDS))
            before = self._received_at
            if monotonic() - before >= QUIET_SECONDS or self.is_database_down:
                works = await self.client.database_works(PROBE_ID)
                if before == self._received_at:
                    await self._async_set(is_connected=True, is_database_down=not works)

    async def _async_recognize(self) -> bool:
        """Return True if the connected gateway has stored readings of this gateway's devices."""
        devices = self._coordinator.devices_by_gateway().get(self.gateway_id, [])
        try:
            return await recognize(self.client, {self.gateway_id: devices}) is not None
        except PushError as error:
            LOGGER.debug("%s: the gateway could not be identified: %s", self.name, error)
            return False

    async def _async_catch_up(self) -> None:
        """Fetch the latest stored reading of each device, one at a time: a gateway is a small computer."""
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
                for reading in page.readings:
                    self._coordinator.take_local_stored(self, reading)
            if self._behind.pop(device_id, self) is None:
                self._coordinator.check_local(device_id)
