"""A WebSocket is opened where it was asked for, and nowhere else."""

from collections.abc import AsyncGenerator

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from common.client.wire import open_websocket


class Host:
    """A server that upgrades, or redirects the handshake, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.redirect_to: URL | None = None
        self.status = 302

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, request.headers.get("User-Agent")))
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


async def test_opens_and_outlives_its_handshake(session: aiohttp.ClientSession) -> None:
    host = Host()
    server = await serve(host)
    websocket = await open_websocket(session, server.make_url("/api?token=secret"), max_msg_size=1000)
    for text in ("one", "two"):
        await websocket.send_str(text)
        assert (await websocket.receive(timeout=2)).data == text
    await websocket.close()
    assert host.asked == [("/api?token=secret", "tester")]
    assert not session.closed
    async with session.get(server.make_url("/later")) as response:
        assert response.status == 400  # a handshake it is not, but the connections are still the session's
    await server.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirected_handshake_reaches_nobody_else(session: aiohttp.ClientSession, status: int) -> None:
    thief, host = Host(), Host()
    thief_server, server = await serve(thief), await serve(host)
    host.redirect_to, host.status = thief_server.make_url("").origin(), status
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await open_websocket(session, server.make_url("/api?token=secret"))
    assert refused.value.status == status
    assert thief.asked == []
    await server.close()
    await thief_server.close()


async def test_closed_session_opens_nothing() -> None:
    session = aiohttp.ClientSession()
    await session.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await open_websocket(session, URL("http://127.0.0.1:1"))
