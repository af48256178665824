"""The cloud's REST API: every call it documents, typed.

Source: docs/protocol/instathings.md#cloud-rest-api.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from ..common.client.errors import InvalidAnswer
from ..common.client.slices import in_slices
from ..common.client.wire import DropCounter
from .errors import NoStatus, NotFound, RateLimited, Refused, Unavailable
from .http import Answer, exchange, period_of
from .http_commands import NO_REQUEST, Request
from .model import Device, DeviceType, LogLine, Page, Protocol, Status
from .parse import parse_device, parse_device_type, parse_device_types, parse_log_lines, parse_protocol
from .readings import parse_page, parse_status
from .token import TokenSource

REQUEST_SECONDS = 15.0
# Requests at once, of everything that an entry does: kind to the cloud, and quick enough for 2,000 devices.
PARALLEL = 8
TRIES = 4
BACKOFF_FIRST = 1.0
# A command waits no longer than this for the cloud to take it.
LONGEST_WAIT = 30.0
STATUS_SECONDS = 20.0
POLL_FIRST = 0.25
POLL_LONGEST = 2.0
MAX_PER_PAGE = 100
# Far more devices than an entry can have. To parse more would only take time.
MAX_LISTED = 100_000

API = "device/v1"


class DeviceList(NamedTuple):
    """The devices of a project. `is_complete` is False for an empty list, and if some of its rows could not be read."""

    devices: list[Device]
    is_complete: bool


class CloudClient:
    """One project's REST API.

    Every call raises AuthFailed (credentials refused), RateLimited, Unavailable, NotFound, Refused
    or InvalidAnswer. Only requests that the cloud has certainly not carried out are repeated: those that it
    refused with 401 (once, with a new token) or 429 (after the time it asks for).
    """

    def __init__(
        self, session: aiohttp.ClientSession, base_url: URL, client_id: str, client_secret: str, dropped: DropCounter
    ) -> None:
        """Initialize with the project's address and credentials; nothing is sent yet."""
        self.tokens = TokenSource(session, base_url, client_id, client_secret, dropped)
        self._session = session
        self._base_url = base_url
        self._dropped = dropped
        self._slots = asyncio.Semaphore(PARALLEL)
        self._not_before = 0.0
        self.requests = 0

    # Devices ------------------------------------------------------------------------------------

    async def devices(self) -> list[Device]:
        """Return all devices of the project, gateways and virtual ones included."""
        return (await self.list_devices()).devices

    async def list_devices(self) -> DeviceList:
        """Return all devices of the project, and whether devices that are missing in the list are gone."""
        # There may be thousands, so this must not block the event loop.
        answer = await self._request("GET", f"{API}/devices")
        value = await asyncio.to_thread(answer.json, self._dropped)
        if not isinstance(value, list) or len(value) > MAX_LISTED:
            raise InvalidAnswer("the cloud gave no list of devices")
        devices: list[Device] = []
        await in_slices(self._read_devices(value, devices))
        return DeviceList(devices, is_complete=0 < len(value) == len(devices))

    def _read_devices(self, value: list[Any], devices: list[Device]) -> Iterator[None]:
        """Append the devices of a list, step by step."""
        for item in value:
            if (device := parse_device(self.tokens.redactor.texts(item), self._dropped)) is not None:
                devices.append(device)
            yield

    async def device(self, device_id: str) -> Device:
        """Return one device."""
        device = await self._parsed(parse_device, f"{API}/devices", device_id)
        if device is None or device.id != device_id:
            raise InvalidAnswer("the cloud gave no device")
        return device

    async def certificate(self, device_id: str) -> Answer:
        """Make a new certificate for a gateway; it holds a private key and must not be kept.

        The answer is a zip file for projects in live mode and JSON for those in sandbox mode.
        """
        return await self._request("POST", "devices", device_id, "credentials", "certificate")

    async def data(
        self,
        device_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        page: int = 1,
        per_page: int = 10,
    ) -> Page:
        """Return a page (of 1 to 100 rows) of what a device has sent, newest first."""
        query = {"page": str(page), "perPage": str(min(max(per_page, 1), MAX_PER_PAGE))} | period_of(start, end)
        found = await self._parsed(parse_page, f"{API}/devices", device_id, "data", query=query)
        if found is None:
            raise InvalidAnswer("the cloud gave no data")
        return found

    async def patch(
        self,
        device_id: str,
        *,
        name: str | None = None,
        frequency: float | None = None,
        demo_active: bool | None = None,
    ) -> None:
        """Change a device's name (up to 20 characters), or a virtual device's data: seconds from 30 up, on or off."""
        changes = {"name": name, "frequency": frequency, "demoActive": demo_active}
        body = {key: value for key, value in changes.items() if value is not None}
        await self._request("PATCH", f"{API}/devices", device_id, json=body)

    async def delete(self, device_id: str) -> None:
        """Delete a device."""
        await self._request("DELETE", f"{API}/devices", device_id)

    async def delete_sub_device(self, parent_id: str, device_id: str) -> None:
        """Delete a device behind a gateway.

        The vendor's page has two paths for it: that of its example is tried first, then that of its text
        (docs/protocol/instathings.md#delete-a-sub-device).
        """
        try:
            await self._request("DELETE", "devices", parent_id, "subDevice", "subDevices", device_id)
        except Refused:
            await self.delete(device_id)

    async def logs(
        self, device_id: str, container: str, *, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[LogLine, ...]:
        """Return what a container on a gateway has logged; start and end only together."""
        query = period_of(start, end) if start and end else {}
        return await self._parsed(parse_log_lines, f"{API}/devices", device_id, container, "logs", query=query)

    # Control ------------------------------------------------------------------------------------

    async def set(self, device_id: str, payload: Any, request: Request = NO_REQUEST) -> None:
        """Send a payload to a device, or a request to an HTTP device.

        The cloud only answers that it took the command; what the device makes of it comes as data.
        """
        await self._control(device_id, "set", payload, request)

    async def request_status(self, device_id: str, payload: Any = None, request: Request = NO_REQUEST) -> str:
        """Ask a device for its status; return the number of the request, for `fetch`."""
        answer = await self._control(device_id, "status", payload, request)
        request_id = _request_id(answer.headers.get("Location", ""))
        if answer.status != 202 or request_id is None:
            raise InvalidAnswer("the cloud did not say where the status will be")
        return request_id

    async def fetch(self, request_id: str) -> Status | None:
        """Return the answer to a status request, or None while there is none."""
        try:
            answer = await self._request("GET", f"{API}/control", request_id, "fetch")
        except NotFound:
            return None
        if answer.status != 200 or answer.body.strip() in (b"", b"{}", b"null"):
            return None
        return await answer.parsed(parse_status, self._dropped, self.tokens.redactor)

    async def _control(self, device_id: str, command: str, payload: Any, request: Request) -> Answer:
        headers = {"instathings-path": request.path, "instathings-method": request.method} if request.path else {}
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise Refused("a path and a method are plain text")
        return await self._request(
            "POST", f"{API}/control", device_id, command, json=payload, headers=headers, query=request.query
        )

    async def status(self, device_id: str, payload: Any = None, request: Request = NO_REQUEST) -> Status:
        """Ask a device for its status and wait for the answer. Raises NoStatus after 20 seconds.

        On real gateways the device sends no data on its own afterwards, until the gateway restarts. Use
        this only when a user requests it, never for polling (docs/protocol/instathings.md#status-silences-a-device).
        """
        request_id = await self.request_status(device_id, payload, request)
        pause = POLL_FIRST
        try:
            async with asyncio.timeout(STATUS_SECONDS):
                while (status := await self.fetch(request_id)) is None:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, POLL_LONGEST)
        except TimeoutError:
            raise NoStatus("the device did not answer in time") from None
        return status

    # What exists --------------------------------------------------------------------------------

    async def protocol(self, protocol_id: str) -> Protocol:
        """Return a protocol."""
        protocol = await self._parsed(parse_protocol, f"{API}/protocols", protocol_id)
        if protocol is None:
            raise InvalidAnswer("the cloud gave no protocol")
        return protocol

    async def types(self) -> list[DeviceType]:
        """Return all kinds of devices the project may use."""
        kinds = await self._parsed(parse_device_types, f"{API}/types")
        if kinds is None:
            raise InvalidAnswer("the cloud gave no list of types")
        return kinds

    async def type(self, type_id: str) -> DeviceType:
        """Return one kind of device."""
        kind = await self._parsed(parse_device_type, f"{API}/types", type_id)
        if kind is None:
            raise InvalidAnswer("the cloud gave no type")
        return kind

    # Exchange -----------------------------------------------------------------------------------

    async def _parsed[T](
        self, parse: Callable[[Any, DropCounter], T], *parts: str, query: Mapping[str, str] | None = None
    ) -> T:
        """Get something and parse it without the project's own secrets, which the cloud may repeat."""
        answer = await self._request("GET", *parts, query=query)
        return await answer.parsed(parse, self._dropped, self.tokens.redactor)

    async def _request(
        self,
        method: str,
        path: str,
        *parts: str,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; ids go into the path escaped."""
        url = self._base_url / path
        for part in parts:
            url = url / _segment(part)
        if query:
            url = url.with_query(query)
        token = await self.tokens.get()
        renewed = False
        backoff = BACKOFF_FIRST
        for _ in range(TRIES):
            await self._wait_for_turn()
            async with self._slots:
                self.requests += 1
                sent = {"Authorization": f"Bearer {token}", **(headers or {})}
                answer = await exchange(self._session, method, url, seconds=REQUEST_SECONDS, headers=sent, json=json)
            if answer.status == 401 and not renewed:
                token, renewed = await self.tokens.get(other_than=token), True
            elif answer.status == 429:
                self._postpone(answer.retry_after if answer.retry_after is not None else backoff)
                backoff *= 2
            else:
                return _checked(answer)
        raise RateLimited("the cloud refuses so many requests")

    def _postpone(self, seconds: float) -> None:
        """Hold back every request of this project: one that is sent too early only prolongs the wait."""
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + seconds)

    async def _wait_for_turn(self) -> None:
        """Wait while the cloud wants no requests. Raises RateLimited when that is too long."""
        loop = asyncio.get_running_loop()
        while (wait := self._not_before - loop.time()) > 0:
            if wait > LONGEST_WAIT:
                raise RateLimited("the cloud refuses so many requests")
            await asyncio.sleep(wait)


def _checked(answer: Answer) -> Answer:
    """Return a good answer; raise what a bad one means."""
    match answer.status:
        case status if 200 <= status < 300:
            return answer
        case 401:
            raise Unavailable("the cloud refused a token it had just given")
        case 403:
            raise Refused("the cloud does not allow this for the project's credentials")
        case 404:
            raise NotFound("the cloud does not know what was asked for")
        case status if status >= 500:
            raise Unavailable(f"the cloud answered with status {status}")
        case status:
            raise Refused(f"the cloud refused the request with status {status}")


def _segment(part: str) -> str:
    """Return an id as one segment of a path. Raises Refused if it cannot be one."""
    if not part or part in (".", "..") or "/" in part:
        raise Refused("this is no id")
    return part


def _request_id(location: str) -> str | None:
    """Return the id in the address where the status will be: `.../control/<id>/fetch`, or the id alone."""
    parts = [part for part in urlsplit(location).path.split("/") if part]
    if parts and parts[-1] == "fetch":
        parts.pop()
    return parts[-1] if parts else None
