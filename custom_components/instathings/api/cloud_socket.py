"""The cloud's WebSocket: tells everything that happens in a project. Nothing is ever sent to it.

Source: vendor page "Websockets API"; vendor-facts/instathings.md 5.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from ..push.errors import AuthFailed, CannotConnect, PushRefused
from ..push.wire import MAX_FRAME_BYTES, Dropped, decode_json
from .models import CloudEvent
from .parse import parse_event

CONNECT_SECONDS = 15.0
# Nothing is said of pings; those of WebSocket itself show within this time that a connection is dead.
HEARTBEAT_SECONDS = 30.0


class CloudSocket:
    """An open connection: iterate over what happens until it raises CannotConnect."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, dropped: Dropped) -> None:
        """Take an open WebSocket; use `connect`."""
        self._websocket = websocket
        self._dropped = dropped

    async def receive(self) -> CloudEvent:
        """Return the next event. Raises CannotConnect when the connection is over."""
        while True:
            message = await self._websocket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                value = decode_json(message.data, self._dropped)
                event = parse_event(value, self._dropped) if value is not None else None
                if event is not None:
                    return event
            elif message.type is not aiohttp.WSMsgType.BINARY:
                raise CannotConnect("the connection was lost")


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession, url: URL, project: str, token: str, dropped: Dropped
) -> AsyncIterator[CloudSocket]:
    """Open the WebSocket of a project and close it afterwards.

    Raises AuthFailed when the token is refused, PushRefused, CannotConnect.
    """
    try:
        websocket = await session.ws_connect(
            url.update_query(project=project, access_token=token),
            timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            heartbeat=HEARTBEAT_SECONDS,
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
