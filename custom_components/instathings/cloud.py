"""The coordinator of a project in the cloud: events from its WebSocket, all else through its REST API."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
import time
from typing import Any, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceInfo
from yarl import URL

from .api import CloudClient, Device, Reading, Status, connect
from .api.catalogue import Catalogue
from .api.errors import NotFound
from .api.http_commands import Request
from .api.latest import Latest
from .api.meaning.profile import Key
from .api.model import CloudEvent, DeviceType, GatewayLink, GatewaySoftware, Installation, Logs, Pairing
from .api.pending import PendingReadings
from .api.readings import PushedEvents
from .common.client.errors import AuthFailed, PushError, PushRefused
from .common.client.wire import DropCounter
from .common.ids import join_id
from .common.push.parts import MAX_PARTS
from .const import (
    CONF_BASE_URL,
    CONF_PROJECT,
    CONF_WEBSOCKET_URL,
    DEFAULT_HTTP_SECONDS,
    DOMAIN,
    MANUFACTURER,
    OPTION_HTTP_SECONDS,
)
from .coordinator import InstathingsConfigEntry, Part, PartKind, until_one_fails
from .two_ways import TwoWays

# Only the list shows that a device was deleted or renamed.
LIST_SECONDS = 300.0
# The shortest time between two requests for the list.
LIST_PAUSE_SECONDS = 1.0
# How long the setup waits for stored readings; the rest is fetched after it.
FIRST_SECONDS = 5.0
WITHOUT_PUSH_SECONDS = 20.0
# An unknown id is not requested again before this.
UNKNOWN_SECONDS = 300.0
MOST_UNKNOWN = 5_000
# Missing devices that are asked for after an incomplete list.
MOST_ASKED = 20
MAX_MESSAGE = 1000
# The manufacturer of a type that is for a whole protocol.
PROTOCOL_NAMES = frozenset({"http", "knx", "modbus", "zigbee"})

READ_ONLY_ADD_ONS = ("modbus", "knx", "sensortag")

type CloudConfigEntry = ConfigEntry[CloudCoordinator]


def cloud_client(hass: HomeAssistant, data: Mapping[str, Any], dropped: DropCounter) -> CloudClient:
    """Return a client for the data of a config entry, or the input of a flow."""
    return CloudClient(
        async_get_clientsession(hass),
        URL(data[CONF_BASE_URL]),
        data[CONF_CLIENT_ID],
        data[CONF_CLIENT_SECRET],
        dropped,
    )


class CloudCoordinator(TwoWays):
    """The coordinator of one project."""

    client: CloudClient

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, entry)
        self.client = cloud_client(hass, entry.data, self.dropped)
        self.catalogue = Catalogue(self.client)
        self.latest = Latest(self.client, self._timestamp_of, self.take_stored)
        # Devices whose status was requested: a real gateway sends none of their readings after that.
        self.asked: set[str] = set()
        # The words of valves for their modes. Not in the entity, because a new key of the device replaces the entity.
        self.mode_words: dict[Key, dict[str, str]] = {}
        self._list_wanted = asyncio.Event()
        self._pending = PendingReadings()
        self._unknown_until: dict[str, float] = {}
        self._is_first = True

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        async with AsyncExitStack() as stack:
            socket = await self._async_open(stack)
            self.cloud_resumed()
            await self._async_update_list()
            self.latest.add(device.id for device in self.inventory.values() if not device.is_gateway)
            if self._is_first:
                await self._async_catch_up(FIRST_SECONDS)
            await self.async_connected(dict(self.data))
            self._is_first = False
            self._pending.clear()
            await until_one_fails(
                self.async_listen(socket),
                self._async_identify(),
                self._async_keep_current(),
                self._async_ask_http(),
            )

    async def _async_open(self, stack: AsyncExitStack) -> PushedEvents[CloudEvent]:
        """Open the WebSocket, with a new token if the current one is refused.

        The parameter is the project's name or its id (docs/protocol/instathings.md#connect-to-the-cloud): both are
        tried.
        """
        token = ""
        for _ in range(2):
            token = await self.client.tokens.get(other_than=token)
            for project in self._project_names():
                try:
                    return await stack.enter_async_context(
                        connect(
                            async_get_clientsession(self.hass),
                            URL(self.config_entry.data[CONF_WEBSOCKET_URL]),
                            project,
                            token,
                            self.dropped,
                            redactor=self.client.tokens.redactor,
                        )
                    )
                except AuthFailed:
                    continue
        raise PushRefused("the cloud refuses its WebSocket")

    def _project_names(self) -> tuple[str, ...]:
        ids = {device.project_id for device in self.inventory.values() if device.project_id}
        return (self.config_entry.data[CONF_PROJECT], *sorted(ids)[:1])

    @override
    async def _async_without_push(self) -> Mapping[Key, Any]:
        """Fetch all devices and their latest readings while the WebSocket is refused."""
        await self._async_update_list()
        self.latest.add(device.id for device in self.inventory.values() if not device.is_gateway)
        await self._async_catch_up(WITHOUT_PUSH_SECONDS)
        return dict(self.data)

    async def _async_catch_up(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.latest.run()
        except TimeoutError:
            pass

    async def _async_keep_current(self) -> None:
        """Fetch missed readings, and the list of devices every LIST_SECONDS or when an event shows a change."""
        while True:
            await self.latest.run()
            try:
                async with asyncio.timeout(LIST_SECONDS):
                    await self._list_wanted.wait()
            except TimeoutError:
                pass
            # Before the request: a change during the request needs another one.
            self._list_wanted.clear()
            try:
                known = set(self.inventory)
                await self._async_update_list()
                self.latest.add(self.inventory.keys() - known)
            except AuthFailed:
                raise
            except PushError as error:
                self.logger.debug("%s: no list of devices: %s", self.name, error)
            await asyncio.sleep(LIST_PAUSE_SECONDS)

    async def _async_ask_http(self) -> None:
        """Poll the status of HTTP devices: gateways do not poll, and the devices do not report their own buttons.

        This sends a command whose response is a reading, because a status request would stop the device's readings.
        """
        seconds = self.config_entry.options.get(OPTION_HTTP_SECONDS, DEFAULT_HTTP_SECONDS)
        while seconds:
            await asyncio.sleep(seconds)
            for device_id, profile in list(self.profiles.items()):
                if profile.is_http and profile.http_controls():
                    try:
                        await self.client.set(device_id, {}, Request(profile.status_path))
                    except AuthFailed:
                        raise
                    except PushError as error:
                        self.logger.debug("%s: an HTTP device could not be asked: %s", self.name, error)

    # Events -------------------------------------------------------------------------------------

    @override
    @callback
    def take_event(self, event: CloudEvent) -> None:
        match event:
            case Status():
                self.latest.drop(event.device_id)
                self.take_status(event)
            case GatewayLink() | GatewaySoftware():
                self._take_gateway(event.device)
            case Pairing():
                self._take_pairing(event)
            case Installation():
                kind = "succeeded" if event.succeeded else "failed"
                self.fire((event.device_id, "installation"), (kind, {"protocol": event.protocol}))
                self.request_list()
            case Logs():
                for line in event.lines:
                    attributes = {
                        "container": event.container,
                        "message": line.message[:MAX_MESSAGE],
                        "time": line.time,
                    }
                    self.fire((event.device_id, "log"), (line.kind.lower(), attributes))

    def _take_gateway(self, device: Device) -> None:
        """Handle the connection or the versions of a gateway: after its start it sends the readings of all devices."""
        if (known := self.inventory.get(device.id)) is None:
            self.request_list()
            return
        children = [child.id for child in self.inventory.values() if child.parent == device.id]
        self.asked.difference_update(children)
        self.put_device(known.merged_with(device))
        self.check_online(children)

    def _take_pairing(self, event: Pairing) -> None:
        self.fire((event.device.parent or "", "pairing"), (event.stage, {"device": event.device.name}))
        if (known := self.inventory.get(event.device.id)) is None:
            self.request_list()
            return
        self.put_device(known.merged_with(event.device))

    def _timestamp_of(self, device_id: str) -> float | None:
        """Return the time of a device's last reading."""
        profile = self.profiles.get(device_id)
        return profile.timestamp if profile else None

    # Devices that are not known -----------------------------------------------------------------

    @override
    def take_unknown(self, reading: Reading) -> None:
        """Keep a reading until the cloud has described the device."""
        self._pending.add(reading)

    async def _async_identify(self) -> None:
        """Fetch the descriptions of unknown devices; `put_device` handles their pending readings."""
        while True:
            device_id = await self._pending.next_device()
            await self._async_ask_for(device_id)
            self._pending.pop(device_id)

    async def _async_ask_for(self, device_id: str) -> None:
        """Fetch the description of an unknown device, unless its id was not found a short time ago."""
        if device_id in self.inventory or self._unknown_until.get(device_id, 0.0) > time.monotonic():
            return
        try:
            device = await self.client.device(device_id)
        except NotFound:
            self._note_unknown(device_id)
        except AuthFailed:
            raise
        except PushError as error:
            self.logger.debug("%s: an unknown device could not be asked for: %s", self.name, error)
        else:
            await self._async_learn([device])
            self.put_device(device)

    def _note_unknown(self, device_id: str) -> None:
        """Remember an id that was not found, and forget those that may be requested again, which are the first ones."""
        now, unknown = time.monotonic(), self._unknown_until
        unknown.pop(device_id, None)
        unknown[device_id] = now + UNKNOWN_SECONDS
        while len(unknown) > MOST_UNKNOWN or next(iter(unknown.values())) < now:
            del unknown[next(iter(unknown))]

    # Devices ------------------------------------------------------------------------------------

    @callback
    def request_list(self) -> None:
        """Fetch the list of devices soon."""
        self._list_wanted.set()

    async def _async_update_list(self) -> None:
        """Add, change and remove devices by the project's list."""
        listed, is_complete = await self.client.list_devices()
        # Gateways first, because the devices behind them refer to them.
        devices = sorted(listed, key=lambda device: (not device.is_gateway, device.id not in self.inventory))[
            :MAX_PARTS
        ]
        if len(devices) < len(listed):
            self.parts.overflow()
        await self._async_learn(devices)
        wanted = {device.id for device in devices}
        missing = [device_id for device_id in self.inventory if device_id not in wanted]
        for device_id in missing if is_complete else missing[:MOST_ASKED]:
            is_gone = is_complete or await self._async_is_gone(device_id)
            if is_gone and device_id in self.inventory:
                self.drop_device(device_id)
                await asyncio.sleep(0)
        for number, device in enumerate(devices):
            known = self.inventory.get(device.id)
            self.put_device(device if known is None else known.merged_with(device))
            if number % 50 == 49:
                await asyncio.sleep(0)
        self.check_online(self.inventory)
        if is_complete:
            self.devices.remove_stale(self.parts)
        await self.async_keep_known()

    async def _async_is_gone(self, device_id: str) -> bool:
        """Return True if the cloud does not know a device that is missing in an incomplete list."""
        try:
            await self.client.device(device_id)
        except NotFound:
            return True
        except AuthFailed:
            raise
        except PushError as error:
            self.logger.debug("%s: a missing device could not be asked for: %s", self.name, error)
        return False

    async def _async_learn(self, devices: list[Device]) -> None:
        """Fetch the types and protocols of devices; any error but AuthFailed is only logged."""
        try:
            await self.catalogue.learn(devices)
        except AuthFailed:
            raise
        except PushError as error:
            self.logger.debug("%s: not everything is known of the devices: %s", self.name, error)

    @override
    @callback
    def put_device(self, device: Device) -> None:
        names = tuple(self.catalogue.protocols.get(protocol, protocol) for protocol in device.protocols)
        super().put_device(replace(device, protocol_names=names))
        # At once, before the device's next reading.
        for reading in self._pending.pop(device.id):
            self.take_reading(reading)

    @override
    @callback
    def drop_device(self, device_id: str) -> None:
        self.latest.drop(device_id)
        self.asked.discard(device_id)
        for path in self.profiles[device_id].paths:
            self.mode_words.pop((device_id, path), None)
        super().drop_device(device_id)

    @override
    def part_of(self, device: Device) -> Part:
        if device.is_gateway:
            return Part(PartKind.GATEWAY, device.id)
        return Part(PartKind.VIRTUAL if device.is_virtual else PartKind.DEVICE, device.id)

    @override
    def identifier(self, device_id: str) -> tuple[str, str]:
        return (DOMAIN, device_id)

    @override
    def unique_id(self, device_id: str, *parts: str) -> str:
        # Ids are unique within one cloud only.
        return join_id(self.config_entry.unique_id or self.config_entry.entry_id, device_id, *parts)

    @override
    def device_info(self, part: Part) -> DeviceInfo:
        device = self.inventory[part.device_id]
        make = _make_of(self.catalogue.type_of(device))
        info = DeviceInfo(
            identifiers={self.identifier(device.id)},
            name=device.name,
            manufacturer=make.manufacturer,
            model=make.model,
            model_id=make.model_id,
            sw_version=dict(device.versions).get("gate", "").rpartition(":")[2] or None,
        )
        gateway = self.inventory.get(device.parent or "")
        # Only to a gateway: devices that name each other as parents would cause an endless recursion.
        if gateway is not None and gateway.is_gateway and not device.is_gateway:
            info["via_device_id"] = self.devices.get(self.part_of(gateway)).id
        return info

    @override
    def is_online(self, device: Device) -> bool:
        gateway = self.inventory.get(device.parent or "")
        return device.pairing != "not_paired" and (gateway is None or gateway.connected is not False)

    @override
    def can_be_set(self, device: Device) -> bool:
        kind = self.catalogue.type_of(device)
        add_on = (kind.add_on if kind else None) or ""
        return not (device.is_gateway or device.is_virtual or add_on.endswith(READ_ONLY_ADD_ONS))

    @override
    def model_of(self, device: Device) -> str | None:
        kind = self.catalogue.type_of(device)
        return kind.model if kind else None


class _Make(NamedTuple):
    """The manufacturer and the model of a device."""

    manufacturer: str | None
    model: str | None
    model_id: str | None


def _make_of(kind: DeviceType | None) -> _Make:
    """Return the manufacturer and the model by a device's type.

    The type of a whole protocol has a description that a user typed.
    """
    if kind is None:
        return _Make(MANUFACTURER, None, None)
    if (kind.manufacturer or "").lower() not in PROTOCOL_NAMES:
        return _Make(kind.manufacturer or MANUFACTURER, kind.description or kind.model, kind.model)
    is_shelly = (kind.description or "").lower().startswith("shelly")
    return _Make("Shelly" if is_shelly else None, kind.description, None)
