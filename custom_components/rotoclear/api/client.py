"""The control unit's HTTP and WebSocket API (docs/protocol/rotoclear.md#connection).

One path, `/api`, serves both. The WebSocket and the camera take the token only in the query, so no URL of this module
may be logged or shown.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from ..common.client.errors import (
    AuthFailed,
    CannotConnect,
    CertificateError,
    InvalidAnswer,
    NoAnswer,
    PushError,
    PushRefused,
)
from ..common.client.images import image_type
from ..common.client.secrets import Redactor
from ..common.client.wire import DropCounter, Socket, decode_json, encode_json, open_websocket, read_body
from .kinds import is_small
from .variables import VARIABLES, hardware_addresses

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 10.0
STREAM_SECONDS = 10.0
MAX_IMAGE_BYTES = 16 * 1024 * 1024
MAX_STATE_BYTES = 1024 * 1024
# Lists and objects in one message; a full state has far fewer.
MAX_STATE_PARTS = 20_000
PICTURE_TYPE = "image/jpeg"
# With a smaller buffer, aiohttp would pause and resume the reading for every picture.
STREAM_BUFFER = 1024 * 1024

type State = dict[str, Any]

_READ: Mapping[str, Callable[[Any], Any]] = {
    key: variable.kind.read for key, variable in VARIABLES.items() if variable.readable
}


class AnotherUnit(CannotConnect):
    """Another unit answers at the address."""


class RotoclearClient:
    """One control unit."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        host: str,
        port: int,
        *,
        tls: bool,
        username: str,
        token: str,
        fingerprint: bytes | None = None,
        mac: str | None = None,
    ) -> None:
        """Initialize; nothing is sent yet. Raises ValueError for an invalid host.

        The session verifies certificates or not. `fingerprint` is the SHA-256 of the unit's certificate if that is
        pinned. `mac` is the unit's MAC address if it is known: a full state with other addresses raises AnotherUnit.
        """
        self._session = session
        self.origin = URL.build(scheme="https" if tls else "http", host=host, port=port)
        self._query = urlencode({"user": username, "token": token}, quote_via=quote, safe="")
        self._ssl = aiohttp.Fingerprint(fingerprint) if fingerprint else True
        self._redactor = Redactor([token], username=username)
        self._mac = mac
        self.dropped = DropCounter()

    def __repr__(self) -> str:
        """Return the unit's address without its credentials."""
        return f"<RotoclearClient {self.origin}>"

    async def get_state(self, keys: Iterable[str] = ()) -> State:
        """Return all variables that this user may read, or only these.

        Raises AuthFailed, CannotConnect, AnotherUnit, InvalidAnswer, NoAnswer.
        """
        if names := list(keys):
            return await self._post({"get": names})
        return self.checked(await self._request("GET"))

    def checked(self, state: State) -> State:
        """Return a full state. Raises AnotherUnit if it has the MAC addresses of another unit."""
        addresses = hardware_addresses(state)
        if self._mac is not None and addresses and self._mac not in addresses:
            raise AnotherUnit("another control unit answers at this address")
        return state

    async def set_values(self, values: Mapping[str, Any]) -> State:
        """Set variables in this order, and return the values in the unit's answer.

        They may differ from the requested ones (out of the unit's limits, or a condition is not met), and lack the
        variables that this user may not set. Raises as `get_state`.
        """
        return await self._post(values)

    @asynccontextmanager
    async def listen(self, heartbeat: float) -> AsyncGenerator[Updates]:
        """Open the WebSocket and yield its state messages.

        A connection that is silent for `heartbeat` seconds counts as lost. Raises AuthFailed, PushRefused (the unit
        answers, but not with a WebSocket), CannotConnect.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                websocket = await open_websocket(
                    self._session,
                    self._url("/api").with_scheme("wss" if self.origin.scheme == "https" else "ws"),
                    ssl=self._ssl,
                    autoping=False,
                    max_msg_size=MAX_STATE_BYTES,
                )
        except aiohttp.WSServerHandshakeError as error:
            raise _refusal(error.status) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _lost(error) from None
        updates = Updates(self, websocket, heartbeat)
        async with updates.socket:
            yield updates

    async def still(self) -> bytes:
        """Return a JPEG of the selected head. Raises as `get_state`."""
        async with self._answer("GET", "/camera.jpeg") as response:
            picture = await read_body(response, MAX_IMAGE_BYTES)
        if image_type(picture) != PICTURE_TYPE:
            raise InvalidAnswer("the unit did not answer with a picture")
        return picture

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Open the MJPEG stream of the selected head and yield its bytes. Raises as `get_state`."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=STREAM_SECONDS)
        async with self._answer("GET", "/camera.mjpeg", timeout=timeout, read_bufsize=STREAM_BUFFER) as response:
            yield response.content.iter_any()

    def read_answer(self, raw: bytes) -> State | None:
        """Return the typed variables in an answer, redacted; None (counted) if it is not a state."""
        message = decode_json(raw, self.dropped, MAX_STATE_BYTES, MAX_STATE_PARTS)
        return None if message is None else self.read(message)

    def read(self, message: Any) -> State | None:
        """Return the typed variables in a message, redacted; None (counted) if it is not a state."""
        return read_state(message, self.dropped, self.redact)

    def redact(self, value: Any) -> Any:
        """Return a JSON value without the token: a unit may repeat it."""
        return self._redactor.value(value)

    def _url(self, path: str) -> URL:
        return URL.build(
            scheme=self.origin.scheme,
            host=self.origin.host_subcomponent or "",  # IPv6 in brackets
            port=self.origin.port,
            path=path,
            query_string=self._query,
            encoded=True,
        )

    async def _post(self, body: Mapping[str, Any]) -> State:
        return await self._request("POST", encode_json(body))

    async def _request(self, method: str, body: bytes | None = None) -> State:
        headers = {"Content-Type": "application/json"} if body else None
        async with self._answer(method, "/api", data=body, headers=headers) as response:
            raw = await read_body(response, MAX_STATE_BYTES)
        state = self.read_answer(raw)
        if state is None:
            raise InvalidAnswer("the unit did not answer with a state")
        return state

    @asynccontextmanager
    async def _answer(self, method: str, path: str, **options: Any) -> AsyncGenerator[aiohttp.ClientResponse]:
        options.setdefault("timeout", aiohttp.ClientTimeout(total=COMMAND_SECONDS))
        try:
            async with self._session.request(
                method, self._url(path), ssl=self._ssl, allow_redirects=False, **options
            ) as response:
                if response.status != 200:
                    raise _refusal(response.status)
                yield response
        except TimeoutError:
            raise NoAnswer("the unit did not answer in time") from None
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            # RuntimeError: the session is closed, because Home Assistant stops.
            raise _lost(error) from None


class Updates:
    """The state messages of one open WebSocket, see `RotoclearClient.listen`."""

    def __init__(self, client: RotoclearClient, websocket: aiohttp.ClientWebSocketResponse, heartbeat: float) -> None:
        self._client = client
        self._websocket = websocket
        self._on_state: Callable[[State], None] = lambda _: None
        # The Socket waits half as long again for the answer, which makes one heartbeat.
        self.socket = Socket(
            websocket,
            client.dropped,
            idle=heartbeat * 2 / 3,
            ask=self._ask,
            binary=True,
            limit=MAX_STATE_BYTES,
            parts=MAX_STATE_PARTS,
        )

    async def full_state(self) -> State:
        """Return the first message, with all variables that this user may read. Raises CannotConnect, AnotherUnit."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while (state := self._client.read(await anext(self.socket))) is None:
                    pass
                return self._client.checked(state)
        except TimeoutError:
            raise CannotConnect("the unit sent no state") from None

    async def run(self, on_state: Callable[[State], None]) -> None:
        """Call `on_state` with the variables in each message until the connection is lost. Raises PushError."""
        self._on_state = on_state
        async for message in self.socket:
            if (state := self._client.read(message)) is not None:
                on_state(state)

    async def _ask(self) -> None:
        """Ask a silent unit for a pong, and for its state: the unit may hang although its TCP stack answers."""
        await self._websocket.ping()
        self._on_state(await self._client.get_state())


def read_state(message: Any, dropped: DropCounter, redact: Callable[[Any], Any] = lambda value: value) -> State | None:
    """Return the typed variables in a message; None (counted) if it is not an object.

    `redact` removes secrets from a JSON value. A value of the wrong kind is counted and becomes None. Unknown
    variables, which newer software may have, are counted and left out.
    """
    if not isinstance(message, dict):
        dropped.add("frame is not an object")
        return None
    state: State = {}
    for key, raw in message.items():
        if (read := _READ.get(key)) is None:
            dropped.add("unknown key")
            continue
        state[key] = value = _read_value(raw, read, redact)
        if value is None and raw is not None:
            dropped.add(f"wrong value of {key}")
    return state


def _read_value(raw: Any, read: Callable[[Any], Any], redact: Callable[[Any], Any]) -> Any:
    if isinstance(raw, str | dict | list):
        # Redacting a value that is too large would take too long.
        return read(redact(raw)) if is_small(raw) else None
    value = read(raw)
    return redact(value) if isinstance(value, str) else value


def _refusal(status: int) -> PushError:
    if status in (401, 403):
        return AuthFailed("the unit refused the user or the token")
    return PushRefused(f"the unit answered with status {status}")


def _lost(error: Exception) -> CannotConnect:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ServerFingerprintMismatch):
        return CertificateError("the unit's certificate is not trusted")
    if isinstance(error, aiohttp.ClientSSLError):
        return CannotConnect("no TLS connection is possible on this port")
    if isinstance(error, aiohttp.ClientConnectorError):
        return CannotConnect("the unit cannot be reached")
    if isinstance(error, TimeoutError):
        return CannotConnect("the unit did not answer in time")
    return CannotConnect(f"the connection was lost ({type(error).__name__})")
