"""The web servers of the unit: HTTP API, WebSocket API and camera stream."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any, Self, override

from aiohttp import web
import orjson

from ..kit import Simulator
from .camera import Camera
from .certificate import Certificate, self_signed
from .commands import COMMANDS
from .derived import status
from .garbage import GARBAGE, wrong_type
from .http_api import HttpApi
from .live import Drift, record_time
from .rtsp import RtspServer
from .streams import Streams
from .unit import Changed, Unit
from .users import API_USER, User, Users
from .websocket_api import WebSocketApi

TICK = 1.0
TOKEN = "demo-token"
ADMIN_PASSWORD = "demo-admin"
# The response to a write has to be sent before its server is moved or closed.
MOVE_AFTER = 0.1
SERVERS = ("http", "https")


class RotoclearSimulator(Simulator):
    """Rotoclear C2: camera control unit with two heads."""

    name = "rotoclear"
    fault_names = {
        "websocket_refused": "respond to the WebSocket upgrade with 503, and to HTTP as usual",
        "garbage": "send invalid JSON and invalid JPEG",
        "wrong_types": "send all values with a wrong type",
    }

    def __init__(
        self,
        *,
        token: str = TOKEN,
        admin_password: str = ADMIN_PASSWORD,
        mac: str = "00:15:5D:C2:00:01",
        https_port: int = 0,
        live: float = 0,
    ) -> None:
        """Initialize a unit that does not listen yet.

        `live` is the speed of its clock relative to real time. With 0, only a running recording and Visual Backup
        change spontaneously.
        """
        super().__init__()
        self.live = live
        self.mac = mac
        self.users = Users(token, admin_password)
        self.certificate: Certificate = self_signed("rotoclear")
        self.ports = {"http": 0, "https": https_port}
        self._host = "127.0.0.1"
        self._listening: dict[str, int] = {}
        self._is_on = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._drift = Drift()
        self.loud = asyncio.Event()
        self.loud.set()
        self._arranging = asyncio.Lock()
        self.websocket_api = WebSocketApi(self)
        self.http_api = HttpApi(self)
        self.streams = Streams(self)
        self.rtsp = RtspServer(self)
        self._switch_on()

    def _switch_on(self) -> None:
        self.unit = Unit(self.mac, live=bool(self.live))
        self.unit.on_change = self._changed
        self.unit.values["httpsCertificate"] = self.certificate.description
        self.camera = Camera(self.unit)

    # Servers ------------------------------------------------------------------------------------

    @override
    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/api", self._api)
        application.router.add_post("/api", self.http_api.post)
        application.router.add_get("/camera.jpeg", self.streams.jpeg)
        application.router.add_get("/camera.mjpeg", self.streams.mjpeg)
        return application

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self.websocket_api.serve(request)
        return await self.http_api.get(request)

    @property
    def https_port(self) -> int:
        """The port of HTTPS, 0 while it is closed."""
        return self._listening.get("https", 0)

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        """Listen for HTTP on `port` and for HTTPS on the port of the options; return the HTTP port."""
        self._host = host
        self.ports["http"] = port or self.ports["http"]
        await self._open_all()
        self._is_on = True
        self._run(self._clock())
        return self.port

    @override
    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        self._listening.clear()
        self.drop_connections()
        await self.rtsp.stop()
        await super().stop()

    async def power_off(self) -> None:
        """Abort all connections and close the servers, except for the control port."""
        self._is_on = False
        for listener in self._listeners.values():
            await listener.refuse()
        self.drop_connections()
        for server in list(self._listening):
            await self._close(server)
        await self.rtsp.stop()

    async def power_on(self, **values: Any) -> None:
        """Start again on the same ports, with the initial state and the given values."""
        self._switch_on()
        await self._open_all()
        self._is_on = True
        self.unit.change(values)

    async def _open_all(self) -> None:
        for server in SERVERS:
            await self._open(server, self.ports[server])
            self.unit.values[f"{server}Port"] = self.ports[server] = self._listening[server]
            self.unit.values[f"{server}Status"] = status(running=True, port=self.ports[server])
        self.port = self.ports["http"]
        self.unit.values["connectionUrls"] = {
            server: [f"{server}://{name}:{self.ports[server]}" for name in ("rotoclear.local", "192.168.10.42")]
            for server in SERVERS
        }
        self.unit.publish()

    async def _open(self, server: str, port: int) -> None:
        context = self.certificate.context if server == "https" else None
        self._listening[server] = await super().start(port, self._host, context)

    async def _close(self, server: str) -> None:
        if port := self._listening.pop(server, None):
            await self.stop_port(port)

    async def _arrange_servers(self) -> None:
        """Start, stop or move the servers according to the settings, after the response to the write."""
        await asyncio.sleep(MOVE_AFTER)
        async with self._arranging:
            if not self._is_on:
                return
            for server in SERVERS:
                await self._arrange(server)
            self.unit.rtsp_error = await self.rtsp.arrange(self._host)
        self.unit.publish()

    async def _arrange(self, server: str) -> None:
        wanted = self.unit.values[f"{server}Port"] if self.unit.values[f"{server}On"] else None
        error = ""
        if self._listening.get(server) != wanted:
            await self._close(server)
            if wanted is not None:
                try:
                    await self._open(server, wanted)
                except OSError as problem:
                    error = problem.strerror or "unknown"
        port = self.unit.values[f"{server}Port"]
        self.ports[server] = port
        self.unit.values[f"{server}Status"] = status(running=server in self._listening, port=port, error=error)

    # Reading and writing ------------------------------------------------------------------------

    def write(self, user: User, key: str, value: Any, way: str) -> Any:
        """Set a variable for a client, record the write, and return the new value."""
        answer = self.unit.write(key, value)
        self.record.add("write", key=key, value=value, answer=answer, user=user.name, way=way)
        return answer

    def encode(self, values: dict[str, Any]) -> str:
        """Return values as JSON of the unit, or invalid data with a fault."""
        if self.faults.get("garbage"):
            return GARBAGE
        if self.faults.get("wrong_types"):
            values = {key: wrong_type(value) for key, value in values.items()}
        return orjson.dumps(values).decode()

    # Changes -------------------------------------------------------------------------------

    def _changed(self, changed: Changed) -> None:
        self.websocket_api.send_changes(changed)
        if any(f"{server}{what}" in changed for server in (*SERVERS, "rtsp") for what in ("On", "Port")):
            self._run(self._arrange_servers())

    async def _clock(self) -> None:
        """Advance a running recording, and with live values also the other variables."""
        while True:
            await asyncio.sleep(TICK / (self.live or 1))
            self.elapse(TICK)

    def elapse(self, seconds: float) -> None:
        """Advance the unit by some seconds at once."""
        record_time(self.unit, seconds)
        if self.live:
            self._drift.step(self.unit, seconds)
        self.unit.publish()

    def _run(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @override
    def set_fault(self, name: str, value: Any = True) -> None:
        super().set_fault(name, value)
        if self.faults.get("silent"):
            self.loud.clear()
        else:
            self.loud.set()

    # Commands and state -----------------------------------------------------------------------

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        """Run one of `commands.COMMANDS`."""
        if name not in COMMANDS:
            raise ValueError(f"{self.name} has no command {name}")
        return COMMANDS[name](self, **parameters)

    @override
    def state(self) -> Any:
        """Return the readable variables, and the numbers of drawn frames and viewers."""
        return {
            **self.unit.snapshot(),
            "simulator": {
                "viewers": self.camera.viewers,
                "rtsp_viewers": self.rtsp.viewers,
                "encoded": self.camera.encoded,
                "websockets": len(self.websockets),
                "pictures": self.unit.pictures,
                "tags": self.unit.tags,
                "https_port": self.https_port,
                "fingerprint": self.certificate.fingerprint,
            },
        }

    @override
    def login(self, at: str) -> Mapping[str, str]:
        return {"user": API_USER, "API token": self.users[API_USER].password}

    @override
    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the options of the unit."""
        parser.add_argument("--https-port", type=int, default=0, help="port of the self-signed HTTPS server")
        parser.add_argument("--token", default=TOKEN, help="token, the password of API-User (default: %(default)s)")
        parser.add_argument("--admin-password", default=ADMIN_PASSWORD, help="password of admin")
        parser.add_argument("--mac", default="00:15:5D:C2:00:01", help="MAC address")
        parser.add_argument("--live", type=float, default=1.0, help="speed of drifting values, 0 for none")

    @override
    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Return a unit with the options."""
        return cls(
            token=options.token,
            admin_password=options.admin_password,
            mac=options.mac,
            https_port=options.https_port,
            live=options.live,
        )
