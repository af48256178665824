"""Opening a WebSocket: redirects are not followed."""

from collections.abc import AsyncGenerator

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from common.client.wire import open_websocket


class Host:
    """A server that accepts or redirects the handshake, and records its requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None]] = []
        self.redirect_to: URL | None = None
        self.status = 302

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.path_qs, request.headers.get("User-Agent")))
        if self.redirect_to is not None:
            return web.Response(status=self.status, headers={"Location": f"{self.redirect_to}{request.path_qs}"})
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for message in websocket:
            await websocket.send_str(message.data)
        return websocket


async def serve(host: Host) -> TestServer:
    application = web.Application()
    application.router.add_get("/{path:.*}", host.answer)
    server = TestServer(application)
    await server.start_server()
    return server


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"User-Agent": "tester"}) as session:
        yield session


async def test_a_websocket_works_after_its_handshake(session: aiohttp.ClientSession) -> None:
    host = Host()
    server = await serve(host)
    websocket = await open_websocket(session, server.make_url("/api?token=secret"), max_msg_size=1000)
    for text in ("one", "two"):
        await websocket.send_str(text)
        assert (await websocket.receive(timeout=2)).data == text
    await websocket.close()
    assert host.requests == [("/api?token=secret", "tester")]
    assert not session.closed
    async with session.get(server.make_url("/later")) as response:
        assert response.status == 400  # it is not a handshake, but the session still works
    await server.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirected_handshake_fails_and_is_not_followed(session: aiohttp.ClientSession, status: int) -> None:
    other, host = Host(), Host()
    other_server, server = await serve(other), await serve(host)
    host.redirect_to, host.status = other_server.make_url("").origin(), status
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await open_websocket(session, server.make_url("/api?token=secret"))
    assert refused.value.status == status
    assert other.requests == []
    await server.close()
    await other_server.close()


async def test_a_closed_session_opens_no_websocket() -> None:
    session = aiohttp.ClientSession()
    await session.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await open_websocket(session, URL("http://127.0.0.1:1"))
