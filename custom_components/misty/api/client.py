"""Typed commands and queries over the robot's REST interface.

A call has failed if the HTTP status is 400 or higher, or the status in the answer is not Success. The results of
commands are not checked, because some are the text "true". Source: docs/protocol/misty.md#answers.
"""

import asyncio
import base64
import binascii
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping
import json
import logging
from math import isfinite
import re
from typing import Any
from urllib.parse import unquote

import aiohttp
import orjson
from yarl import URL

from ..common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer
from ..common.client.images import image_type
from ..common.client.secrets import Redactor
from ..common.client.wire import LONG_FRAME, DropCounter, decode_json, read_body
from .endpoints import ALIASES, Endpoint, find
from .errors import UnknownCommand, Updating
from .events import Value
from .model import (
    Asset,
    Device,
    Features,
    File,
    Map,
    Skills,
    parse_assets,
    parse_battery,
    parse_device,
    parse_event_types,
    parse_help,
    parse_map,
    parse_networks,
    parse_skills,
)
from .socket import EventSocket

_LOGGER = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
# For pictures, uploads and downloads.
SLOW_SECONDS = 60.0
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# A video recording has up to 225 MB: docs/protocol/misty.md#video-recordings.
MAX_FILE_BYTES = 256 * 1024 * 1024
PIECE_BYTES = 64 * 1024
# Limit of passwords of past commands that are redacted: a robot may repeat them in events and answers.
MAX_SECRETS = 16
_URL = re.compile(r"\S+://\S+")
_PASSWORD = re.compile(r"://[^\s/?#]*?:(?P<password>[^\s/?#]+)@")
# Other content types of the robot are not used.
_SOUND_OR_VIDEO = re.compile(r"(audio|video)/[\w.+-]{1,64}")
JSON_TYPES = ("application/json", "text/json", "text/plain")
UNKNOWN_TYPE = "application/octet-stream"


class MistyClient:
    """The client of one robot. It does not close the session."""

    def __init__(self, session: aiohttp.ClientSession, host: str) -> None:
        """Initialize with a host name or address, which may have a port."""
        self._session = session
        self.url = base_url(host)
        self.dropped = DropCounter()
        self.features = Features(None, None)
        self.redactor = Redactor()
        self._secrets: deque[str] = deque(maxlen=MAX_SECRETS)

    async def call(self, method: str, path: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Send a command and return its result: a JSON value, or a File.

        Raises InvalidArgument before anything is sent; Updating, UnknownCommand or CommandFailed if the robot refuses;
        NoAnswer, CannotConnect or InvalidAnswer if there is no valid answer.
        """
        endpoint = find(method, path)
        checked = endpoint.check(arguments or {})
        self._remember_secrets(endpoint, checked)
        url = self.url / "api" / self._path(endpoint)
        body: dict[str, Any] | None = None
        if endpoint.in_query:
            url = url.update_query({name: _query_value(value) for name, value in checked.items()})
        elif checked:
            body = checked
        _LOGGER.debug("%s %s", endpoint.method, endpoint.path)
        try:
            async with (
                asyncio.timeout(SLOW_SECONDS if endpoint.is_file or "data" in checked else ANSWER_SECONDS),
                self._session.request(endpoint.method, url, json=body, allow_redirects=False) as response,
            ):
                content = await read_body(response, MAX_ANSWER_BYTES)
                return await self._result(endpoint, response, content)
        except TimeoutError:
            raise NoAnswer("the robot did not answer in time") from None
        except aiohttp.ClientError, OSError, RuntimeError:
            # RuntimeError: the session is closed, because Home Assistant stops.
            raise CannotConnect("the robot cannot be reached") from None

    async def events(self, prefix: str, heartbeat: float | None = None) -> EventSocket:
        """Open the event connection, see `EventSocket.connect`."""
        url = self.url.with_scheme("wss" if self.url.scheme == "https" else "ws") / "pubsub"
        return await EventSocket.connect(self._session, url, prefix, self.dropped, heartbeat)

    async def device(self) -> Device:
        """Return the device. Raises InvalidAnswer if it is not a Misty II."""
        return parse_device(await self.call("GET", "device"))

    async def mac(self, ip_address: str | None) -> str | None:
        """Return the MAC address of the interface with this IP address; None if it is unknown. Raises Updating.

        Source: docs/protocol/misty.md#networks.
        """
        return parse_networks(await self.value("networks"), ip_address)

    async def battery(self) -> Mapping[str, Value]:
        """Return the values of the battery, with the names of the BatteryCharge event."""
        return parse_battery(await self.call("GET", "battery"), self.dropped)

    async def learn_features(self) -> None:
        """Query the commands and event types that this robot has, and store them in `features`."""
        self.features = Features(
            parse_help(await self.value("help")), parse_event_types(await self.value("websockets"))
        )

    async def value(self, path: str) -> Any | None:
        """Return the result of a query; None if the robot refuses or lacks it. Raises Updating, PushError."""
        if not self.features.has("GET", path):
            return None
        try:
            return await self.call("GET", path)
        except Updating:
            raise
        except CommandFailed, InvalidAnswer:
            return None

    async def assets(self, path: str) -> list[Asset]:
        """Return stored files: `path` is images/list, audio/list, videos/list or videos/recordings/list."""
        return parse_assets(await self.call("GET", path))

    async def map(self) -> Map | None:
        """Return the current map; None if there is none."""
        return parse_map(await self.call("GET", "slam/map"))

    async def skills(self) -> Skills:
        """Return the skills on the robot."""
        return parse_skills(await self.call("GET", "skills"))

    async def running_skills(self) -> tuple[str, ...] | None:
        """Return the ids of the running skills; None if the answer is no list."""
        result = await self.call("GET", "skills/running")
        return tuple(parse_skills(result).found) if isinstance(result, list) else None

    async def file(self, path: str, arguments: Mapping[str, Any]) -> File:
        """Return a file, which the robot may send as such or in base64. Raises InvalidAnswer."""
        return _file_in(await self.call("GET", path, {**arguments, "base64": False}))

    async def stream(self, path: str, arguments: Mapping[str, Any]) -> AsyncGenerator[bytes]:
        """Yield a stored file in pieces, up to MAX_FILE_BYTES. Raises as `file`."""
        endpoint = find("GET", path)
        checked = endpoint.check({**arguments, "base64": False})
        url = self.url / "api" / endpoint.path
        url = url.update_query({name: _query_value(value) for name, value in checked.items()})
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_SECONDS, sock_read=SLOW_SECONDS)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as response:
                if response.status != 200 or response.content_type in JSON_TYPES:
                    result = await self._result(endpoint, response, await read_body(response, MAX_ANSWER_BYTES))
                    yield _file_in(result).content
                    return
                size = 0
                async for piece in response.content.iter_chunked(PIECE_BYTES):
                    size += len(piece)
                    if size > MAX_FILE_BYTES:
                        raise InvalidAnswer("the robot's file is too large")
                    yield piece
        except TimeoutError:
            raise NoAnswer("the robot did not answer in time") from None
        except aiohttp.ClientError, OSError, RuntimeError:
            raise CannotConnect("the robot cannot be reached") from None

    async def picture(self, path: str, arguments: Mapping[str, Any]) -> File:
        """Return a picture, with the content type of its data. Raises InvalidAnswer if it is not a picture."""
        file = await self.file(path, arguments)
        if image_type(file.content) is None:
            raise InvalidAnswer("the robot's file is no picture")
        return file

    def _remember_secrets(self, endpoint: Endpoint, arguments: Mapping[str, Any]) -> None:
        """Add the keys and passwords in a command to the redactor."""
        known = set(self._secrets)
        if new := [secret for secret in _secrets_in(endpoint, arguments) if secret not in known]:
            self._secrets.extend(new)
            self.redactor = Redactor(self._secrets, username=str(arguments.get("userName") or ""))

    def _path(self, endpoint: Endpoint) -> str:
        """Return the path of the command on this robot, which may have an older one."""
        old = ALIASES.get(endpoint.path)
        if old and not self.features.has(endpoint.method, endpoint.path) and self.features.has(endpoint.method, old):
            return old
        return endpoint.path

    async def _result(self, endpoint: Endpoint, response: aiohttp.ClientResponse, content: bytes) -> Any:
        is_json = response.content_type in JSON_TYPES
        if response.status == 200 and endpoint.is_file and not is_json:
            return File(content, _kind(content, response.content_type))
        if response.status == 503:
            raise Updating("the robot is updating its software")
        if len(content) > LONG_FRAME:
            body = await asyncio.to_thread(self._decode, endpoint, content)
        else:
            body = self._decode(endpoint, content)
        if response.status == 404:
            raise UnknownCommand("the robot does not know this command")
        match body:
            case {"status": "Success"} if response.status < 300:
                return body.get("result")
            case {"error": str(reason)}:
                raise CommandFailed(_without_urls(self.redactor.text(reason)))
            case {"status": str()}:
                raise CommandFailed(f"the robot refused (status {response.status})")
        if response.status >= 400:
            raise CommandFailed(f"the robot answered with status {response.status}")
        raise InvalidAnswer("the robot's answer cannot be read")

    def _decode(self, endpoint: Endpoint, content: bytes) -> Any:
        loads = _loads_with_nan if endpoint.has_nan else orjson.loads
        return decode_json(content, self.dropped, MAX_ANSWER_BYTES, loads=loads)


def _loads_with_nan(content: str | bytes) -> Any:
    """Parse JSON with NaN and infinity, which become None."""
    return json.loads(content, parse_constant=lambda _: None, parse_float=_finite)


def _finite(text: str) -> float | None:
    return number if isfinite(number := float(text)) else None


def base_url(host: str) -> URL:
    """Return the base URL for a host name or address, which may have a scheme and a port.

    Raises ValueError if it is invalid.
    """
    host = host.strip()
    url = URL(host if "://" in host else f"http://{host}")
    if (
        not url.host
        or re.search(r"\s", host)
        or url.path not in ("", "/")
        or url.query_string
        or url.user
        or url.scheme not in ("http", "https")
    ):
        raise ValueError("not a host")
    return url.origin()


def _file_in(result: Any) -> File:
    match result:
        case File():
            return result
        case {"base64": str(data)}:
            content = _from_base64(data)
            return File(content, _kind(content, result.get("contentType")))
    raise InvalidAnswer("the robot's answer holds no file")


def _kind(content: bytes, claimed: Any) -> str:
    """Return the content type of a file: for a picture from its data, for sound and video from the robot."""
    if (kind := image_type(content)) is not None:
        return kind
    return claimed if isinstance(claimed, str) and _SOUND_OR_VIDEO.fullmatch(claimed) else UNKNOWN_TYPE


def _query_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_base64(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error, ValueError:
        raise InvalidAnswer("the robot's file cannot be read") from None


def _secrets_in(endpoint: Endpoint, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the secret arguments, and the passwords in URLs."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            continue
        if name.lower() in endpoint.secrets:
            yield value
        elif match := _PASSWORD.search(value):
            yield unquote(match["password"])


def _without_urls(reason: str) -> str:
    return _URL.sub("…", reason).strip()[:200] or "the robot refused"
