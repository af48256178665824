"""Devices of a project that are reported in two ways: by the cloud and by a gateway on the own network.

The way that reports a change first sets the state, and a device is available while one of the ways is. Commands are
sent through the cloud, because a gateway accepts none, and the first way to report the expected values confirms them.
"""

import asyncio
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any, override

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .api import CloudClient
from .api.arbiter import Verdict, Way
from .api.catalogue import Catalogue
from .api.model import Device, Reading, Status
from .common.client.backoff import ReconnectLoop
from .common.client.errors import AuthFailed, PushError
from .common.client.slices import in_slices
from .common.push.turns import slice_lock
from .const import DATABASE, DOMAIN, GATEWAY, LOCAL_CONNECTION, REPORTED_LOCALLY, SUBENTRY_GATEWAY
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .known_devices import StoredDevices, known_devices_store, restored, stored
from .local_gateway import LocalGateway

# How long a start without the cloud waits for a gateway on the network.
LOCAL_SECONDS = 5.0


class TwoWays(InstathingsCoordinator):
    """The part of a project's coordinator that handles the gateways on the network."""

    client: CloudClient
    catalogue: Catalogue

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Initialize with the gateways of the subentries; `async_start` connects."""
        super().__init__(hass, entry)
        self.local_gateways: dict[str, LocalGateway] = {
            gateway.gateway_id: gateway
            for subentry in entry.get_subentries_of_type(SUBENTRY_GATEWAY)
            for gateway in [LocalGateway(hass, self, subentry)]
        }
        self._local_tasks: list[asyncio.Task[None]] = []
        self._known = known_devices_store(hass, entry.entry_id)
        self._kept: StoredDevices | None = None
        self._is_restored = False
        if self.local_gateways:
            # The name distinguishes the two ways in the log.
            self.name = f"{entry.title} (cloud)"

    # Life ---------------------------------------------------------------------------------------

    @override
    async def async_start(self) -> None:
        await super().async_start()
        if not self._local_tasks:
            self._start_all_local()

    @override
    async def _async_lost(self, reason: PushError) -> float | None:
        """If the first connection to the cloud fails, set up with the gateways on the network."""
        is_starting = not self._first_result.done() and not isinstance(reason, AuthFailed)
        if not is_starting or not await self._async_start_without_cloud():
            return await super()._async_lost(reason)
        self.last_exception = reason
        self.logger.info("%s is unavailable: %s", self.name, reason)
        self._settle_first(None)
        return None

    async def _async_start_without_cloud(self) -> bool:
        """Connect to the gateways on the network, with the stored devices; return True if one is connected."""
        kept = await self._known.async_load() if self.local_gateways else None
        if kept is None:
            return False
        try:
            known = restored(kept)
        except TypeError, KeyError, ValueError:
            self.logger.warning("%s: the devices were kept by another version, and are forgotten", self.name)
            return False
        self.catalogue.types = {kind.id: kind for kind in known.types}
        self.catalogue.protocols = dict(known.protocols)
        self._is_restored = True
        for device in sorted(known.devices, key=lambda device: not device.is_gateway):
            self.put_device(device)
        self._start_all_local()
        waiting = [asyncio.create_task(gateway.connected.wait()) for gateway in self.local_gateways.values()]
        done, pending = await asyncio.wait(waiting, timeout=LOCAL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        return bool(done)

    async def async_keep_known(self) -> None:
        """Store the devices, if they have changed, for a start without the cloud."""
        if self.local_gateways:
            found = stored(self.inventory.values(), self.catalogue.types.values(), self.catalogue.protocols)
            if found != self._kept:
                self._kept = found
                await self._known.async_save(found)

    @callback
    def _start_all_local(self) -> None:
        for gateway in self.local_gateways.values():
            self._start_local(gateway)

    @callback
    def _start_local(self, gateway: LocalGateway) -> None:
        """Connect to a gateway on the network, and again whenever the connection is lost."""
        self.local_gateway_changed(gateway)
        gateway.connection = ReconnectLoop(
            lambda: self._async_guarded(gateway.async_session()), lost=gateway.async_lost, name=gateway.name
        )
        run = gateway.connection.run()
        self._local_tasks.append(self.config_entry.async_create_background_task(self.hass, run, gateway.name))

    @override
    async def async_stop(self) -> None:
        tasks, self._local_tasks = self._local_tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await super().async_stop()

    @callback
    def cloud_resumed(self) -> None:
        """Handle the new connection to the cloud."""
        if self._is_restored:
            # The cloud describes the devices again.
            self._is_restored = False
            self.catalogue.types.clear()
            self.catalogue.protocols.clear()
        for gateway in self.local_gateways.values():
            gateway.arbiter.resumed(Way.CLOUD, monotonic())

    # Availability -------------------------------------------------------------------------------

    def _is_reported_locally(self, device_id: str) -> bool:
        """Return True if a gateway on the network reports a device, whether the cloud does or not."""
        gateway = self._gateway_of(device_id)
        return (
            gateway is not None and gateway.is_current(device_id) and self.inventory[device_id].pairing != "not_paired"
        )

    def devices_behind(self, gateway: LocalGateway) -> list[str]:
        """Return the devices that a gateway on the network reports."""
        return [device.id for device in self.inventory.values() if _is_behind(device, gateway.gateway_id)]

    def devices_by_gateway(self) -> dict[str, list[str]]:
        """Return the devices behind each gateway of the project, first those that have sent something."""
        devices = sorted(self.inventory.values(), key=lambda one: self.profiles[one.id].timestamp is None)
        return {
            gateway.id: [device.id for device in devices if _is_behind(device, gateway.id)]
            for gateway in self.inventory.values()
            if gateway.is_gateway
        }

    def _gateway_of(self, device_id: str) -> LocalGateway | None:
        device = self.inventory.get(device_id)
        gateway = self.local_gateways.get(device.parent or "") if device else None
        return gateway if device and gateway and _is_behind(device, gateway.gateway_id) else None

    async def async_check_local(self, device_ids: Iterable[str]) -> None:
        """Update which of these devices a gateway on the network reports, in slices."""
        await in_slices(map(self.check_local, device_ids), slice_lock(self.hass, DOMAIN))

    @callback
    def check_local(self, device_id: str) -> None:
        """Update whether a gateway on the network reports a device."""
        if device_id in self.inventory:
            self.apply({(device_id, REPORTED_LOCALLY): self._is_reported_locally(device_id)})

    @callback
    def local_gateway_changed(self, gateway: LocalGateway) -> None:
        """Store whether a gateway on the network is connected, and whether its database works."""
        self.apply(
            {
                (gateway.gateway_id, LOCAL_CONNECTION): gateway.is_connected,
                (gateway.gateway_id, DATABASE): gateway.is_database_down,
                (GATEWAY, DATABASE): any(one.is_database_down for one in self.local_gateways.values()),
            }
        )

    @override
    @callback
    def put_device(self, device: Device) -> None:
        super().put_device(device)
        if (gateway := self._gateway_of(device.id)) is not None:
            self.arbiters[device.id] = gateway.arbiter
        else:
            self.arbiters.pop(device.id, None)
        self.check_local(device.id)

    @override
    @callback
    def drop_device(self, device_id: str) -> None:
        for gateway in self.local_gateways.values():
            gateway.forget(device_id)
        self.arbiters.pop(device_id, None)
        super().drop_device(device_id)

    # Commands -----------------------------------------------------------------------------------

    @override
    def error_for(self, error: PushError) -> HomeAssistantError:
        """Return the exception for a failed command; it says so if a gateway is connected but the cloud is not."""
        failed = super().error_for(error)
        is_local = any(gateway.is_live for gateway in self.local_gateways.values())
        if failed.translation_key != "unreachable" or not is_local:
            return failed
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="commands_need_cloud")

    # Readings of the cloud ----------------------------------------------------------------------

    @override
    @callback
    def take_stored(self, reading: Reading) -> None:
        gateway = self._gateway_of(reading.device_id)
        if gateway is None or self._is_news(gateway, Way.CLOUD, reading, is_other_live=gateway.is_live):
            super().take_stored(reading)

    @override
    @callback
    def take_status(self, status: Status) -> None:
        gateway = self._gateway_of(status.device_id)
        if gateway is None or self._is_answer(gateway, Way.CLOUD, status):
            super().take_status(status)

    # Readings of a gateway on the network -------------------------------------------------------

    @callback
    def take_local(self, gateway: LocalGateway, event: Reading | Status) -> None:
        """Take what a gateway on the network reports of a device of the project; others are counted."""
        if not self._speaks_for(gateway, event.device_id):
            return
        if isinstance(event, Status):
            if self._is_answer(gateway, Way.GATEWAY, event):
                super().take_status(event)
        else:
            self.read(self.profiles[event.device_id], event, Way.GATEWAY, gateway.arbiter)

    @callback
    def take_local_stored(self, gateway: LocalGateway, reading: Reading) -> None:
        """Take the latest reading that a gateway on the network has stored of a device of the project."""
        if not self._speaks_for(gateway, reading.device_id):
            return
        profile, is_other_live = self.profiles[reading.device_id], self.last_update_success
        if profile.fits(is_http=reading.is_http) and self._is_news(
            gateway, Way.GATEWAY, reading, is_other_live=is_other_live
        ):
            self.store(profile, reading)

    def _speaks_for(self, gateway: LocalGateway, device_id: str) -> bool:
        """Return True if a gateway may speak for a device: a gateway has no password. Others are counted."""
        if self._gateway_of(device_id) is gateway:
            return True
        self.dropped.add("reading of a device that is not behind the gateway")
        return False

    @staticmethod
    def _is_news(gateway: LocalGateway, way: Way, reading: Reading, *, is_other_live: bool) -> bool:
        verdict = gateway.arbiter.take_stored(way, reading, monotonic(), is_other_live=is_other_live)
        return verdict is Verdict.NEW

    @staticmethod
    def _is_answer(gateway: LocalGateway, way: Way, status: Status) -> bool:
        return gateway.arbiter.take_status(way, status.device_id, status.values, monotonic()) is Verdict.NEW


def _is_behind(device: Device, gateway_id: str) -> bool:
    """Return True if the readings of a device pass this gateway; those of a virtual device do not."""
    return device.parent == gateway_id and not device.is_gateway and not device.is_virtual


@callback
def reload_when_gateways_change(hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
    """Reload the entry when a gateway on the network is added, changed or removed."""

    def gateways() -> dict[str, Mapping[str, Any]]:
        found = entry.get_subentries_of_type(SUBENTRY_GATEWAY)
        return {subentry.subentry_id: subentry.data for subentry in found}

    at_first = gateways()

    @callback
    def changed(change: ConfigEntryChange, other: ConfigEntry[Any]) -> None:
        if change is ConfigEntryChange.UPDATED and other is entry and gateways() != at_first:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))
