"""The faults of all simulators."""

from collections.abc import AsyncIterator
from typing import override

import aiohttp
from aiohttp import web
import pytest

from simulators.kit import Simulator


class Clock(Simulator):
    """A simulator that counts its requests and accepts a WebSocket."""

    name = "clock"

    def __init__(self) -> None:
        """Initialize without requests."""
        super().__init__()
        self.requests = 0

    @override
    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/", self._answer)
        application.router.add_get("/socket", self._socket)
        return application

    async def _answer(self, _request: web.Request) -> web.Response:
        self.requests += 1
        return web.Response(text="now")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for _ in websocket:
            pass
        return websocket


@pytest.fixture
async def clock() -> AsyncIterator[Clock]:
    """Return a running simulator."""
    simulator = Clock()
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_an_unplugged_simulator_closes_and_refuses_connections(clock: Clock) -> None:
    """Requests have no effect until it is plugged in again."""
    url = f"http://127.0.0.1:{clock.port}"
    async with aiohttp.ClientSession() as session:
        websocket = await session.ws_connect(f"{url}/socket")
        clock.set_fault("unplugged")
        assert (await websocket.receive(5)).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE)
        for _ in range(2):
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get(url)
        assert clock.requests == 0
        clock.set_fault("unplugged", False)
        async with session.get(url) as response:
            assert await response.text() == "now"
        assert clock.requests == 1
