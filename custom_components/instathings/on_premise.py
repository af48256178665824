"""The coordinator of a gateway on the own network: readings from its Socket.IO, stored readings from its REST API."""

import asyncio
from time import monotonic
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.util import dt as dt_util

from .api import Device, GatewayClient, Reading, Status, is_device_id
from .api.model import CloudEvent
from .common.client.errors import PushError
from .common.ids import join_id
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
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator, Part, PartKind
from .gateway_client import PROBE_ID, QUIET_SECONDS, WATCH_SECONDS, gateway_client

# A gateway has no authentication, so anything on the network can send readings as a device.
MAX_DEVICES = 1000

GATEWAY_PART = Part(PartKind.ON_PREMISE, GATEWAY)


class GatewayCoordinator(InstathingsCoordinator):
    """The coordinator of one gateway."""

    client: GatewayClient

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, entry)
        self.client = gateway_client(hass, entry.data, self.dropped)
        self._longest_silence = entry.options.get(OPTION_SILENCE_MINUTES, DEFAULT_SILENCE_MINUTES) * 60.0
        self._connected_at = 0.0

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        async with self.client.connect() as socket:
            self._put_known_devices()
            await self._async_catch_up()
            self.check_online(self.inventory)
            self._connected_at = monotonic()
            await self.async_connected(dict(self.data))
            watch = asyncio.create_task(self._async_watch())
            try:
                await self.async_listen(socket)
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

    @override
    @callback
    def take_event(self, event: CloudEvent) -> None:
        if isinstance(event, Status):
            self.take_status(event)

    def _put_known_devices(self) -> None:
        """Add the gateway itself, the devices of the options, and those in the device registry."""
        self.put_device(Device(id=GATEWAY, name=self.config_entry.title, is_gateway=True))
        registry = dr.async_get(self.hass)
        prefix = self.identifier("")[1]
        earlier = {
            value.removeprefix(prefix)
            for device in dr.async_entries_for_config_entry(registry, self.config_entry.entry_id)
            for domain, value in device.identifiers
            if domain == DOMAIN and value.startswith(prefix)
        }
        for device_id in (*self.config_entry.options.get(OPTION_DEVICES, ()), *sorted(earlier)):
            if is_device_id(device_id):
                self._put(device_id)

    def _put(self, device_id: str) -> None:
        if device_id not in self.inventory:
            self.put_device(Device(id=device_id, name=device_id, parent=GATEWAY))

    async def _async_catch_up(self) -> None:
        """Fetch the latest stored reading of each device, one at a time: a gateway is a small computer."""
        for device_id in self.inventory:
            if device_id == GATEWAY:
                continue
            try:
                page = await self.client.data(device_id, per_page=1)
            except PushError as error:
                self.logger.debug("%s: no stored readings: %s", self.name, error)
                self._set_database(down=not await self.client.database_works(PROBE_ID))
                return
            for reading in page.readings:
                self.take_stored(reading)
                self._note_received(device_id, (dt_util.utcnow() - reading.time).total_seconds())
        self._set_database(down=False)

    # Devices ------------------------------------------------------------------------------------

    @override
    def take_unknown(self, reading: Reading) -> None:
        """Add the device that sent the reading."""
        if self._put_new(reading.device_id):
            self.take_reading(reading)

    @override
    @callback
    def take_status(self, status: Status) -> None:
        device_id = status.device_id
        if device_id in self.inventory or self._put_new(device_id):
            super().take_status(status)
            if device_id in self.offline:
                self.check_online((device_id,))

    def _put_new(self, device_id: str) -> bool:
        """Add a device that has sent something for the first time; return False if it is not one."""
        if not is_device_id(device_id) or len(self.inventory) > MAX_DEVICES:
            self.dropped.add("reading of an impossible device")
            return False
        if self._is_gateway(device_id):
            # The gateway's own id, which only the cloud knows: the gateway has a device already.
            return False
        self._put(device_id)
        return True

    @callback
    def async_forget(self, device_id: str) -> bool:
        """Remove a device that a user deletes; return False for the gateway itself."""
        if device_id == GATEWAY:
            return False
        self.drop_device(device_id)
        return True

    @override
    def part_of(self, device: Device) -> Part:
        return Part(PartKind.ON_PREMISE if device.id == GATEWAY else PartKind.DEVICE, device.id)

    @override
    def identifier(self, device_id: str) -> tuple[str, str]:
        # Not the cloud's identifier: an entry of the cloud has its own device for it, with the states of that
        # connection (docs/instathings.md).
        if device_id == GATEWAY:
            return (DOMAIN, f"gateway_{self.config_entry.entry_id}")
        return (DOMAIN, f"on_premise_{device_id}")

    @override
    def unique_id(self, device_id: str, *parts: str) -> str:
        # Two gateways, or two entries for one gateway, may report the same device.
        return join_id(self.config_entry.entry_id, device_id, *parts)

    @override
    def device_info(self, part: Part) -> DeviceInfo:
        identifiers = {self.identifier(part.device_id)}
        if part == GATEWAY_PART:
            return DeviceInfo(identifiers=identifiers, name=self.config_entry.title, manufacturer=MANUFACTURER)
        gateway_id = self.devices.get(GATEWAY_PART).id
        if (twin := self._cloud_twin(part.device_id)) is None:
            return DeviceInfo(
                identifiers=identifiers, name=part.device_id, manufacturer=MANUFACTURER, via_device_id=gateway_id
            )
        return DeviceInfo(
            identifiers=identifiers,
            translation_key="on_premise",
            translation_placeholders={"name": twin.name_by_user or twin.name or part.device_id},
            manufacturer=twin.manufacturer,
            model=twin.model,
            model_id=twin.model_id,
            via_device_id=gateway_id,
        )

    @override
    def has_twin(self, device_id: str) -> bool:
        return device_id != GATEWAY and self._cloud_twin(device_id) is not None

    def _is_gateway(self, device_id: str) -> bool:
        """Return True if this is the id of a gateway of a project in the cloud."""
        projects = [
            entry.runtime_data
            for entry in self.hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_CONNECTION] == CLOUD
        ]
        return any(device_id in project.inventory and project.inventory[device_id].is_gateway for project in projects)

    def _cloud_twin(self, device_id: str) -> dr.DeviceEntry | None:
        """Return the device of a cloud entry with this id: the gateway knows neither its name nor its model."""
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

    # Silence ------------------------------------------------------------------------------------

    @property
    def is_database_down(self) -> bool:
        """Return True if the gateway's database does not work; the gateway sends no readings then."""
        return bool(self.data.get((GATEWAY, DATABASE)))

    @override
    def is_online(self, device: Device) -> bool:
        if device.id == GATEWAY:
            return True
        if self.is_database_down:
            return False
        received_at = self.profiles[device.id].received_at
        return not self._longest_silence or (
            received_at is not None and monotonic() - received_at < self._longest_silence
        )

    @override
    def came_back(self, device_id: str) -> None:
        # The database works: the gateway stores a reading before it sends it.
        self._set_database(down=False)
        super().came_back(device_id)

    def _note_received(self, device_id: str, ago: float) -> None:
        """Set the time when a device last sent something, in seconds ago, unless a later one is known."""
        then = monotonic() - max(ago, 0.0)
        if (profile := self.profiles.get(device_id)) is not None:
            profile.received_at = max(profile.received_at or then, then)

    @property
    def _last_received(self) -> float:
        """Return the time when the gateway last sent something, or was connected (monotonic seconds)."""
        return max(self._connected_at, *(profile.received_at or 0.0 for profile in self.profiles.values()))

    async def _async_watch(self) -> None:
        """Check for silent devices, and whether the gateway's database works."""
        while True:
            await asyncio.sleep(min(WATCH_SECONDS, QUIET_SECONDS, self._longest_silence or WATCH_SECONDS))
            before = self._last_received
            if monotonic() - before >= QUIET_SECONDS or self.is_database_down:
                works = await self.client.database_works(PROBE_ID)
                if before == self._last_received:
                    self._set_database(down=not works)
            self.check_online(self.inventory)

    @callback
    def _set_database(self, *, down: bool) -> None:
        """Store whether the gateway's database is down, and update the availability of all devices."""
        was_down = self.is_database_down
        self.apply({(GATEWAY, DATABASE): down})
        if down == was_down:
            return
        self.check_online(self.inventory)
        if down:
            self.logger.info("%s: the gateway's database does not work; it sends no readings", self.name)
        else:
            self.logger.info("%s: the gateway's database works again", self.name)
