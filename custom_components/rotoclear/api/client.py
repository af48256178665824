"""The control unit's HTTP and WebSocket API (docs/protocol/rotoclear.md#connection).

One path, `/api`, serves both. The token goes into the query, because the WebSocket and the camera
take it only there: no URL of this module may be logged or shown.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp
import orjson
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
from ..common.client.websocket import Socket, open_websocket
from ..common.client.wire import DropCounter, decode_json, read_body
from .variables import hardware_addresses, read_state

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 10.0
STREAM_SECONDS = 10.0
MAX_IMAGE_BYTES = 16 * 1024 * 1024
MAX_STATE_BYTES = 1024 * 1024
# Lists and objects: many times what a whole state has.
MAX_STATE_PARTS = 20_000
PICTURE_TYPE = "image/jpeg"
# aiohttp stops reading from the socket, and starts again, for every picture that is larger than its buffer.
STREAM_BUFFER = 1024 * 1024

type State = dict[str, Any]


class AnotherUnit(CannotConnect):
    """The address of this unit is another one's now."""


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
        """Initialize with the unit's address; nothing is sent yet. Raises ValueError for an invalid host.

        Whether certificates are checked is the session's business; `fingerprint`, the SHA-256 of
        the unit's certificate, pins it instead. `mac` is the unit's MAC address where it is known: the whole
        state of a unit with others is refused.
        """
        self._session = session
        self.origin = URL.build(scheme="https" if tls else "http", host=host, port=port)
        self._query = urlencode({"user": username, "token": token}, quote_via=quote, safe="")
        self._ssl = aiohttp.Fingerprint(fingerprint) if fingerprint else True
        self._redactor = Redactor([token], username=username)
        self._mac = mac
        self.dropped = DropCounter()

    def __repr__(self) -> str:
        """Name the unit without its credentials."""
        return f"<RotoclearClient {self.origin}>"

    async def get_state(self, keys: Iterable[str] = ()) -> State:
        """Return the whole state this user may read, or these keys of it.

        Raises AuthFailed, CannotConnect, AnotherUnit, InvalidAnswer, NoAnswer.
        """
        if names := list(keys):
            return await self._post({"get": names})
        return self.checked(await self._request("GET"))

    def checked(self, state: State) -> State:
        """Return a whole state. Raises AnotherUnit when it is not of this unit."""
        told = hardware_addresses(state)
        if self._mac is not None and told and self._mac not in told:
            raise AnotherUnit("another control unit answers at this address")
        return state

    async def set_values(self, values: Mapping[str, Any]) -> State:
        """Set variables, in this order; return what the unit made of them.

        The answer may hold other values than asked (limited, or refused for a missing condition),
        and leaves out what this user may not set. Raises as `get_state`.
        """
        return await self._post(values)

    @asynccontextmanager
    async def listen(self, heartbeat: float) -> AsyncGenerator[Updates]:
        """Open the WebSocket and give its state messages; it is closed at the end.

        `heartbeat`: seconds after which a silent connection counts as lost. Raises AuthFailed,
        PushRefused (the unit answers, but not with a WebSocket), CannotConnect.
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
        async with Updates(self, websocket, heartbeat) as updates:
            yield updates

    async def still(self) -> bytes:
        """Return one JPEG picture of the selected head. Raises as `get_state`."""
        async with self._answer("GET", "/camera.jpeg") as response:
            picture = await read_body(response, MAX_IMAGE_BYTES)
        if image_type(picture) != PICTURE_TYPE:
            raise InvalidAnswer("the unit did not answer with a picture")
        return picture

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Open the MJPEG stream of the selected head and give its bytes as they come. Raises as `get_state`."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=STREAM_SECONDS)
        async with self._answer("GET", "/camera.mjpeg", timeout=timeout, read_bufsize=STREAM_BUFFER) as response:
            yield response.content.iter_any()

    def read_frame(self, raw: str | bytes) -> State | None:
        """Return the state in a frame, without secrets, or None (counted) when it is not one."""
        message = decode_json(raw, self.dropped, MAX_STATE_BYTES, MAX_STATE_PARTS)
        return read_state(message, self.dropped, self.redact)

    def redact(self, value: Any) -> Any:
        """Return a JSON value as this client gives it: without the token, which a unit may repeat."""
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
        return await self._request("POST", orjson.dumps(body))

    async def _request(self, method: str, body: bytes | None = None) -> State:
        headers = {"Content-Type": "application/json"} if body else None
        async with self._answer(method, "/api", data=body, headers=headers) as response:
            raw = await read_body(response, MAX_STATE_BYTES)
        state = self.read_frame(raw)
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
            # RuntimeError: Home Assistant stops, and its session is closed.
            raise _lost(error) from None


class Updates:
    """The state messages of one open WebSocket; `async with` closes it."""

    def __init__(self, client: RotoclearClient, websocket: aiohttp.ClientWebSocketResponse, heartbeat: float) -> None:
        """Initialize with an open WebSocket; see `RotoclearClient.listen`."""
        self._client = client
        self._websocket = websocket
        self._take: Callable[[State], None] = lambda _: None
        # Two thirds of a heartbeat are silence, the last third is for the answer.
        self._socket = Socket(websocket, client.dropped, idle=heartbeat * 2 / 3, ask=self._ask, binary=True)

    async def __aenter__(self) -> Self:
        """Return the open connection."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self._socket.close()

    async def full_state(self) -> State:
        """Return the first message: everything this user may read. Raises CannotConnect, AnotherUnit."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while (state := self._client.read_frame(await self._socket.receive())) is None:
                    pass
                return self._client.checked(state)
        except TimeoutError:
            raise CannotConnect("the unit sent no state") from None

    async def run(self, take: Callable[[State], None]) -> None:
        """Hand the changes to `take`, each as it comes, until the connection is lost. Raises PushError."""
        self._take = take
        async for frame in self._socket:
            if (state := self._client.read_frame(frame)) is not None:
                take(state)

    async def _ask(self) -> None:
        """Ask a silent unit for a pong and for its state: a program that hangs behind a living socket is noticed."""
        await self._websocket.ping()
        self._take(await self._client.get_state())


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
