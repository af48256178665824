"""Data from the network: JSON within limits, bodies of answers, and WebSockets.

Invalid data are dropped and counted. WebSockets are opened without redirects, and closed if the other end does not
answer.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
import json
import logging
import re
import socket
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

import aiohttp
import orjson
from yarl import URL

from .errors import CannotConnect, CommandFailed, InvalidAnswer, PushError

if TYPE_CHECKING:
    from .secrets import Redactor

_LOGGER = logging.getLogger(__name__)

MAX_FRAME_BYTES = 4 * 1024 * 1024
# The limit of orjson is 1024, which is too deep for recursive functions.
MAX_DEPTH = 32
# Lists and objects in one frame. Thousands of devices have a tenth of it. Millions of empty lists, which fit into a few
# megabytes, would block the event loop for seconds.
MAX_PARTS = 500_000
# Longer frames, in characters or bytes, are decoded in the executor: a megabyte takes almost a tenth of a second.
LONG_FRAME = 100_000

# The beginning of an escaped character in URLs, HTML and JSON.
ESCAPES = re.compile(r"[%&\\+]")

# How often to check for an answer to a ping.
LOOKS = 10

# aiohttp returns received frames without yielding to the event loop, so `receive` yields after a slice of time.
SLICE_SECONDS = 0.005
# Receiving a frame took so long only if the event loop had its turn.
WAITED_SECONDS = 0.001

# Timeout of the close handshake.
CLOSE_SECONDS = 2.0

# Timeout of sending a frame to a server that does not read.
SEND_SECONDS = 10.0

TEXT = aiohttp.WSMsgType.TEXT


class DropCounter:
    """Counts dropped data by kind, for diagnostics, and logs each kind once at debug level."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, kind: str) -> None:
        """Count a dropped frame, key or answer. The kind is a short phrase without any received data."""
        self._counts[kind] += 1
        if self._counts[kind] == 1:
            _LOGGER.debug("Dropped invalid data: %s", kind)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by kind."""
        return dict(self._counts)


def decode_json(
    raw: str | bytes,
    dropped: DropCounter,
    limit: int = MAX_FRAME_BYTES,
    parts: int = MAX_PARTS,
    redactor: Redactor | None = None,
    loads: Callable[[str | bytes], Any] = orjson.loads,
) -> Any | None:
    """Return the JSON value in a frame; None (counted) if it is too large, invalid or too deep.

    `limit` is in bytes, `parts` in lists and objects. None is also the value of `null`, which no vendor sends. With a
    `redactor`, its secrets are removed from all texts of the value. `loads` is another parser.
    """
    if len(raw) > limit:
        dropped.add("oversized frame")
        return None
    # Shorter frames cannot be too deep.
    brackets = count_parts(raw) if len(raw) > 2 * MAX_DEPTH else 0
    if brackets > parts:
        dropped.add("frame of too many parts")
        return None
    try:
        value = loads(raw)
    except ValueError, RecursionError:
        dropped.add("broken JSON")
        return None
    # Most frames have too few brackets to be too deep.
    if brackets > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        dropped.add("too deeply nested")
        return None
    if redactor is not None and (isinstance(raw, bytes) or _may_need(redactor, raw)):
        return redactor.texts(value)
    return value


def encode_json(value: Any) -> bytes:
    """Return a value as JSON.

    Raises CommandFailed for what JSON has not, which users may write: NaN, infinity, numbers beyond 64 bits, keys that
    are not texts. orjson sends the first two as null.
    """
    try:
        json.dumps(value, allow_nan=False, default=str)
        return orjson.dumps(value)
    except TypeError, ValueError, RecursionError:
        raise CommandFailed("the values cannot be sent as JSON") from None


def _may_need(redactor: Redactor, raw: str) -> bool:
    """Return False if a frame certainly has no secret and no URL: most are not searched text by text."""
    return "://" in raw or "\\" in raw or may_contain(raw, redactor.forms)


def may_contain(text: str, forms: Collection[str]) -> bool:
    """Return False if a text certainly contains none of these texts in lower case, however it is escaped."""
    if not forms:
        return False
    if not text.isascii() or ESCAPES.search(text):
        return True
    lower = text.lower()
    return any(form in lower for form in forms)


def count_parts(raw: str | bytes) -> int:
    """Return the number of opening brackets, an upper limit for the lists and objects in a JSON text."""
    return raw.count("{") + raw.count("[") if isinstance(raw, str) else raw.count(b"{") + raw.count(b"[")


async def read_body(response: aiohttp.ClientResponse, limit: int = MAX_FRAME_BYTES) -> bytes:
    """Return the body of an answer. Raises InvalidAnswer if it has more bytes than the limit."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise InvalidAnswer("the answer is too large")
    return bytes(body)


def _is_deeper(value: Any, levels: int) -> bool:
    """Return True if lists and objects nest deeper than this, without recursion."""
    layer: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        layer = [
            child
            for parent in layer
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True


async def open_websocket(session: aiohttp.ClientSession, url: URL, **options: Any) -> aiohttp.ClientWebSocketResponse:
    """Open a WebSocket as `session.ws_connect` does, but without following redirects.

    A redirect could send a token in the query or in a header to another host. `ws_connect` always follows redirects,
    and only a middleware of the session can prevent that. So the handshake uses a session of its own with the same
    connector.

    Raises aiohttp.WSServerHandshakeError for a redirect, and the exceptions of `ws_connect`.
    """
    if session.closed:
        raise aiohttp.ClientConnectionError("the session is closed")
    async with aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        cookie_jar=session.cookie_jar,
        headers=session.headers,
        middlewares=(_refuse_redirects,),
    ) as handshake:
        timeout = aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS)
        websocket: aiohttp.ClientWebSocketResponse = await handshake.ws_connect(url, timeout=timeout, **options)
        return websocket


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise aiohttp.WSServerHandshakeError(
            response.request_info, response.history, status=response.status, message="redirected"
        )
    return response


class Socket:
    """An open WebSocket with a keepalive.

    `async with` closes it, `async for` yields the JSON values in its frames until the connection is lost. The WebSocket
    must have been opened with `autoping=False`, because pings count as received frames.

    In a subclass, frames may be packets that begin with the digits of their type. Those with JSON have `_json_type`;
    `_take_packet` gets the others.
    """

    _json_type: ClassVar[str] = ""

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        dropped: DropCounter,
        *,
        idle: float,
        ask: Callable[[], Awaitable[object]] | None = None,
        always: bool = False,
        binary: bool = False,
        limit: int = MAX_FRAME_BYTES,
        parts: int = MAX_PARTS,
        redactor: Redactor | None = None,
        early: Iterable[str] = (),
    ) -> None:
        """Initialize with an open WebSocket.

        After `idle` seconds without a frame it sends a ping, or calls `ask`. The connection is closed if no frame comes
        within half as long. With `always` it pings every `idle` seconds, even if there were frames. Without `binary`,
        binary frames are dropped and counted. `limit`, `parts` and `redactor` are those of `decode_json`. `early` are
        frames that were received before.
        """
        self._websocket = websocket
        # A closed WebSocket does not return it any more.
        self._transport_socket: socket.socket | None = websocket.get_extra_info("socket")
        self._dropped = dropped
        self._idle = idle
        self._ask = ask or websocket.ping
        self._always = always
        self._limit, self._parts, self._redactor = limit, parts, redactor
        self._types = (TEXT, aiohttp.WSMsgType.BINARY) if binary else (TEXT,)
        self._early = deque(early)
        self._is_alive = True
        self._is_given_up = False
        self._loop = asyncio.get_running_loop()
        self._slice_ends = 0.0
        self._heard_at = self._loop.time()
        self._keepalive = asyncio.create_task(self._keep_alive())

    async def __aenter__(self) -> Self:
        """Return the socket."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the WebSocket."""
        await self.close()

    def __aiter__(self) -> Self:
        """Return the iterator over the JSON values."""
        return self

    async def __anext__(self) -> Any:
        """Return the JSON value in the next valid frame. Raises CannotConnect if the connection is lost."""
        value = None
        while value is None:
            frame = self._early.popleft() if self._early else await self.receive()
            if self._json_type and isinstance(frame, str):
                if not frame.startswith(self._json_type):
                    self._take_packet(frame)
                    continue
                # A number may follow the type.
                frame = frame.lstrip("0123456789")
            if len(frame) > LONG_FRAME:
                value = await self._loop.run_in_executor(None, self._decode, frame)
            else:
                value = self._decode(frame)
        return value

    def _decode(self, frame: str | bytes) -> Any | None:
        """Return the JSON value in a frame, see `decode_json`."""
        return decode_json(frame, self._dropped, self._limit, self._parts, self._redactor)

    def _take_packet(self, packet: str) -> None:
        """Handle a packet without JSON. Raises PushError if it ends the session."""

    async def receive(self) -> str | bytes:
        """Return the next frame. Raises CannotConnect if the connection is lost."""
        asked_at = self._loop.time()
        while True:
            if asked_at > self._slice_ends:
                await asyncio.sleep(0)
                self._slice_ends = asked_at + SLICE_SECONDS
            message = await self._websocket.receive()
            self._is_alive = True
            self._heard_at = self._loop.time()
            if self._heard_at - asked_at > WAITED_SECONDS:
                self._slice_ends = self._heard_at + SLICE_SECONDS
            if message.type in self._types:
                frame: str | bytes = message.data
                return frame
            await self._take_control(message)
            asked_at = self._loop.time()

    async def send(self, text: str) -> None:
        """Send a text frame. Raises CannotConnect if the connection is lost."""
        try:
            await self._in_time(self._websocket.send_str(text))
        except aiohttp.ClientError, ConnectionError, RuntimeError:
            raise CannotConnect("the connection was lost") from None

    async def close(self) -> None:
        """Close the connection."""
        self._keepalive.cancel()
        await asyncio.gather(self._keepalive, return_exceptions=True)
        try:
            # A device that did not answer a ping does not answer a close frame either.
            async with asyncio.timeout(0 if self._is_given_up else CLOSE_SECONDS):
                await self._websocket.close()
        except TimeoutError:
            self._is_given_up = True
        if self._is_given_up:
            self._shut_down()

    def _shut_down(self) -> None:
        """Shut the TCP connection down; otherwise unsent data would keep it open until the other end reads them."""
        if self._transport_socket is not None:
            with suppress(OSError):  # it is closed already
                self._transport_socket.shutdown(socket.SHUT_RDWR)

    async def _take_control(self, message: aiohttp.WSMessage) -> None:
        """Handle a frame without data. Raises CannotConnect if it ends the connection."""
        if message.type is aiohttp.WSMsgType.PING:
            with suppress(aiohttp.ClientError, ConnectionError):  # the next frame will be a close frame
                await self._in_time(self._websocket.pong(message.data))
        elif message.type is aiohttp.WSMsgType.BINARY:
            self._dropped.add("binary frame")
        elif message.type is not aiohttp.WSMsgType.PONG:
            if message.type is aiohttp.WSMsgType.ERROR and not self._is_given_up:
                self._dropped.add("oversized or broken WebSocket frame")
            raise CannotConnect("the device does not answer" if self._is_given_up else "the connection was lost")

    @staticmethod
    async def _in_time(sending: Awaitable[None]) -> None:
        """Send a frame. Raises CannotConnect if the other end does not read for SEND_SECONDS."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await sending
        except TimeoutError:
            raise CannotConnect("the other end does not read") from None
        except asyncio.CancelledError:
            # All frames wait for the same future of aiohttp, which the timeout of one of them cancels.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise CannotConnect("the other end does not read") from None

    async def _keep_alive(self) -> None:
        """Close the WebSocket if the other end does not answer, so that `receive` ends."""
        try:
            while True:
                await asyncio.sleep(self._idle if self._always else self._quiet_for)
                if not self._always and self._quiet_for > 0:
                    continue
                self._is_alive = False
                async with asyncio.timeout(self._idle / 2):
                    await self._ask()
                if not await self._is_answered():
                    break
        except aiohttp.ClientError, ConnectionError, TimeoutError, PushError:
            pass
        self._is_given_up = True
        await self._websocket.close()

    @property
    def _quiet_for(self) -> float:
        """Return the seconds until the next ping."""
        return max(self._heard_at + self._idle - self._loop.time(), 0.0)

    async def _is_answered(self) -> bool:
        """Return True if a frame was received in time.

        It checks several times, so that a blocked event loop can first read what has arrived.
        """
        for _ in range(LOOKS):
            await asyncio.sleep(self._idle / 2 / LOOKS)
            if self._is_alive:
                return True
        return False
