"""The cloud's WebSocket: tells everything that happens in a project. Nothing is ever sent to it.

Source: vendor page "Websockets API"; vendor-facts/instathings.md 5.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from ..push.errors import AuthFailed, CannotConnect, PushRefused
from ..push.websocket import open_websocket
from ..push.wire import MAX_FRAME_BYTES, Dropped, decode_json
from .models import CloudEvent
from .parse import parse_event

CONNECT_SECONDS = 15.0
# Nothing is said of pings; those of WebSocket itself show that a connection is dead, after this time twice.
# (Not aiohttp's own heartbeat: it leaves a timer behind when the connection is closed from here.)
SILENCE_SECONDS = 30.0


class CloudSocket:
    """An open connection: iterate over what happens until it raises CannotConnect."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, dropped: Dropped) -> None:
        """Take an open WebSocket; use `connect`."""
        self._websocket = websocket
        self._dropped = dropped

    async def receive(self) -> CloudEvent:
        """Return the next event. Raises CannotConnect when the connection is over."""
        while True:
            message = await self._next()
            if message.type is aiohttp.WSMsgType.TEXT:
                value = decode_json(message.data, self._dropped)
                event = parse_event(value, self._dropped) if value is not None else None
                if event is not None:
                    return event
            elif message.type is aiohttp.WSMsgType.PING:
                await self._answer(message.data)
            elif message.type not in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.PONG):
                raise CannotConnect("the connection was lost")

    async def _next(self) -> aiohttp.WSMessage:
        """Return the next frame of any kind; a silent server is asked once whether it is there."""
        try:
            return await self._websocket.receive(timeout=SILENCE_SECONDS)
        except TimeoutError:
            pass
        try:
            await self._websocket.ping()
            return await self._websocket.receive(timeout=SILENCE_SECONDS)
        except TimeoutError, aiohttp.ClientError, ConnectionError:
            raise CannotConnect("the cloud no longer answers") from None

    async def _answer(self, ping: bytes) -> None:
        try:
            await self._websocket.pong(ping)
        except aiohttp.ClientError, ConnectionError:
            raise CannotConnect("the connection was lost") from None


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession, url: URL, project: str, token: str, dropped: Dropped
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
    try:
        yield CloudSocket(websocket, dropped)
    finally:
        await websocket.close()
