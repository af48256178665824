"""What both connections share: devices, what is known of them, and how a reading becomes state."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from .api.models import Device, Page, Reading, Sent, Status, time_of
from .api.shape import Key, Shape
from .api.values import Said
from .common.client.wire import DropCounter
from .common.history.run import HistoryRun
from .common.push.coordinator import PushCoordinator
from .common.push.parts import Parts, remove_device
from .const import DESCRIPTION, LOGGER, ONLINE

if TYPE_CHECKING:
    from .common.history.statistics import Series

type InstathingsConfigEntry = ConfigEntry[InstathingsCoordinator]


class InstathingsCoordinator(PushCoordinator[Key, Any]):
    """The devices of one connection; a part is a device."""

    config_entry: InstathingsConfigEntry

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.dropped = DropCounter()
        self.parts: Parts[str] = Parts()
        self.devices: dict[str, Device] = {}
        self.shapes: dict[str, Shape] = {}
        # Those not to be relied on, of which there are few: to look at only.
        self.offline: set[str] = set()
        self.history = HistoryRun(hass, entry, LOGGER, self._stored_series)
        self._registered_ids: dict[str, str] = {}
        # Events that came before the entity they make: told to it when it is there.
        self._unheard: dict[Key, str] = {}

    # What a connection has of its own -----------------------------------------------------------

    @abstractmethod
    def identifier(self, device_id: str) -> tuple[str, str]:
        """Return the identifier of a device in the registry."""

    @abstractmethod
    def device_info(self, device_id: str) -> DeviceInfo:
        """Return a device for the registry."""

    @abstractmethod
    def is_online(self, device: Device) -> bool:
        """Tell whether what is known of a device can be relied on while the connection is there."""

    @abstractmethod
    def can_be_set(self, device: Device) -> bool:
        """Tell whether a device takes commands through this connection."""

    @abstractmethod
    async def async_data(
        self,
        device_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        page: int = 1,
        per_page: int = 10,
    ) -> Page:
        """Return a page of what a device has sent, newest first."""

    # Devices ------------------------------------------------------------------------------------

    @callback
    def put_device(self, device: Device) -> None:
        """Add a device or change what is told of it."""
        if self.devices.get(device.id) == device:
            return
        self.devices[device.id] = device
        if device.id not in self.shapes:
            self.shapes[device.id] = Shape(device.id, controls=self.can_be_set(device))
        self._register(device.id)
        self.apply({(device.id, DESCRIPTION): device})
        self.check_online((device.id,))
        self.parts.add(device.id)

    def _register(self, device_id: str) -> dr.AnyDeviceEntry:
        """Bring the device registry in line with what is known of a device."""
        registered = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.config_entry.entry_id, **self.device_info(device_id)
        )
        self._registered_ids[device_id] = registered.id
        return registered

    @callback
    def async_registered(self, device_id: str) -> dr.AnyDeviceEntry:
        """Return a device's entry in the registry."""
        return dr.async_get(self.hass).async_get(self._registered_ids.get(device_id, "")) or self._register(device_id)

    @callback
    def drop_device(self, device_id: str) -> None:
        """Remove a device that is gone, with everything known of it."""
        self.devices.pop(device_id, None)
        self.shapes.pop(device_id, None)
        self.offline.discard(device_id)
        self._registered_ids.pop(device_id, None)
        remove_device(self.hass, self.config_entry, self.identifier(device_id))
        self.parts.remove(device_id)
        self.forget([key for key in self.data if key[0] == device_id])

    @callback
    def check_online(self, device_ids: Iterable[str]) -> None:
        """Tell the entities of these devices whether they are to be relied on."""
        found = [device for device_id in device_ids if (device := self.devices.get(device_id)) is not None]
        online = {device.id: self.is_online(device) for device in found}
        self.offline -= online.keys()
        self.offline |= {device_id for device_id, is_online in online.items() if not is_online}
        self.apply({(device_id, ONLINE): is_online for device_id, is_online in online.items()})

    # Readings -----------------------------------------------------------------------------------

    @callback
    def take_reading(self, device_id: str, sent: Sent, said: Said, is_http: bool) -> None:
        """Take what a device has just sent."""
        shape = self.shapes.get(device_id)
        if shape is None:
            self.take_stranger(Reading(device_id, sent, said, is_http))
            return
        shape.sent = sent
        shape.heard_at = monotonic()
        if is_http:
            shape.is_http = True
        if values := shape.read(said, self.dropped):
            self.apply(values)
            if shape.has_grown:
                self._follow_growth(shape)
            if shape.events:
                events, shape.events = shape.events, {}
                self._fire_events(events)
        if device_id in self.offline:
            self.heard_again(device_id)

    @abstractmethod
    def take_stranger(self, reading: Reading) -> None:
        """Take what a device has just sent that is not known."""

    def heard_again(self, device_id: str) -> None:
        """Look what it means that a device sends something that was not to be relied on."""
        self.check_online((device_id,))

    @callback
    def take_stored(self, reading: Reading) -> None:
        """Take what a device sent once, unless something newer is known: what is, not what happened."""
        shape = self.shapes.get(reading.device_id)
        if shape is None or (shape.sent is not None and reading.time <= time_of(shape.sent)):
            return
        shape.sent = reading.sent
        shape.is_http |= reading.is_http
        self._take_known(shape, reading.said)

    @callback
    def take_status(self, status: Status) -> None:
        """Take an answer to a status request: what is, not what happened."""
        if (shape := self.shapes.get(status.device_id)) is not None:
            shape.heard_at = monotonic()
            shape.is_http |= status.is_http
            self._take_known(shape, status.said)

    def _take_known(self, shape: Shape, said: Said) -> None:
        """Store what is, and pass over what happened."""
        self.apply(shape.read(said, self.dropped))
        if shape.has_grown:
            self._follow_growth(shape)
        shape.events.clear()

    def _follow_growth(self, shape: Shape) -> None:
        """Have the entities of a device follow what it turned out to be."""
        shape.has_grown = False
        self.parts.add(shape.device_id)

    def _fire_events(self, events: Mapping[Key, str]) -> None:
        """Pass on what happened once."""
        for key, value in events.items():
            if key not in self._event_listeners:
                self._unheard[key] = value
            self.fire(key, value)

    def unheard(self, key: Key) -> str | None:
        """Return the event that came before anybody listened, once."""
        return self._unheard.pop(key, None)

    @override
    def _state_replaced(self) -> None:
        """Nothing: devices come and go in `put_device` and `drop_device`."""

    # History ------------------------------------------------------------------------------------

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        return stored_series(self)


def device_of(coordinator: InstathingsCoordinator, registry_id: str) -> str | None:
    """Return the Instathings id of a device in the registry, if it is one of this connection."""
    device = dr.async_get(coordinator.hass).async_get(registry_id)
    if device is None:
        return None
    known = {coordinator.identifier(device_id): device_id for device_id in coordinator.devices}
    return next((known[identifier] for identifier in device.identifiers if identifier in known), None)
