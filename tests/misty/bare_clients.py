"""Clients for the tests of the simulator, which do not use the code of the integration."""

import asyncio
from typing import Any

import aiohttp

from simulators.misty import MistySimulator


class Robot:
    """A client for HTTP requests."""

    def __init__(self, simulator: MistySimulator, session: aiohttp.ClientSession) -> None:
        self.base = f"http://127.0.0.1:{simulator.port}"
        self.session = session

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        async with self.session.request(method, f"{self.base}/api/{path}", json=body or None) as response:
            if response.content_type != "application/json":
                return response.status, await response.read()
            return response.status, await response.json()

    async def result(self, path: str, **body: Any) -> Any:
        status, answer = await self("GET", path, **body)
        assert status == 200, answer
        return answer["result"]


class Listener:
    """A client for events over a WebSocket."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket

    async def subscribe(self, event_type: str, name: str = "x", **fields: Any) -> str:
        await self.websocket.send_json({"Operation": "subscribe", "Type": event_type, "EventName": name, **fields})
        return str((await self.next())["message"])

    async def next(self, seconds: float = 3.0) -> Any:
        async with asyncio.timeout(seconds):
            return await self.websocket.receive_json()

    async def silent(self, seconds: float = 0.3) -> bool:
        try:
            await self.next(seconds)
        except TimeoutError:
            return True
        return False
