"""The base class of simulators: one or more HTTP servers with faults, and a control port.

The control port has `POST /fault` {name: value}, `POST /command` {"name": .., ..parameters}, `GET /record?kind=..` and
`GET /state`. It is a separate port, so that the simulated server has only the paths of the real one.
"""

from abc import ABC, abstractmethod
import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
from typing import Any, ClassVar, Self
import weakref

from aiohttp import web

from .listener import Listener
from .ports import free_port
from .record import Record

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# The faults of all simulators; `fault_names` of a vendor adds others.
COMMON_FAULTS = {
    "delay": "seconds before every response",
    "silent": "accept requests and never respond",
    "unplugged": "abort all open and new connections",
    "status": "respond to every request with this HTTP status",
    "unauthorized": "refuse all credentials",
}


class Simulator(ABC):
    """A simulated device or cloud."""

    name: ClassVar[str]
    fault_names: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        """Initialize a simulator that does not listen yet."""
        self.record = Record()
        self.faults: dict[str, Any] = {}
        self.port = 0
        self.control_port = 0
        self._listeners: dict[int, Listener] = {}
        self._control: Listener | None = None
        self._websockets: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()

    # What a vendor implements -------------------------------------------------------------------

    @abstractmethod
    def application(self) -> web.Application:
        """Return the routes of the simulated server."""

    def command(self, name: str, /, **parameters: Any) -> Any:
        """Simulate an outside influence on the device, such as a person, a machine or the weather."""
        raise ValueError(f"{self.name} has no command {name}")

    def state(self) -> Any:
        """Return the state of the device, for the control port and for tests."""
        return {}

    def login(self, at: str) -> Mapping[str, str]:
        """Return the input for the integration's form, by the labels of its fields, without host and port.

        `at` is the address of the simulator as host:port.
        """
        return {}

    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the vendor's command line options."""

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Return a simulator with the vendor's command line options."""
        return cls()

    # Start and stop ---------------------------------------------------------------------------------------

    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        """Start to listen, on a free port by default, and return the port."""
        application = self.application()
        application.middlewares.insert(0, self._with_faults)
        # No access log: it would contain the credentials in URLs.
        runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        port = port or free_port(host)
        self._listeners[port] = listener = Listener(runner, (host, port), ssl_context)
        await listener.start()
        self.port = self.port or port
        return port

    async def start_control(self, port: int = 0) -> int:
        """Start the control port, on a free port by default, and return the port."""
        application = web.Application()
        application.router.add_post("/fault", self._control_fault)
        application.router.add_post("/command", self._control_command)
        application.router.add_get("/record", self._control_record)
        application.router.add_get("/state", self._control_state)
        self.control_port = port or free_port("127.0.0.1")
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        self._control = Listener(runner, ("127.0.0.1", self.control_port))
        await self._control.start()
        return self.control_port

    async def stop(self) -> None:
        """Close all ports. The simulator can be started again."""
        listeners, self._listeners = self._listeners, {}
        self.port = 0
        for listener in listeners.values():
            await listener.stop()
        if self._control is not None:
            control, self._control = self._control, None
            await control.stop()

    async def stop_port(self, port: int) -> None:
        """Close one of several ports."""
        if listener := self._listeners.pop(port, None):
            await listener.stop()

    def drop_connections(self) -> None:
        """Abort all connections, without a closing handshake of WebSockets."""
        for listener in self._listeners.values():
            server = listener.runner.server
            for connection in list(server.connections) if server else []:
                if connection.transport is not None:
                    connection.transport.abort()

    @property
    def websockets(self) -> list[web.WebSocketResponse]:
        """The open WebSockets."""
        return [websocket for websocket in self._websockets if not websocket.closed]

    def track(self, websocket: web.WebSocketResponse) -> None:
        """Add a WebSocket to `websockets`."""
        self._websockets.add(websocket)

    def set_fault(self, name: str, value: Any = True) -> None:
        """Switch a fault on, or off if the value is false."""
        if name not in COMMON_FAULTS and name not in self.fault_names:
            raise ValueError(f"{self.name} has no fault {name}")
        if value:
            self.faults[name] = value
        else:
            self.faults.pop(name, None)
        if self.faults.get("unplugged"):
            self.drop_connections()

    @web.middleware
    async def _with_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.faults.get("unplugged"):
            self.drop_connections()
            # Never sent, because the connection is closed.
            return web.Response(status=503)
        if self.faults.get("silent"):
            # aiohttp does not cancel a handler when the client disconnects.
            while request.transport is not None:
                await asyncio.sleep(0.05)
        if delay := self.faults.get("delay"):
            await asyncio.sleep(float(delay))
        if status := self.faults.get("status"):
            return web.Response(status=int(status), text="fault")
        return await handler(request)

    # Control ------------------------------------------------------------------------------------

    async def _control_fault(self, request: web.Request) -> web.Response:
        for name, value in (await request.json()).items():
            if name == "drop":
                self.drop_connections()
            else:
                self.set_fault(name, value)
        return web.json_response(self.faults)

    async def _control_command(self, request: web.Request) -> web.Response:
        parameters = await request.json()
        result = self.command(parameters.pop("name"), **parameters)
        if asyncio.iscoroutine(result):
            result = await result
        return web.json_response({"result": result})

    async def _control_record(self, request: web.Request) -> web.Response:
        kind = request.query.get("kind")
        entries = self.record.of(kind) if kind else self.record.all()
        return web.json_response(entries, dumps=_dumps)

    async def _control_state(self, _request: web.Request) -> web.Response:
        return web.json_response(self.state(), dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, default=str)
