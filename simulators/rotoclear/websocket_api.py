"""The WebSocket API (docs/protocol/rotoclear.md#websocket)."""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web
import orjson

from .unit import Changed
from .users import User

if TYPE_CHECKING:
    from .simulator import RotoclearSimulator


class Client:
    """One connected WebSocket and what is still to be sent to it."""

    def __init__(self, user: User, websocket: web.WebSocketResponse) -> None:
        """Serve a user."""
        self.user = user
        self.websocket = websocket
        self.outbox: asyncio.Queue[str | bytes] = asyncio.Queue()


class WebSocketApi:
    """Sends every client the whole state, then what changes; sets what they send."""

    def __init__(self, simulator: RotoclearSimulator) -> None:
        """Serve a simulator's unit."""
        self._simulator = simulator
        self.clients: set[Client] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until it leaves."""
        user = self._simulator.http_api.user_of(request, header=False)
        if self._simulator.faults.get("websocket_refused"):
            raise web.HTTPServiceUnavailable
        # Pings are answered here, for a silent unit answers none.
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        self._simulator.track(websocket)
        self._simulator.record.add("connected", user=user.name)
        client = Client(user, websocket)
        self.clients.add(client)
        self._put(client, self._simulator.unit.snapshot())
        sender = asyncio.create_task(self._send(client))
        try:
            await self._receive(client)
        except ConnectionError:
            pass  # gone while a ping was answered
        finally:
            self.clients.discard(client)
            sender.cancel()
        return websocket

    def tell(self, changed: Changed) -> None:
        """Send changed variables to every client that may see one of them."""
        for client in self.clients:
            self._put(client, changed)

    def send_raw(self, frame: str | bytes) -> None:
        """Send something that need not be a state message to every client."""
        for client in self.clients:
            client.outbox.put_nowait(frame)

    def _put(self, client: Client, values: Changed) -> None:
        if visible := {key: value for key, value in values.items() if client.user.may_read(key)}:
            client.outbox.put_nowait(self._simulator.encode(visible))

    async def _send(self, client: Client) -> None:
        while True:
            frame = await client.outbox.get()
            await self._simulator.loud.wait()
            if delay := self._simulator.faults.get("delay"):
                await asyncio.sleep(float(delay))
            try:
                if isinstance(frame, bytes):
                    await client.websocket.send_bytes(frame)
                else:
                    await client.websocket.send_str(frame)
            except ConnectionError:
                return

    async def _receive(self, client: Client) -> None:
        async for message in client.websocket:
            await self._simulator.loud.wait()
            if message.type is WSMsgType.PING:
                await client.websocket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._set(client.user, message.data)

    def _set(self, user: User, text: str) -> None:
        """Set what one message asks for, in its order; nothing answers but the changes themselves."""
        try:
            body = orjson.loads(text)
        except orjson.JSONDecodeError:
            body = None
        self._simulator.record.add("message", user=user.name, body=body)
        if not isinstance(body, dict):
            return
        for key, value in body.items():
            if user.may_write(key):
                self._simulator.write(user, key, value, "websocket")
        self._simulator.unit.publish()
