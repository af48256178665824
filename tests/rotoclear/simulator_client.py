"""A client for the tests of the Rotoclear simulator, over real sockets."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from simulators.rotoclear import SIMULATOR, RotoclearSimulator

TOKEN = "t+k/e n&1"


class Client:
    """Sends requests to the simulator and opens WebSockets."""

    def __init__(self, session: aiohttp.ClientSession, simulator: RotoclearSimulator) -> None:
        self.session = session
        self.simulator = simulator
        self.websockets: list[aiohttp.ClientWebSocketResponse] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.simulator.ports['http']}/api"

    async def get(self, **query: str) -> dict[str, Any]:
        async with self.session.get(self.url, params={"token": TOKEN, **query}) as answer:
            assert answer.status == 200
            assert answer.content_type == "application/json"
            body: dict[str, Any] = await answer.json()
            return body

    async def post(self, sent: object) -> dict[str, Any]:
        async with self.session.post(self.url, params={"token": TOKEN}, json=sent) as answer:
            assert answer.status == 200
            body: dict[str, Any] = await answer.json()
            return body

    async def status(self, query: dict[str, str], headers: dict[str, str] | None = None) -> int:
        async with self.session.get(self.url, params=query, headers=headers) as answer:
            return answer.status

    async def connect(self, **query: str) -> aiohttp.ClientWebSocketResponse:
        return await self.open(self.url, query)

    async def open(
        self, url: str, query: dict[str, str] | None = None, **options: Any
    ) -> aiohttp.ClientWebSocketResponse:
        websocket: aiohttp.ClientWebSocketResponse = await self.session.ws_connect(
            url, params=query or {"token": TOKEN}, **options
        )
        self.websockets.append(websocket)
        return websocket


@asynccontextmanager
async def simulator_client(**options: Any) -> AsyncGenerator[Client]:
    """Run a simulator and return a client for it."""
    simulator = SIMULATOR(token=TOKEN, admin_password="secret", **options)
    await simulator.start()
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            client = Client(session, simulator)
            yield client
            simulator.set_fault("silent", False)
            for websocket in client.websockets:
                await websocket.close()
    finally:
        await simulator.stop()
