"""A project in the Instathings cloud: state through its WebSocket, commands through its REST API."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
import time
from typing import Any, override

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceInfo
from yarl import URL

from .api.cloud import CloudApi
from .api.cloud_socket import CloudSocket, connect
from .api.errors import NotFound
from .api.latest import Latest
from .api.models import (
    CloudEvent,
    Device,
    DeviceType,
    GatewayLink,
    GatewaySoftware,
    Installation,
    Logs,
    Page,
    Pairing,
    Reading,
    Sent,
    Status,
)
from .commands import CloudCommands, merged
from .common.client.errors import AuthFailed, PushError, PushRefused
from .common.client.wire import DropCounter
from .const import (
    CONF_BASE_URL,
    CONF_PROJECT,
    CONF_WEBSOCKET_URL,
    DEFAULT_HTTP_SECONDS,
    DOMAIN,
    MANUFACTURER,
    OPTION_HTTP_SECONDS,
)
from .coordinator import InstathingsConfigEntry

# The list tells what no event does: that a device was deleted or renamed.
LIST_SECONDS = 300.0
# However many events call for it.
LIST_PAUSE_SECONDS = 1.0
# How long setting up waits for stored readings; what is left comes afterwards.
FIRST_SECONDS = 5.0
WITHOUT_PUSH_SECONDS = 20.0
# Ids that turned out not to exist are not asked for again so soon.
UNKNOWN_SECONDS = 300.0
# Readings of unknown devices that wait until the cloud has told of these.
MAX_STRANGE = 1000

READ_ONLY_ADD_ONS = ("modbus", "knx", "sensortag")


def cloud_api(hass: HomeAssistant, data: Mapping[str, Any], dropped: DropCounter) -> CloudApi:
    """Make a client from a config entry's data (or a flow's input)."""
    return CloudApi(
        async_get_clientsession(hass),
        URL(data[CONF_BASE_URL]),
        data[CONF_CLIENT_ID],
        data[CONF_CLIENT_SECRET],
        dropped,
    )


class CloudCoordinator(CloudCommands):
    """One project."""

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, entry)
        self.api = cloud_api(hass, entry.data, self.dropped)
        self.types: dict[str, DeviceType] = {}
        self.protocols: dict[str, str] = {}
        self.latest = Latest(self.api, self._sent_of, self.take_stored)
        self._list_wanted = asyncio.Event()
        # What came of devices that are not known yet.
        self._strangers: dict[str, list[Reading]] = {}
        self._stranger_came = asyncio.Event()
        self._learning = asyncio.Lock()
        self._unknown_until: dict[str, float] = {}
        self._is_first = True

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        async with AsyncExitStack() as stack:
            socket = await self._async_open(stack)
            await self._async_list()
            self.latest.add(device.id for device in self.devices.values() if not device.is_gateway)
            if self._is_first:
                await self._async_catch_up(FIRST_SECONDS)
            await self.async_connected(dict(self.data))
            self._is_first = False
            self._strangers.clear()
            await _until_one_fails(
                socket.follow(self.take_reading, self._take),
                self._async_meet_strangers(),
                self._async_keep_current(),
                self._async_ask_http(),
            )

    async def _async_open(self, stack: AsyncExitStack) -> CloudSocket:
        """Open the WebSocket, with a new token if the current one is refused.

        The parameter is the project's name or its id (docs/protocol/instathings.md#connect-to-the-cloud): both are
        tried.
        """
        token = ""
        for _ in range(2):
            token = await self.api.tokens.get(other_than=token)
            for project in self._project_names():
                try:
                    return await stack.enter_async_context(
                        connect(
                            async_get_clientsession(self.hass),
                            URL(self.config_entry.data[CONF_WEBSOCKET_URL]),
                            project,
                            token,
                            self.dropped,
                        )
                    )
                except AuthFailed:
                    continue
        raise PushRefused("the cloud refuses its WebSocket")

    def _project_names(self) -> tuple[str, ...]:
        ids = {device.project_id for device in self.devices.values() if device.project_id}
        return (self.config_entry.data[CONF_PROJECT], *sorted(ids)[:1])

    @override
    async def _async_without_push(self) -> Mapping[tuple[str, str], Any]:
        """Ask for everything, while the WebSocket is refused."""
        await self._async_list()
        self.latest.add(device.id for device in self.devices.values() if not device.is_gateway)
        await self._async_catch_up(WITHOUT_PUSH_SECONDS)
        return dict(self.data)

    async def _async_catch_up(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.latest.run()
        except TimeoutError:
            pass

    async def _async_keep_current(self) -> None:
        """Ask for what was missed, and for the list of devices now and then or when an event calls for it."""
        while True:
            await self.latest.run()
            try:
                async with asyncio.timeout(LIST_SECONDS):
                    await self._list_wanted.wait()
            except TimeoutError:
                pass
            # Before asking: what happens meanwhile calls for another list.
            self._list_wanted.clear()
            try:
                known = set(self.devices)
                await self._async_list()
                self.latest.add(self.devices.keys() - known)
            except AuthFailed:
                raise
            except PushError as error:
                self.logger.debug("%s: the list of devices could not be had: %s", self.name, error)
            await asyncio.sleep(LIST_PAUSE_SECONDS)

    async def _async_ask_http(self) -> None:
        """Ask HTTP devices for their status: no gateway does it, and a button on the device tells nobody.

        It is a command whose answer is a reading; a status request would silence the device.
        """
        seconds = self.config_entry.options.get(OPTION_HTTP_SECONDS, DEFAULT_HTTP_SECONDS)
        while seconds:
            await asyncio.sleep(seconds)
            for device_id, shape in list(self.shapes.items()):
                if shape.is_http and shape.relays:
                    try:
                        await self.api.set(device_id, {}, path="/status", method="GET")
                    except AuthFailed:
                        raise
                    except PushError as error:
                        self.logger.debug("%s: an HTTP device could not be asked: %s", self.name, error)

    # What is told -------------------------------------------------------------------------------

    @callback
    def _take(self, event: CloudEvent) -> None:
        """Take what the WebSocket tells beside readings."""
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
                self._list_wanted.set()
            case Logs():
                for line in event.lines:
                    attributes = {"container": event.container, "message": line.message[:1000], "time": line.time}
                    self.fire((event.device_id, "log"), (line.kind.lower(), attributes))

    def _sent_of(self, device_id: str) -> Sent | None:
        """Return when a device last sent something."""
        shape = self.shapes.get(device_id)
        return shape.sent if shape else None

    @override
    def take_stranger(self, reading: Reading) -> None:
        """Keep what an unknown device sends until the cloud has told of it."""
        if sum(map(len, self._strangers.values())) < MAX_STRANGE:
            self._strangers.setdefault(reading.device_id, []).append(reading)
            self._stranger_came.set()

    def _take_gateway(self, device: Device) -> None:
        """Take a gateway's connection or versions: it was restarted, so it hears all its devices again."""
        if (known := self.devices.get(device.id)) is None:
            self._list_wanted.set()
            return
        children = [child.id for child in self.devices.values() if child.parent == device.id]
        self.asked.difference_update(children)
        self.put_device(merged(known, device))
        self.check_online(children)

    def _take_pairing(self, event: Pairing) -> None:
        self.fire((event.device.parent or "", "pairing"), (event.stage, {"device": event.device.name}))
        if (known := self.devices.get(event.device.id)) is None:
            self._list_wanted.set()
            return
        self.put_device(merged(known, event.device))

    async def _async_meet_strangers(self) -> None:
        """Ask for devices that have just appeared; `put_device` takes what they have sent."""
        while True:
            await self._stranger_came.wait()
            self._stranger_came.clear()
            while self._strangers:
                device_id = next(iter(self._strangers))
                await self._async_knows(device_id)
                self._strangers.pop(device_id, None)

    async def _async_knows(self, device_id: str) -> bool:
        """Tell whether a device is known, after asking for it when it has just appeared."""
        if device_id in self.devices:
            return True
        if self._unknown_until.get(device_id, 0.0) > time.monotonic():
            return False
        try:
            device = await self.api.device(device_id)
        except NotFound:
            self._unknown_until[device_id] = time.monotonic() + UNKNOWN_SECONDS
            return False
        except AuthFailed:
            raise
        except PushError:
            return False
        await self._async_learn_types((device,))
        self.put_device(device)
        return True

    async def _async_list(self) -> None:
        """Bring the devices in line with the project's list."""
        devices = await self.api.devices()
        await self._async_learn_types(devices)
        wanted = {device.id: device for device in devices}
        for device_id in [device_id for device_id in self.devices if device_id not in wanted]:
            self.latest.drop(device_id)
            self.drop_device(device_id)
        # Gateways first: what is behind them names them.
        for number, device in enumerate(sorted(devices, key=lambda device: not device.is_gateway)):
            known = self.devices.get(device.id)
            self.put_device(device if known is None else merged(known, device))
            if number % 50 == 49:
                await asyncio.sleep(0)
        self.check_online(self.devices)
        self._remove_stale(wanted)

    def _remove_stale(self, wanted: Iterable[str]) -> None:
        """Remove devices from the registry that went while nobody was connected."""
        identifiers = {self.identifier(device_id) for device_id in wanted}
        registry = dr.async_get(self.hass)
        for device in dr.async_entries_for_config_entry(registry, self.config_entry.entry_id):
            if not device.identifiers & identifiers:
                registry.async_remove_device(device.id)

    async def _async_learn_types(self, devices: Iterable[Device]) -> None:
        """Learn the types and protocols of devices: all types at once, later ones one by one."""
        # One after the other: who finds a type still being asked for would take it for one that is not to be had.
        async with self._learning:
            await self._async_learn_missing(list(devices))

    async def _async_learn_missing(self, devices: list[Device]) -> None:
        missing = {device.type_id for device in devices if device.type_id and device.type_id not in self.types}
        try:
            if missing and not self.types:
                self.types = {kind.id: kind for kind in await self.api.types()}
            for type_id in sorted(missing - self.types.keys()):
                # An empty one stands for a type that is not to be had: it is not asked for again.
                self.types[type_id] = DeviceType(id=type_id)
                self.types[type_id] = await self.api.type(type_id)
            for protocol_id in sorted({protocol for device in devices for protocol in device.protocols}):
                if protocol_id not in self.protocols:
                    self.protocols[protocol_id] = protocol_id
                    self.protocols[protocol_id] = (await self.api.protocol(protocol_id)).name
        except AuthFailed:
            raise
        except PushError as error:
            self.logger.debug("%s: not everything is known of the devices: %s", self.name, error)

    # Devices ------------------------------------------------------------------------------------

    @override
    @callback
    def put_device(self, device: Device) -> None:
        super().put_device(device)
        # At once, whoever told of it: what it sends next must not come first.
        for reading in self._strangers.pop(device.id, ()):
            self.take_reading(*reading)

    @override
    def identifier(self, device_id: str) -> tuple[str, str]:
        return (DOMAIN, device_id)

    @override
    def device_info(self, device_id: str) -> DeviceInfo:
        device = self.devices[device_id]
        kind = self.types.get(device.type_id or "")
        info = DeviceInfo(
            identifiers={self.identifier(device_id)},
            name=device.name,
            manufacturer=(kind.manufacturer if kind else None) or MANUFACTURER,
            model=(kind.description or kind.model) if kind else None,
            model_id=kind.model if kind else None,
            sw_version=dict(device.versions).get("gate", "").rpartition(":")[2] or None,
        )
        registry = dr.async_get(self.hass)
        if device.parent and (
            parent := registry.async_get_device_by_identifier(
                self.identifier(device.parent), self.config_entry.entry_id
            )
        ):
            info["via_device_id"] = parent.id
        return info

    @override
    def is_online(self, device: Device) -> bool:
        gateway = self.devices.get(device.parent or "")
        return device.pairing != "not_paired" and (gateway is None or gateway.connected is not False)

    @override
    def can_be_set(self, device: Device) -> bool:
        kind = self.types.get(device.type_id or "")
        add_on = (kind.add_on if kind else None) or ""
        return not (device.is_gateway or device.is_virtual or add_on.endswith(READ_ONLY_ADD_ONS))

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


async def _until_one_fails(*works: Any) -> None:
    """Run all until one fails, then end the others too."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
