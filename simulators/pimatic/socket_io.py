"""The Socket.IO 2 server: python-socketio 4 with the behavior of pimatic (docs/protocol/pimatic.md#connection).

It overrides the broadcast, which passes coroutines to asyncio.wait, and differs from the library in three points: the
initial events are sent after the response to the handshake, not within it; a refusal is an error packet, after which
the connection stays open; acknowledgements are never sent.
"""

import asyncio
from collections.abc import Callable
import logging
from typing import Any, Protocol, override

import socketio
from socketio.asyncio_manager import AsyncManager
from socketio.packet import CONNECT, ERROR, Packet

# By default, the library logs every packet.
_LOGGER = logging.getLogger(__name__)
_LOGGER.setLevel(logging.ERROR)

# The seconds that a real server announces; it closes a connection after their sum without a ping
# (docs/protocol/pimatic.md#keepalive).
PING_INTERVAL, PING_TIMEOUT = 25, 60


def announced(body: bytes) -> bytes:
    """Return an open packet with the ping timeout of a real server; the library has set the sum of both times."""
    return body.replace(
        b'"pingTimeout":%d' % ((PING_INTERVAL + PING_TIMEOUT) * 1000), b'"pingTimeout":%d' % (PING_TIMEOUT * 1000)
    )


class Server(Protocol):
    """The part of the simulator that the Socket.IO connections use."""

    def socket_user(self, environ: dict[str, Any]) -> tuple[str | None, str | None]:
        """Return the user who opened a socket, and the reason if it is refused."""

    def connected(self, sid: str, user: str | None) -> None:
        """Store the user of a socket."""

    def greeting(self, user: str | None) -> list[tuple[str, Any]]:
        """Return the initial events."""

    async def socket_call(self, sid: str, call: Any) -> dict[str, Any] | None:
        """Return the response to a call, if there is one."""


class Manager(AsyncManager):
    """Sends events to all clients, one after the other."""

    @override
    async def emit(self, event: str, data: Any, namespace: str, room: str | None = None, **_: Any) -> None:
        """Send an event to every client in a room."""
        for sid in list(self.get_participants(namespace, room)) if namespace in self.rooms else ():
            await self.server._emit_internal(sid, event, data, namespace, None)


class PimaticSocketIO(socketio.AsyncServer):
    """The server side of every Socket.IO connection."""

    def __init__(self, simulator: Server) -> None:
        """Initialize with the simulator. Both transports are supported."""
        super().__init__(
            client_manager=Manager(),
            async_mode="aiohttp",
            cookie="io",
            logger=_LOGGER,
            engineio_logger=_LOGGER,
            # The monitor is an endless task, and the time limits of the sockets are enough.
            monitor_clients=False,
            ping_interval=(PING_INTERVAL, PING_TIMEOUT),
            ping_timeout=PING_INTERVAL + PING_TIMEOUT,
            max_http_buffer_size=10**8,
            http_compression=False,
        )
        self._simulator = simulator
        self._tasks: set[asyncio.Task[None]] = set()
        self._outgoing: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._sending = False
        self.on("call", self._call)

    async def handle(self, request: Any) -> Any:
        """Handle a request to /socket.io/."""
        return await self.eio.handle_request(request)

    def broadcast(self, event: str, payload: Any) -> None:
        """Send an event to all clients, in the order of the calls."""
        self._outgoing.put_nowait((event, payload))
        if not self._sending:
            self._sending = True
            self.spawn(self._send_all)

    async def _send_all(self) -> None:
        while not self._outgoing.empty():
            await self.emit(*self._outgoing.get_nowait())
            self._outgoing.task_done()
        self._sending = False

    def spawn(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a coroutine in the background, and keep a reference to its task."""
        task = asyncio.get_running_loop().create_task(function(*arguments))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @override
    async def _handle_connect(self, sid: str, namespace: str | None) -> None:
        user, refusal = self._simulator.socket_user(self.environ[sid])
        self.spawn(self._send_initial_events, sid, user, refusal)

    async def _send_initial_events(self, sid: str, user: Any, refusal: str | None) -> None:
        """Send the initial events, or only an error packet for a refusal."""
        if refusal is not None:
            if refusal:
                await self._send_packet(sid, Packet(ERROR, data=refusal, namespace="/"))
            return
        self.manager.connect(sid, "/")
        self._simulator.connected(sid, user)
        await self._send_packet(sid, Packet(CONNECT, namespace="/"))
        for event, payload in self._simulator.greeting(user):
            await self._emit_internal(sid, event, payload, "/", None)

    @override
    async def _handle_event(self, sid: str, namespace: str | None, id: int | None, data: list[Any]) -> None:
        if self.manager.is_connected(sid, "/"):
            await super()._handle_event(sid, namespace, None, data)

    async def _call(self, sid: str, *arguments: Any) -> None:
        answer = await self._simulator.socket_call(sid, arguments[0] if arguments else None)
        await self._outgoing.join()
        if answer is not None:
            await self._emit_internal(sid, "callResult", answer, "/", None)

    async def close(self) -> None:
        """Remove all connections, as at the end of a process."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self.eio.sockets.values()):
            await socket.queue.put(None)
            socket.closed = True
        self.eio.sockets.clear()
