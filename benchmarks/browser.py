"""A client of Home Assistant's WebSocket API that subscribes to all states and calls actions, like the frontend."""

import asyncio
import itertools
import time
from typing import Any, Self

import aiohttp
import orjson

TIMEOUT_SECONDS = 10


class Browser:
    """One connection to the WebSocket API."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Initialize; use `open`."""
        self._websocket = websocket
        self._numbers = itertools.count(1)
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self._wanted: str | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, client: aiohttp.ClientSession, port: int, token: str) -> Self:
        """Log in and subscribe to all states."""
        websocket = await client.ws_connect(f"http://127.0.0.1:{port}/api/websocket", max_msg_size=0)
        await websocket.receive_json()
        await websocket.send_json({"type": "auth", "access_token": token})
        answer = await websocket.receive_json()
        if answer["type"] != "auth_ok":
            raise RuntimeError(f"Home Assistant answered {answer}")
        browser = cls(websocket)
        await browser._send(type="supported_features", features={"coalesce_messages": 1})
        await browser._send(type="subscribe_entities")
        return browser

    def change_of(self, entity_id: str, state: str | None = None) -> asyncio.Future[float]:
        """Return a future with the time at which the next change of an entity is received, or its change to `state`."""
        self._wanted = state
        self._awaited[entity_id] = future = asyncio.get_running_loop().create_future()
        return future

    async def call(self, action: str, data: dict[str, Any]) -> None:
        """Call an action; do not wait for the response."""
        domain, _, service = action.partition(".")
        await self._send(type="call_service", domain=domain, service=service, service_data=data)

    async def close(self) -> None:
        """Close the connection."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._websocket.close()

    async def _send(self, **message: Any) -> None:
        await self._websocket.send_json({"id": next(self._numbers), **message})

    async def _read(self) -> None:
        async for frame in self._websocket:
            moment = time.perf_counter()
            # Other messages are not decoded, so that this process is fast enough.
            if any(entity_id in frame.data for entity_id in self._awaited):
                messages = orjson.loads(frame.data)
                for message in messages if isinstance(messages, list) else [messages]:
                    self._take(message.get("event") or {}, moment)

    def _take(self, event: dict[str, Any], moment: float) -> None:
        new = event.get("a") or {}
        changed = {entity_id: change.get("+", {}) for entity_id, change in (event.get("c") or {}).items()}
        for entity_id, change in {**new, **changed}.items():
            if entity_id not in self._awaited or "s" not in change:
                continue
            if self._wanted in (None, change["s"]):
                future = self._awaited.pop(entity_id)
                if not future.done():
                    future.set_result(moment)
