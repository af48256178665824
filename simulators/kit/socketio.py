"""A Socket.IO 2 server (python-socketio 4) with the ping times of the simulated servers.

socket.io 2 sends both ping times to the client, and closes the connection after `ping_interval + ping_timeout` seconds
without a ping. python-engineio has other rules, which are overridden here.
"""

from typing import Any, override

from aiohttp import web
import engineio
import socketio


async def script(_request: web.Request) -> web.Response:
    """Return a replacement for the JavaScript client of real servers, which is not part of this project."""
    return web.Response(text="/* the Socket.IO client */", content_type="application/javascript")


class _Clients(socketio.AsyncManager):
    """The connected clients."""

    @override
    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | None = None,
        skip_sid: Any = None,
        callback: Any = None,
        **kwargs: Any,
    ) -> None:
        """Send an event to each client. The overridden method fails since Python 3.11."""
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        if room not in self.rooms.get(namespace, ()):
            return
        for sid in list(self.get_participants(namespace, room)):
            if sid not in skipped:
                number = self._generate_ack_id(sid, namespace, callback) if callback else None
                await self.server._emit_internal(sid, event, data, namespace, number)


class _Engine(engineio.AsyncServer):
    """An Engine.IO server with the ping times of the simulated server."""

    def __init__(self, *, ping_interval: float, ping_timeout: float, **options: Any) -> None:
        """Initialize with both times in seconds; python-engineio closes after its `ping_timeout` without a ping."""
        self._told_timeout = ping_timeout
        super().__init__(
            ping_interval=(ping_interval, ping_timeout),
            ping_timeout=ping_interval + ping_timeout,
            monitor_clients=False,
            **options,
        )

    @override
    async def _trigger_event(self, event: str, *arguments: Any, **options: Any) -> Any:
        """Correct the ping timeout in the open packet, the only pending packet when a client connects."""
        if event == "connect":
            queue = self.sockets[arguments[0]].queue
            opening = queue.get_nowait()
            queue.task_done()
            opening.data["pingTimeout"] = round(self._told_timeout * 1000)
            queue.put_nowait(opening)
        return await super()._trigger_event(event, *arguments, **options)


class SocketIOServer(socketio.AsyncServer):
    """A Socket.IO 2 server; `on`, `emit` and `disconnect` are those of python-socketio."""

    def __init__(
        self,
        application: web.Application,
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        path: str = "socket.io",
    ) -> None:
        """Serve below `path` of the application. Times are in seconds."""
        super().__init__(
            client_manager=_Clients(),
            async_mode="aiohttp",
            cors_allowed_origins="*",
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
        )
        self.attach(application, path)

    @property
    def clients(self) -> list[str]:
        """The session ids of the connected clients."""
        return list(self.manager.rooms.get("/", {}).get(None, {}))

    @override
    def _engineio_server_class(self) -> type[engineio.AsyncServer]:
        return _Engine
