"""The cloud's WebSocket: tells everything that happens in a project. Nothing is ever sent to it.

Source: docs/protocol/instathings.md#cloud-websocket.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, PushRefused
from ..common.client.websocket import open_websocket
from ..common.client.wire import MAX_FRAME_BYTES, DropCounter, decode_json
from .models import CloudEvent, TakeReading
from .parse import parse_event

CONNECT_SECONDS = 15.0
# The vendor documents no pings. The WebSocket's own show that a connection is dead, after twice this time.
# (Not aiohttp's own heartbeat: it leaves a timer behind when the connection is closed from here.)
SILENCE_SECONDS = 30.0

TEXT = aiohttp.WSMsgType.TEXT


class CloudSocket:
    """An open connection: `follow` what happens until it raises CannotConnect."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, dropped: DropCounter) -> None:
        """Take an open WebSocket; use `connect`."""
        self._websocket = websocket
        self._dropped = dropped
        self._heard_at = monotonic()
        self._watching = asyncio.create_task(self._watch())

    async def follow(self, take_reading: TakeReading, take_event: Callable[[CloudEvent], None]) -> None:
        """Hand on readings and all else until the connection is over. Raises CannotConnect then."""
        receive, dropped = self._websocket.receive, self._dropped
        while True:
            message = await receive()
            self._heard_at = monotonic()
            if message.type is not TEXT:
                await self._take_other(message)
                continue
            value = decode_json(message.data, dropped)
            if value is not None and (event := parse_event(value, dropped, take_reading)) is not None:
                take_event(event)

    async def close(self) -> None:
        """End the connection. Harmless when it is over already."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        await self._websocket.close()

    async def _watch(self) -> None:
        """Ask a silent server once whether it is there; close the socket, and end, when it does not answer.

        A timer for every frame would cost more than the rest of reading it.
        """
        asked_at = 0.0
        while asked_at <= self._heard_at or monotonic() < asked_at + SILENCE_SECONDS:
            if asked_at > self._heard_at:
                await asyncio.sleep(asked_at + SILENCE_SECONDS - monotonic())
            elif (left := self._heard_at + SILENCE_SECONDS - monotonic()) > 0:
                await asyncio.sleep(left)
            else:
                asked_at = monotonic()
                with suppress(aiohttp.ClientError, ConnectionError):
                    await self._websocket.ping()
        await self._websocket.close()

    async def _take_other(self, message: aiohttp.WSMessage) -> None:
        """Answer a ping and pass over what carries nothing. Raises CannotConnect for what ends the connection."""
        if message.type is aiohttp.WSMsgType.PING:
            try:
                await self._websocket.pong(message.data)
            except aiohttp.ClientError, ConnectionError:
                raise CannotConnect("the connection was lost") from None
        elif self._watching.done():
            raise CannotConnect("the cloud no longer answers")
        elif message.type not in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.PONG):
            raise CannotConnect("the connection was lost")


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession, url: URL, project: str, token: str, dropped: DropCounter
) -> AsyncIterator[CloudSocket]:
    """Open the WebSocket of a project and close it afterwards.

    Raises AuthFailed when the token is refused, PushRefused, CannotConnect.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            websocket = await open_websocket(
                session,
                url.update_query(project=project, access_token=token),
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
                autoping=False,
                max_msg_size=MAX_FRAME_BYTES,
                ssl=True,
            )
    except aiohttp.WSServerHandshakeError as error:
        if error.status in (401, 403):
            raise AuthFailed("the cloud refused the token for its WebSocket") from None
        raise PushRefused(f"the cloud refused the WebSocket with status {error.status}") from None
    except TimeoutError, aiohttp.ClientError:
        raise CannotConnect("the cloud's WebSocket cannot be reached") from None
    socket = CloudSocket(websocket, dropped)
    try:
        yield socket
    finally:
        await socket.close()
