"""The base of the coordinators of a cloud project and of an on-premise gateway: the devices and their readings."""

from abc import abstractmethod
import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from enum import StrEnum
from time import monotonic
from typing import Any, ClassVar, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo

from .api import CloudClient, GatewayClient
from .api.arbiter import Arbiter, Verdict, Way
from .api.errors import DatabaseDown, NotFound, RateLimited
from .api.meaning.profile import DeviceProfile, Key, Update
from .api.model import CloudEvent, Device, Reading, Status
from .api.readings import is_later
from .common.client.errors import (
    AuthFailed,
    CannotConnect,
    CommandFailed,
    InvalidAnswer,
    NoAnswer,
    PushError,
    PushRefused,
)
from .common.client.wire import DropCounter
from .common.history.run import HistoryRun
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .const import DATABASE, DESCRIPTION, LOCAL_CONNECTION, LOGGER, ONLINE, REPORTED_LOCALLY

# The keys of a device that it does not send.
OWN_PATHS = (DATABASE, DESCRIPTION, LOCAL_CONNECTION, ONLINE, REPORTED_LOCALLY)
# Per button, before its entity is added.
MAX_PENDING_EVENTS = 10

type InstathingsConfigEntry = ConfigEntry[InstathingsCoordinator]


async def until_one_fails(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until one fails, then cancel the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


class PartKind(StrEnum):
    """The kinds of devices of an entry."""

    GATEWAY = "gateway"  # of a project
    ON_PREMISE = "on_premise"  # the gateway that the entry is for
    DEVICE = "device"
    VIRTUAL = "virtual"


class Part(NamedTuple):
    """A device, by its id at Instathings."""

    kind: PartKind
    device_id: str


class InstathingsCoordinator(PushCoordinator[Key, Any]):
    """The devices of one connection. A key is a device's id and a path in what it sends."""

    config_entry: InstathingsConfigEntry
    error_keys: ClassVar[Mapping[type[PushError], str]] = {
        AuthFailed: "auth_failed",
        NoAnswer: "no_answer",
        RateLimited: "too_many_requests",
        DatabaseDown: "database_down",
        NotFound: "not_found",
        PushRefused: "not_ready",
        CannotConnect: "unreachable",
        CommandFailed: "refused",
        InvalidAnswer: "invalid_answer",
    }
    setup_error_keys: ClassVar[Mapping[type[PushError], str]] = error_keys
    # Both clients return stored readings.
    client: CloudClient | GatewayClient
    # Set by async_setup_entry, because the import needs this coordinator.
    history: HistoryRun

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.dropped = DropCounter()
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        # The devices as last described, and what was learned from their readings.
        self.inventory: dict[str, Device] = {}
        self.profiles: dict[str, DeviceProfile] = {}
        # Devices whose values are out of date: few, and looked up for each reading.
        self.offline: set[str] = set()
        # For each device that a project's cloud and a gateway on the network both report: which readings are copies.
        self.arbiters: dict[str, Arbiter] = {}
        # Events received before their entity is added, oldest first; the entity takes them then.
        self._pending_events: defaultdict[Key, deque[str]] = defaultdict(lambda: deque(maxlen=MAX_PENDING_EVENTS))

    # Differs between a project and a gateway ----------------------------------------------------

    @abstractmethod
    def part_of(self, device: Device) -> Part:
        """Return the part for a device."""

    @abstractmethod
    def identifier(self, device_id: str) -> tuple[str, str]:
        """Return the identifier of a device in the device registry."""

    @abstractmethod
    def unique_id(self, device_id: str, *parts: str) -> str:
        """Return the unique id of an entity of a device. Raises ValueError if it would be too long."""

    @abstractmethod
    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device registry's information about a part."""

    @abstractmethod
    def is_online(self, device: Device) -> bool:
        """Return True if the values of a device are up to date while connected."""

    def has_twin(self, device_id: str) -> bool:
        """Return True if another entry has the same device, with the entities that people use."""
        return False

    @abstractmethod
    def can_be_set(self, device: Device) -> bool:
        """Return True if a device accepts commands through this connection."""

    def model_of(self, device: Device) -> str | None:
        """Return the model of a device, or None if it is unknown."""
        return None

    @abstractmethod
    def take_unknown(self, reading: Reading) -> None:
        """Handle a reading of an unknown device."""

    @abstractmethod
    def take_event(self, event: CloudEvent) -> None:
        """Handle an event that is not a reading."""

    # Devices ------------------------------------------------------------------------------------

    @callback
    def put_device(self, device: Device) -> None:
        """Add a device, or change its description."""
        before = self.inventory.get(device.id)
        if before == device:
            return
        self.inventory[device.id] = device
        part = self.part_of(device)
        if before is not None and self.part_of(before) != part:
            self.parts.remove(self.part_of(before))
        if device.id not in self.profiles:
            self.profiles[device.id] = DeviceProfile(
                device.id, can_be_set=self.can_be_set(device), model=self.model_of(device)
            )
        self.apply({(device.id, DESCRIPTION): device})
        self.check_online((device.id,))
        self.parts.add(part)
        # The number of parts is limited.
        if part in self.parts:
            self.devices.register(part)

    @callback
    def drop_device(self, device_id: str) -> None:
        """Remove a device, its entities and its data."""
        part = self.part_of(self.inventory[device_id])
        self.devices.remove(part)
        del self.inventory[device_id]
        profile = self.profiles.pop(device_id)
        self.offline.discard(device_id)
        self.parts.remove(part)
        # The entities are removed with the part, so none of them has to be updated. Thousands of devices may be removed
        # at once, so the keys are not searched in those of all devices.
        for path in (*OWN_PATHS, *profile.paths):
            self.data.pop((device_id, path), None)
            self._pending_events.pop((device_id, path), None)

    @callback
    def check_online(self, device_ids: Iterable[str]) -> None:
        """Update the availability of the entities of these devices."""
        found = [device for device_id in device_ids if (device := self.inventory.get(device_id)) is not None]
        online = {device.id: self.is_online(device) for device in found}
        self.offline -= online.keys()
        self.offline |= {device_id for device_id, is_online in online.items() if not is_online}
        self.apply({(device_id, ONLINE): is_online for device_id, is_online in online.items()})

    # Readings -----------------------------------------------------------------------------------

    async def async_listen(self, events: AsyncIterator[CloudEvent]) -> None:
        """Handle events until the connection is lost. Raises PushError then."""
        async for event in events:
            if isinstance(event, Reading):
                self.take_reading(event)
            else:
                self.take_event(event)

    @callback
    def take_reading(self, reading: Reading) -> None:
        """Store the values of a reading from the push connection, and fire its events."""
        device_id = reading.device_id
        if (profile := self.profiles.get(device_id)) is None:
            self.take_unknown(reading)
        elif self.read(profile, reading, Way.CLOUD, self.arbiters.get(device_id)):
            profile.timestamp = reading.timestamp
            profile.received_at = monotonic()
            if device_id in self.offline:
                self.came_back(device_id)

    def read(self, profile: DeviceProfile, reading: Reading, way: Way, arbiter: Arbiter | None) -> bool:
        """Store the values of a pushed reading if it is new, and fire its events unless it is a copy.

        Return False (counted) if it is of another protocol than its device's.
        """
        if not profile.fits(is_http=reading.is_http):
            self.dropped.add("reading of another protocol")
            return False
        verdict = arbiter.take(way, reading, monotonic()) if arbiter else Verdict.NEW
        if verdict is Verdict.COPY:
            return True
        update = profile.read(reading.values, self.dropped)
        if verdict is Verdict.NEW:
            self.apply(update.values)
        self._match_entities(profile, update)
        for key, event in update.events.items():
            if not self.has_listeners(key):
                self._pending_events[key].append(event)
            self.fire(key, event)
        return True

    def came_back(self, device_id: str) -> None:
        """Update the availability of an offline device that has sent a reading."""
        self.check_online((device_id,))

    @callback
    def take_stored(self, reading: Reading) -> None:
        """Store the values of a stored reading, unless a newer reading is known. Its events are not fired."""
        profile = self.profiles.get(reading.device_id)
        if profile is None or (profile.timestamp is not None and not is_later(reading.timestamp, profile.timestamp)):
            return
        if self.store(profile, reading):
            profile.timestamp = reading.timestamp

    @callback
    def take_status(self, status: Status) -> None:
        """Store the response to a status request. It has no events."""
        profile = self.profiles.get(status.device_id)
        if profile is not None and self.store(profile, status):
            profile.received_at = monotonic()

    def store(self, profile: DeviceProfile, found: Reading | Status) -> bool:
        """Store the values of a stored reading or a status; return False (counted) if it is of another protocol."""
        if not profile.fits(is_http=found.is_http):
            self.dropped.add("reading of another protocol")
            return False
        update = profile.read(found.values, self.dropped)
        self.apply(update.values)
        self._match_entities(profile, update)
        return True

    def _match_entities(self, profile: DeviceProfile, update: Update) -> None:
        """Add or replace entities of the device if the profile has grown."""
        if update.has_grown:
            self.parts.add(self.part_of(self.inventory[profile.device_id]))

    def pop_pending_events(self, key: Key) -> Iterable[str]:
        """Return and forget the events received before their entity was added, oldest first."""
        return self._pending_events.pop(key, ())

    # Life ---------------------------------------------------------------------------------------

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()
