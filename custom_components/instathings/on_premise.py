"""A gateway on one's own network: read-only state through its Socket.IO, stored readings through its REST route."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import Any, override

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.util import dt as dt_util
from yarl import URL

from .api.gateway import GatewayApi, is_device_id
from .api.models import Device, Page, Reading, Status
from .common.client.errors import PushError
from .common.client.wire import DropCounter
from .const import (
    CLOUD,
    CONF_CONNECTION,
    DATABASE,
    DEFAULT_SILENCE_MINUTES,
    DOMAIN,
    GATEWAY,
    MANUFACTURER,
    OPTION_DEVICES,
    OPTION_SILENCE_MINUTES,
)
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator

WATCH_SECONDS = 30.0
# A gateway that says nothing for so long is asked whether its database works: without it, it never says anything.
QUIET_SECONDS = 60.0
# Any id that a gateway accepts: it answers with an empty page.
PROBE_ID = "00000000"
# Anybody on the network can pretend to be a device of a gateway that knows no passwords.
MAX_LEARNT = 1000


def gateway_api(hass: HomeAssistant, data: Mapping[str, Any], dropped: DropCounter) -> GatewayApi:
    """Make a client from a config entry's data (or a flow's input)."""
    url = URL.build(scheme="https" if data[CONF_SSL] else "http", host=data[CONF_HOST], port=int(data[CONF_PORT]))
    session = async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL])
    return GatewayApi(session, url, dropped, verify_ssl=data[CONF_VERIFY_SSL])


class GatewayCoordinator(InstathingsCoordinator):
    """One gateway."""

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, entry)
        self.api = gateway_api(hass, entry.data, self.dropped)
        self._silence = entry.options.get(OPTION_SILENCE_MINUTES, DEFAULT_SILENCE_MINUTES) * 60.0
        self._connected_at = 0.0
        self.database_down = False

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        async with self.api.connect() as socket:
            self._put_known_devices()
            await self._async_catch_up()
            self.check_online(self.devices)
            self._connected_at = monotonic()
            await self.async_connected(dict(self.data))
            watching = asyncio.create_task(self._async_watch())
            try:
                await socket.follow(self.take_reading, self.take_status)
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    def _put_known_devices(self) -> None:
        """Put the gateway itself, the devices typed in, and those learnt in earlier sessions."""
        self.put_device(Device(id=GATEWAY, name=self.config_entry.title, is_gateway=True))
        registry = dr.async_get(self.hass)
        prefix = self.identifier("")[1]
        learnt = {
            value.removeprefix(prefix)
            for device in dr.async_entries_for_config_entry(registry, self.config_entry.entry_id)
            for domain, value in device.identifiers
            if domain == DOMAIN and value.startswith(prefix)
        }
        for device_id in (*self.config_entry.options.get(OPTION_DEVICES, ()), *sorted(learnt)):
            if is_device_id(device_id):
                self._put(device_id)

    def _put(self, device_id: str) -> None:
        if device_id not in self.devices:
            self.put_device(Device(id=device_id, name=device_id, parent=GATEWAY))

    @callback
    def async_forget(self, device_id: str) -> bool:
        """Forget a device that a person removes; the gateway itself stays."""
        if device_id == GATEWAY:
            return False
        self.drop_device(device_id)
        return True

    async def _async_catch_up(self) -> None:
        """Ask for the latest stored reading of each device, one after the other: it is a small computer."""
        for device_id in self.devices:
            if device_id == GATEWAY:
                continue
            try:
                page = await self.api.data(device_id, per_page=1)
            except PushError as error:
                self.logger.debug("%s: no stored readings: %s", self.name, error)
                self._set_database(down=not await self.api.database_works(PROBE_ID))
                return
            for reading in page.readings:
                self.take_stored(reading)
                self._note_heard(device_id, (dt_util.utcnow() - reading.time).total_seconds())
        self._set_database(down=False)

    @override
    def heard_again(self, device_id: str) -> None:
        # What is said was stored before.
        if self.database_down:
            self._set_database(down=False)
        super().heard_again(device_id)

    @override
    def take_stranger(self, reading: Reading) -> None:
        """Learn that a device exists from what it sends."""
        if self._learn(reading.device_id):
            self.take_reading(*reading)

    @override
    @callback
    def take_status(self, status: Status) -> None:
        device_id = status.device_id
        if device_id in self.devices or self._learn(device_id):
            super().take_status(status)
            if device_id in self.offline:
                self.check_online((device_id,))

    def _learn(self, device_id: str) -> bool:
        """Put a device that nobody has told of; tell whether it may be one."""
        if not is_device_id(device_id) or len(self.devices) > MAX_LEARNT:
            self.dropped.add("reading of an impossible device")
            return False
        self._put(device_id)
        return True

    # Silence ------------------------------------------------------------------------------------

    def _note_heard(self, device_id: str, ago: float) -> None:
        """Note that a device was heard so many seconds ago, unless it was since."""
        then = monotonic() - max(ago, 0.0)
        if (shape := self.shapes.get(device_id)) is not None:
            shape.heard_at = max(shape.heard_at or then, then)

    @property
    def _last_heard(self) -> float:
        """When the gateway last said something, or was connected."""
        return max(self._connected_at, *(shape.heard_at or 0.0 for shape in self.shapes.values()))

    async def _async_watch(self) -> None:
        """Notice devices that fell silent, and a gateway without its database."""
        while True:
            await asyncio.sleep(min(WATCH_SECONDS, QUIET_SECONDS, self._silence or WATCH_SECONDS))
            before = self._last_heard
            if monotonic() - before >= QUIET_SECONDS or self.database_down:
                works = await self.api.database_works(PROBE_ID)
                if before == self._last_heard:
                    self._set_database(down=not works)
            self.check_online(self.devices)

    @callback
    def _set_database(self, *, down: bool) -> None:
        """Tell everybody whether the gateway's database works: without it nothing new will come."""
        if down == self.database_down and (GATEWAY, DATABASE) in self.data:
            return
        self.apply({(GATEWAY, DATABASE): down})
        if down == self.database_down:
            return
        self.database_down = down
        self.check_online(self.devices)
        issue_id = f"database_down_{self.config_entry.entry_id}"
        if not down:
            ir.async_delete_issue(self.hass, DOMAIN, issue_id)
            self.logger.info("%s: the gateway's database works again", self.name)
            return
        self.logger.info("%s: the gateway's database does not work; it sends no readings", self.name)
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="database_down",
            translation_placeholders={"name": self.config_entry.title},
        )

    @override
    def is_online(self, device: Device) -> bool:
        if device.id == GATEWAY:
            return True
        if self.database_down:
            return False
        heard_at = self.shapes[device.id].heard_at
        return not self._silence or (heard_at is not None and monotonic() - heard_at < self._silence)

    @override
    async def async_stop(self) -> None:
        ir.async_delete_issue(self.hass, DOMAIN, f"database_down_{self.config_entry.entry_id}")
        await super().async_stop()

    # Devices ------------------------------------------------------------------------------------

    @override
    def identifier(self, device_id: str) -> tuple[str, str]:
        # Not the cloud's identifier: the same device from both sides is two devices here, each with
        # the states of its own connection (see docs/instathings.md).
        if device_id == GATEWAY:
            return (DOMAIN, f"gateway_{self.config_entry.entry_id}")
        return (DOMAIN, f"on_premise_{device_id}")

    @override
    def device_info(self, device_id: str) -> DeviceInfo:
        if device_id == GATEWAY:
            return DeviceInfo(
                identifiers={self.identifier(GATEWAY)},
                name=self.config_entry.title,
                manufacturer=MANUFACTURER,
            )
        registry = dr.async_get(self.hass)
        info = DeviceInfo(identifiers={self.identifier(device_id)}, name=device_id, manufacturer=MANUFACTURER)
        if twin := self._cloud_twin(device_id):
            info = DeviceInfo(
                identifiers={self.identifier(device_id)},
                translation_key="on_premise",
                translation_placeholders={"name": twin.name_by_user or twin.name or device_id},
                manufacturer=twin.manufacturer,
                model=twin.model,
                model_id=twin.model_id,
            )
        gateway = registry.async_get_device_by_identifier(self.identifier(GATEWAY), self.config_entry.entry_id)
        if gateway is not None:
            info["via_device_id"] = gateway.id
        return info

    def _cloud_twin(self, device_id: str) -> dr.DeviceEntry | None:
        """Return the same device as the cloud knows it, whose name and model the gateway does not tell."""
        registry = dr.async_get(self.hass)
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.data[CONF_CONNECTION] == CLOUD and (
                twin := registry.async_get_device_by_identifier((DOMAIN, device_id), entry.entry_id)
            ):
                return twin
        return None

    @override
    def can_be_set(self, device: Device) -> bool:
        return False

    @override
    async def async_data(
        self,
        device_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        page: int = 1,
        per_page: int = 10,
    ) -> Page:
        return await self.api.data(device_id, start=start, end=end, page=page, per_page=per_page)
