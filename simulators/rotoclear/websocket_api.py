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
    """A connected WebSocket with its outgoing messages."""

    def __init__(self, user: User, websocket: web.WebSocketResponse) -> None:
        """Initialize for a user."""
        self.user = user
        self.websocket = websocket
        self.outbox: asyncio.Queue[str | bytes] = asyncio.Queue()


class WebSocketApi:
    """Sends the whole state and then the changes to every client, and sets the variables that they send."""

    def __init__(self, simulator: RotoclearSimulator) -> None:
        """Initialize with the simulator."""
        self._simulator = simulator
        self.clients: set[Client] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a client until it disconnects."""
        user = self._simulator.http_api.user_of(request, header=False)
        if self._simulator.faults.get("websocket_refused"):
            raise web.HTTPServiceUnavailable
        # Pings are handled below, because a silent unit does not respond to them.
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
            pass  # disconnected during the response to a ping
        finally:
            self.clients.discard(client)
            sender.cancel()
        return websocket

    def send_changes(self, changed: Changed) -> None:
        """Send changed variables to every client that may read at least one of them."""
        for client in self.clients:
            self._put(client, changed)

    def send_raw(self, frame: str | bytes) -> None:
        """Send any frame to every client."""
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
        """Set the variables of a message in its order. The only response is the messages with their changes."""
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
