"""Typed commands and queries over the robot's REST interface.

A call failed if the HTTP status is 400 or more, or the answer's own status is not Success. The results of commands
are not checked, because some are the string "true". Source: docs/protocol/misty.md#answers.
"""

import asyncio
import base64
import binascii
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping
import json
import logging
import re
from typing import Any
from urllib.parse import unquote

import aiohttp
from yarl import URL

from ..common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer
from ..common.client.images import image_type
from ..common.client.secrets import Redactor
from ..common.client.wire import MAX_PARTS, DropCounter, count_parts, decode_json, read_body
from .convert import Value
from .endpoints import ALIASES, Endpoint, find
from .errors import UnknownCommand, Updating
from .map import Map, parse_map
from .model import (
    Asset,
    Device,
    Features,
    File,
    Skill,
    parse_assets,
    parse_battery,
    parse_device,
    parse_event_types,
    parse_help,
    parse_networks,
    parse_skills,
)
from .socket import EventSocket

_LOGGER = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
# Pictures in full size, uploads and downloads.
SLOW_SECONDS = 60.0
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# A recording has up to 225 MB: docs/protocol/misty.md#video-recordings.
MAX_FILE_BYTES = 256 * 1024 * 1024
PIECE_BYTES = 64 * 1024
# Passwords that were sent with commands: a robot may repeat them in what it reports.
MAX_SECRETS = 16
_URL = re.compile(r"\S+://\S+")
_PASSWORD = re.compile(r"://[^\s/?#]*?:(?P<password>[^\s/?#]+)@")
# Of the robot's own word for a file that is no picture, only sound and video are taken.
_SOUND_OR_VIDEO = re.compile(r"(audio|video)/[\w.+-]{1,64}")
JSON_TYPES = ("application/json", "text/json", "text/plain")
UNKNOWN_TYPE = "application/octet-stream"


class MistyClient:
    """One robot's commands. The session is the caller's and is not closed here."""

    def __init__(self, session: aiohttp.ClientSession, host: str) -> None:
        """Initialize with where the robot is: a host name or address, perhaps with a port."""
        self._session = session
        self.url = base_url(host)
        self.dropped = DropCounter()
        self.features = Features(None, None)
        self.redactor = Redactor()
        self._secrets: deque[str] = deque(maxlen=MAX_SECRETS)

    async def call(self, method: str, path: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Send one command and return its result, whatever JSON value that is; a file becomes a File.

        Raises InvalidArgument before anything is sent; Updating, UnknownCommand or CommandFailed when the robot
        refuses; NoAnswer, CannotConnect or InvalidAnswer when there is no usable answer.
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
                return self._result(endpoint, response, content)
        except TimeoutError:
            raise NoAnswer("the robot did not answer in time") from None
        except aiohttp.ClientError, OSError, RuntimeError:
            # RuntimeError: Home Assistant stops, and its session is closed.
            raise CannotConnect("the robot cannot be reached") from None

    async def events(self, prefix: str, heartbeat: float | None = None) -> EventSocket:
        """Open the event connection. Arguments and errors are those of `EventSocket.connect`."""
        url = self.url.with_scheme("wss" if self.url.scheme == "https" else "ws") / "pubsub"
        return await EventSocket.connect(self._session, url, prefix, self.dropped, heartbeat)

    async def device(self) -> Device:
        """Return who the robot is. Raises InvalidAnswer when it is no Misty II."""
        return parse_device(await self.call("GET", "device"))

    async def mac(self, ip_address: str | None) -> str | None:
        """Return the MAC address that the robot has this address under; None where it does not tell. Raises Updating.

        Source: docs/protocol/misty.md#networks.
        """
        return parse_networks(await self.value("networks"), ip_address)

    async def battery(self) -> Mapping[str, Value]:
        """Return the battery's values under the names of the BatteryCharge event."""
        return parse_battery(await self.call("GET", "battery"), self.dropped)

    async def learn_features(self) -> None:
        """Ask which commands and events this robot has; while it does not answer, it is assumed to have all."""
        self.features = Features(
            parse_help(await self.value("help")), parse_event_types(await self.value("websockets"))
        )

    async def value(self, path: str) -> Any | None:
        """Return a query's answer as it is; None when the robot refuses or lacks it. Raises Updating, PushError."""
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
        """Return the current map; None where there is none."""
        return parse_map(await self.call("GET", "slam/map"))

    async def skills(self, *, running: bool = False) -> list[Skill]:
        """Return the skills on the robot, or those that run."""
        return parse_skills(await self.call("GET", "skills/running" if running else "skills"))

    async def file(self, path: str, arguments: Mapping[str, Any]) -> File:
        """Return a file, whether the robot sends it as it is or as base64 in the envelope. Raises InvalidAnswer."""
        return _file_in(await self.call("GET", path, {**arguments, "base64": False}))

    async def stream(self, path: str, arguments: Mapping[str, Any]) -> AsyncGenerator[bytes]:
        """Yield a stored file in pieces while it comes, up to MAX_FILE_BYTES. Raises what `file` raises."""
        endpoint = find("GET", path)
        checked = endpoint.check({**arguments, "base64": False})
        url = self.url / "api" / endpoint.path
        url = url.update_query({name: _query_value(value) for name, value in checked.items()})
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_SECONDS, sock_read=SLOW_SECONDS)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as response:
                if response.status != 200 or response.content_type in JSON_TYPES:
                    result = self._result(endpoint, response, await read_body(response, MAX_ANSWER_BYTES))
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
        """Return a picture; its type is that of its bytes. Raises InvalidAnswer for anything else."""
        file = await self.file(path, arguments)
        if image_type(file.content) is None:
            raise InvalidAnswer("the robot's file is no picture")
        return file

    def _remember_secrets(self, endpoint: Endpoint, arguments: Mapping[str, Any]) -> None:
        """Note the keys and passwords that a command carries, to replace them in what the robot reports."""
        known = set(self._secrets)
        if new := [secret for secret in _secrets_in(endpoint, arguments) if secret not in known]:
            self._secrets.extend(new)
            self.redactor = Redactor(self._secrets, username=str(arguments.get("userName") or ""))

    def _path(self, endpoint: Endpoint) -> str:
        """Return the path this robot knows the command under."""
        old = ALIASES.get(endpoint.path)
        if old and not self.features.has(endpoint.method, endpoint.path) and self.features.has(endpoint.method, old):
            return old
        return endpoint.path

    def _result(self, endpoint: Endpoint, response: aiohttp.ClientResponse, content: bytes) -> Any:
        is_json = response.content_type in JSON_TYPES
        if response.status == 200 and endpoint.is_file and not is_json:
            return File(content, _kind(content, response.content_type))
        if response.status == 503:
            raise Updating("the robot is updating its software")
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
        if not endpoint.has_nan:
            return decode_json(content, self.dropped, MAX_ANSWER_BYTES)
        if count_parts(content) > MAX_PARTS:
            self.dropped.add("frame of too many parts")
            return None
        try:
            return json.loads(content, parse_constant=lambda _: None)
        except ValueError, RecursionError:
            self.dropped.add("broken JSON")
            return None


def base_url(host: str) -> URL:
    """Return where a robot's server is, from a host name or address that may carry a port or scheme.

    Raises ValueError when it is not one.
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
    """Return a file's content type: of a picture what its bytes say, of sound and video what the robot says."""
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
    """Go through the arguments that are secret, and the passwords in those that are addresses."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            continue
        if name.lower() in endpoint.secrets:
            yield value
        elif match := _PASSWORD.search(value):
            yield unquote(match["password"])


def _without_urls(reason: str) -> str:
    return _URL.sub("…", reason).strip()[:200] or "the robot refused"
