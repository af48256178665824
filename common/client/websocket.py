"""WebSockets: opened at the address that was asked for and nowhere else, read until the other end has gone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import socket
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from .errors import CannotConnect, PushError
from .wire import DropCounter

# How often is looked, while an answer may still come, whether there was one.
LOOKS = 10

# aiohttp hands out frames that have arrived already without a turn of the event loop: all else would wait for the last.
SLICE_SECONDS = 0.005
# A frame that took as long to come was waited for: the event loop had its turn.
WAITED_SECONDS = 0.001

# A server that hangs does not answer a close frame.
CLOSE_SECONDS = 2.0

# How long a frame waits for room: a server that sends but does not read would hold the reading up with its pings.
SEND_SECONDS = 10.0

TEXT = aiohttp.WSMsgType.TEXT


async def open_websocket(session: aiohttp.ClientSession, url: URL, **options: Any) -> aiohttp.ClientWebSocketResponse:
    """Open a WebSocket as `session.ws_connect` does, but follow no redirect.

    aiohttp follows redirects of a WebSocket handshake and offers no way not to: the path, the query
    and the headers, and with them a token, would go to whatever host the answer names. Only a
    session's middleware can refuse them, and Home Assistant's session is not ours: one of our own,
    over the same connections, makes the handshake and is not needed afterwards.

    Raises aiohttp.WSServerHandshakeError with the redirect's status, and what `ws_connect` raises.
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
    """Reads and writes the frames of an open WebSocket, and notices when its other end has gone.

    Use it with `async with`, which closes the WebSocket; `async for` gives its frames until the connection is
    lost. The WebSocket is opened with `autoping=False`: pings are answered here, and count as a sign of life.
    """

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        dropped: DropCounter,
        *,
        idle: float,
        ask: Callable[[], Awaitable[object]] | None = None,
        always: bool = False,
        binary: bool = False,
    ) -> None:
        """Initialize with an open WebSocket.

        An other end that was silent for `idle` seconds is asked for a sign of life (by a ping, or by `ask`)
        and has half as long to give one. `always` asks every `idle` seconds, whether it was silent or not.
        `binary` takes binary frames too; without it they are counted as dropped.
        """
        self._websocket = websocket
        # Only an open WebSocket gives it.
        self._transport_socket: socket.socket | None = websocket.get_extra_info("socket")
        self._dropped = dropped
        self._idle = idle
        self._ask = ask or websocket.ping
        self._always = always
        self._types = (TEXT, aiohttp.WSMsgType.BINARY) if binary else (TEXT,)
        self._is_alive = True
        self._is_given_up = False
        self._loop = asyncio.get_running_loop()
        self._slice_ends = 0.0
        self._heard_at = self._loop.time()
        self._keepalive = asyncio.create_task(self._keep_alive())

    async def __aenter__(self) -> Self:
        """Return the open socket."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the WebSocket."""
        await self.close()

    def __aiter__(self) -> Self:
        """Give the frames."""
        return self

    async def __anext__(self) -> str | bytes:
        """Return the next frame. Raises CannotConnect when the connection is lost."""
        return await self.receive()

    async def receive(self) -> str | bytes:
        """Return the next frame. Raises CannotConnect when the connection is lost."""
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
        """Send a text frame. Raises CannotConnect when the connection is lost."""
        try:
            await self._in_time(self._websocket.send_str(text))
        except aiohttp.ClientError, ConnectionError, RuntimeError:
            raise CannotConnect("the connection was lost") from None

    async def close(self) -> None:
        """End the connection. Harmless when it is over already."""
        self._keepalive.cancel()
        await asyncio.gather(self._keepalive, return_exceptions=True)
        try:
            # Who gives no sign of life does not answer a close frame either.
            async with asyncio.timeout(0 if self._is_given_up else CLOSE_SECONDS):
                await self._websocket.close()
        except TimeoutError:
            self._is_given_up = True
        if self._is_given_up:
            # What is still to be sent would keep the connection for as long as the other end reads nothing.
            self._cut()

    def _cut(self) -> None:
        """End the connection without a word."""
        if self._transport_socket is not None:
            with suppress(OSError):  # it is closed already
                self._transport_socket.shutdown(socket.SHUT_RDWR)

    async def _take_control(self, message: aiohttp.WSMessage) -> None:
        """Take a frame that carries nothing. Raises CannotConnect for what ends the connection."""
        if message.type is aiohttp.WSMsgType.PING:
            with suppress(aiohttp.ClientError, ConnectionError):  # the end is the next frame received
                await self._in_time(self._websocket.pong(message.data))
        elif message.type is aiohttp.WSMsgType.BINARY:
            self._dropped.add("binary frame")
        elif message.type is not aiohttp.WSMsgType.PONG:
            if message.type is aiohttp.WSMsgType.ERROR and not self._is_given_up:
                self._dropped.add("oversized or broken WebSocket frame")
            raise CannotConnect("no answer to a sign of life" if self._is_given_up else "the connection was lost")

    @staticmethod
    async def _in_time(sending: Awaitable[None]) -> None:
        """Send a frame. Raises CannotConnect when the other end does not read for SEND_SECONDS."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await sending
        except TimeoutError:
            raise CannotConnect("the other end does not read") from None
        except asyncio.CancelledError:
            # In aiohttp all frames wait for one future: the first that is given up cancels the others' waiting.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise CannotConnect("the other end does not read") from None

    async def _keep_alive(self) -> None:
        """Close the WebSocket when its other end gives no sign of life, so that `receive` ends."""
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
        """For how many seconds more the other end may be silent before it is asked."""
        return max(self._heard_at + self._idle - self._loop.time(), 0.0)

    async def _is_answered(self) -> bool:
        """Return True if the other end gave a sign of life in time.

        It is looked for several times: an event loop that was held up gets to read what has arrived.
        """
        for _ in range(LOOKS):
            await asyncio.sleep(self._idle / 2 / LOOKS)
            if self._is_alive:
                return True
        return False
