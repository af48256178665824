"""Opens a WebSocket at the address it was asked for, and nowhere else."""

from typing import Any

import aiohttp
from yarl import URL


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
        websocket: aiohttp.ClientWebSocketResponse = await handshake.ws_connect(url, **options)
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
