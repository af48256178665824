"""The control unit's HTTP and WebSocket API (docs/protocol/rotoclear.md#connection).

One path, `/api`, serves both. The token goes into the query, because the WebSocket and the camera
take it only there: no URL of this module may be logged or shown.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from ..push.errors import AuthFailed, CannotConnect, CertificateError, InvalidAnswer, NoAnswer, PushError, PushRefused
from ..push.silence import Silence
from ..push.websocket import open_websocket
from ..push.wire import Dropped, decode_json
from .variables import read_state

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 10.0
STREAM_SECONDS = 10.0
MAX_IMAGE_BYTES = 16 * 1024 * 1024
MAX_STATE_BYTES = 1024 * 1024
# aiohttp stops reading from the socket, and starts again, for every picture that is larger than its buffer.
STREAM_BUFFER = 1024 * 1024
STATE_FRAMES = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)

type State = dict[str, Any]
# Waits for the next bytes of a body; none at its end.
type ReadChunk = Callable[[], Awaitable[bytes]]


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
    ) -> None:
        """Know where the unit is; nothing is sent yet.

        Whether certificates are checked is the session's business; `fingerprint`, the SHA-256 of
        the unit's certificate, pins it instead.
        """
        self._session = session
        self._origin = URL.build(scheme="https" if tls else "http", host=host, port=port)
        self._query = urlencode({"user": username, "token": token}, quote_via=quote, safe="")
        self._ssl = aiohttp.Fingerprint(fingerprint) if fingerprint else True
        self.dropped = Dropped()

    def __repr__(self) -> str:
        """Name the unit without its credentials."""
        return f"<RotoclearClient {self._origin}>"

    async def get_state(self, keys: Iterable[str] = ()) -> State:
        """Return the whole state this user may read, or these keys of it.

        Raises AuthFailed, CannotConnect, InvalidAnswer, NoAnswer.
        """
        if names := list(keys):
            return await self._post({"get": names})
        return await self._request("GET")

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
                    self._url("/api").with_scheme("wss" if self._origin.scheme == "https" else "ws"),
                    ssl=self._ssl,
                    # Updates answers and asks: aiohttp's own heartbeat costs a timer for each message.
                    autoping=False,
                    max_msg_size=MAX_STATE_BYTES,
                )
        except aiohttp.WSServerHandshakeError as error:
            raise _refusal(error.status) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _lost(error) from None
        try:
            yield Updates(self, websocket, heartbeat)
        finally:
            await websocket.close()

    async def still(self) -> bytes:
        """Return one JPEG picture of the selected head. Raises as `get_state`."""
        async with self._answer("GET", "/camera.jpeg") as response:
            return await _read(response, MAX_IMAGE_BYTES)

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[ReadChunk]:
        """Open the MJPEG stream of the selected head and give what reads it. Raises as `get_state`."""
        try:
            async with (
                Silence(STREAM_SECONDS) as silence,
                self._answer(
                    "GET", "/camera.mjpeg", timeout=aiohttp.ClientTimeout(total=None), read_bufsize=STREAM_BUFFER
                ) as response,
            ):

                def read_chunk() -> Awaitable[bytes]:
                    silence.heard_at = monotonic()
                    return response.content.readany()

                yield read_chunk
        except TimeoutError:
            raise NoAnswer("the unit's stream stopped") from None

    def read_frame(self, raw: str | bytes) -> State | None:
        """Return the state in a frame, or None (counted) when it is not one."""
        return read_state(decode_json(raw, self.dropped, MAX_STATE_BYTES), self.dropped)

    def _url(self, path: str) -> URL:
        return URL.build(
            scheme=self._origin.scheme,
            host=self._origin.host or "",
            port=self._origin.port,
            path=path,
            query_string=self._query,
            encoded=True,
        )

    async def _post(self, body: Mapping[str, Any]) -> State:
        return await self._request("POST", orjson.dumps(body))

    async def _request(self, method: str, body: bytes | None = None) -> State:
        headers = {"Content-Type": "application/json"} if body else None
        async with self._answer(method, "/api", data=body, headers=headers) as response:
            raw = await _read(response, MAX_STATE_BYTES)
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
    """The state messages of one open WebSocket."""

    def __init__(self, client: RotoclearClient, websocket: aiohttp.ClientWebSocketResponse, heartbeat: float) -> None:
        """Take an open WebSocket; see `RotoclearClient.listen`."""
        self._client = client
        self._websocket = websocket
        self._heartbeat = heartbeat

    async def full_state(self) -> State:
        """Return the first message: everything this user may read. Raises CannotConnect."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while (state := await self._next_state()) is None:
                    pass
                return state
        except TimeoutError:
            raise CannotConnect("the unit sent no state") from None

    async def follow(self, take: Callable[[State], None]) -> None:
        """Hand the changes to `take`, each as it comes, until the connection is lost. Raises PushError.

        A unit that has nothing to say for two thirds of a heartbeat is asked for its state and for a
        pong, and has the last third to answer: a program that hangs behind a living socket is noticed,
        and so is a socket that died without a word.
        """
        receive, dropped = self._websocket.receive, self._client.dropped
        while True:
            try:
                async with Silence(self._heartbeat * 2 / 3) as silence:
                    while True:
                        message = await receive()
                        if message.type not in STATE_FRAMES:
                            await self._control(message)
                            continue
                        # As `read_frame` does, without its call: this is what every message comes to.
                        state = read_state(decode_json(message.data, dropped, MAX_STATE_BYTES), dropped)
                        if state is not None:
                            take(state)
                            silence.heard_at = monotonic()
            except TimeoutError:
                await self._ask(take)

    async def _ask(self, take: Callable[[State], None]) -> None:
        try:
            async with asyncio.timeout(self._heartbeat / 3):
                await self._websocket.ping()
                take(await self._client.get_state())
                # Whatever comes on the WebSocket, it lives.
                if (state := await self._next_state()) is not None:
                    take(state)
        except TimeoutError:
            raise CannotConnect("the unit went silent") from None
        except ConnectionError:
            raise CannotConnect("the unit closed the connection") from None

    async def _next_state(self) -> State | None:
        """Return the state in the next message, None when it has none."""
        message = await self._websocket.receive()
        if message.type in STATE_FRAMES:
            return self._client.read_frame(message.data)
        await self._control(message)
        return None

    async def _control(self, message: aiohttp.WSMessage) -> None:
        """Answer a ping, take a pong. Raises CannotConnect for the end of the connection."""
        if message.type is aiohttp.WSMsgType.PING:
            with suppress(ConnectionError):  # the end is the next thing received
                await self._websocket.pong(message.data)
        elif message.type is not aiohttp.WSMsgType.PONG:
            raise CannotConnect("the unit closed the connection")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the whole body. Raises InvalidAnswer when it is larger than the limit."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > limit:
            raise InvalidAnswer("the unit's answer is too large")
    return bytes(body)


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
