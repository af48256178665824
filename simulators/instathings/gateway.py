"""An Instathings gateway on the local network, with the behavior of gate 1.9.1.

Derived from docs/protocol/instathings.md#gateway-web-server, docs/protocol/instathings.md#gateway-socketio,
docs/protocol/instathings.md#behaviour-of-a-real-gateway and recorded frames. The Socket.IO 2 server is that of
python-socketio.
"""

import argparse
import asyncio
from datetime import UTC, datetime
import time
from typing import Any, ClassVar, Self, override
from uuid import uuid4

from aiohttp import web

from simulators.kit import Simulator
from simulators.kit.server import Handler
from simulators.kit.socketio import SocketIOServer, script

from .devices import Gateway, Virtual
from .house import House
from .store import Row, Store


class GatewaySimulator(Simulator):
    """An Instathings gateway with the on-premise option enabled."""

    name = "instathings_gateway"
    fault_names: ClassVar[dict[str, str]] = {
        "database_down": "readings are lost, and the REST route fails after this number of seconds (true: 30)",
        "late": "seconds between storing and sending a reading",
        "mute": "send nothing and keep the connections",
    }

    def __init__(
        self,
        house: House | None = None,
        *,
        change_seconds: float = 0.0,
        history_hours: int = 0,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
    ) -> None:
        """Initialize with a house (a new one by default) and the ping times of Engine.IO.

        `change_seconds` is the time between spontaneous changes, 0 for none.
        """
        super().__init__()
        self.house = house or House()
        self.store = Store()
        self._change_seconds = change_seconds
        self._ping = (ping_interval, ping_timeout)
        self._host = "127.0.0.1"
        self._sending: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None
        self.sockets: SocketIOServer | None = None
        self.store.fill(self.house.things.values(), history_hours)
        for thing in self.house.things.values():
            if not isinstance(thing, Gateway | Virtual):
                self.store.add(thing.id, thing.reading())
        self.house.subscribe(self._on_payload)

    @override
    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=5.0, help="seconds between spontaneous changes; 0: none")
        parser.add_argument("--history-hours", type=int, default=72, help="readings stored before the start")

    @override
    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Self:
        return cls(change_seconds=options.rate, history_hours=options.history_hours)

    # Start and stop ---------------------------------------------------------------------------------------

    @override
    def application(self) -> web.Application:
        """Return the REST route and Socket.IO."""
        application = web.Application(middlewares=[_respond_like_express, self._adapt_engine])
        application.router.add_get("/device/v1/devices/{id}/data", self._data)
        application.router.add_get("/socket.io/socket.io.js", script)
        interval, timeout = self._ping
        self.sockets = SocketIOServer(application, ping_interval=interval, ping_timeout=timeout)
        self.sockets.on("connect", self._connected)
        return application

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        self._host = host
        self.house.start_changes(self._change_seconds)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())
        return await super().start(port, host, ssl_context)

    @override
    async def stop(self) -> None:
        await self.house.stop_changes()
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        await super().stop()

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        match name:
            case "change":
                return self.house.change(parameters["device"], parameters["payload"])
            case "send":
                return self.house.send(parameters["device"], parameters["payload"])
            case "resend":
                return self.house.send(parameters["device"])
            case "press":
                return self.house.press(parameters.get("device", "zbButton1"), parameters.get("click", "single"))
            case "ask":
                return self.house.ask(parameters["device"], parameters.get("sent", {}))
            case "exit":
                return self.exit(float(parameters.get("seconds", 1.0)))
            case "emit":
                return self._sending.put_nowait((parameters["event"], parameters["payload"]))
        return super().command(name, **parameters)

    @override
    def state(self) -> Any:
        return {
            "devices": {thing.id: thing.payload for thing in self.house.things.values()},
            "clients": len(self.sockets.clients) if self.sockets else 0,
        }

    async def exit(self, seconds: float) -> None:
        """Exit and start again, as the gate does when it reconnects to the cloud.

        Source: docs/protocol/instathings.md#start-of-the-gateway.
        """
        port = self.port
        await self.stop_port(port)
        await asyncio.sleep(seconds)
        self.house.restart_gateway()
        await super().start(port, self._host)

    # Socket.IO ----------------------------------------------------------------------------------

    @web.middleware
    async def _adapt_engine(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Change the responses of the library into those of the gate's Engine.IO.

        It accepts any protocol number, polls with text, and sends errors as objects
        (docs/protocol/instathings.md#handshake).
        """
        if request.path != "/socket.io/":
            return await handler(request)
        query = request.query
        if query.get("transport") not in ("polling", "websocket"):
            return web.json_response({"code": 0, "message": "Transport unknown"}, status=400)
        if "sid" in query and (self.sockets is None or query["sid"] not in self.sockets.eio.sockets):
            return web.json_response({"code": 1, "message": "Session ID unknown"}, status=400)
        return await handler(request.clone(rel_url=request.rel_url.update_query(EIO="3", b64="1")))

    def _connected(self, sid: str, environ: Any) -> None:
        self.record.add("connected", sid=sid, query=environ.get("QUERY_STRING"))

    def _on_payload(self, kind: str, thing_id: str, payload: Any) -> None:
        """Send a reading or a status three times. A reading that cannot be stored is never sent."""
        if isinstance(self.house.things[thing_id], Virtual) or self.faults.get("mute"):
            return
        ts = round(time.time() * 1000)
        event: dict[str, Any] = {"payload": payload, "deviceId": thing_id, "ts": _iso(ts)}
        if kind == "data":
            if self.faults.get("database_down"):
                return
            event["_id"] = self.store.add(thing_id, payload, ts).id.replace("-", "")[:24]
        repeated = {"action": kind, "payload": payload, "ts": event["ts"]}
        for name, argument in ((kind, event), (thing_id, repeated), (f"{kind}_{thing_id}", payload)):
            asyncio.get_running_loop().call_later(
                float(self.faults.get("late") or 0), self._sending.put_nowait, (name, argument)
            )

    async def _send_all(self) -> None:
        """Send the queued events, in order."""
        while True:
            name, argument = await self._sending.get()
            if self.sockets is not None:
                await self.sockets.emit(name, argument)

    # REST ---------------------------------------------------------------------------------------

    async def _data(self, request: web.Request) -> web.Response:
        """Return the readings of a device (docs/protocol/instathings.md#gateway-stored-data)."""
        self.record.add("data", id=request.match_info["id"], query=dict(request.query))
        if errors := _errors(request):
            return web.json_response({"errors": errors}, status=400)
        if hangs := self.faults.get("database_down"):
            await _hang(request, 30.0 if hangs is True else float(hangs))
            return _failure(500, "connect ECONNREFUSED 127.0.0.1:27017")
        query = request.query
        page, per_page = int(query.get("page", 1)) or 1, min(int(query.get("perPage", 10)) or 10, 100)
        if page < 0:
            return _failure(500, f"BSON field 'skip' value must be >= 0, actual value '{(page - 1) * per_page}'")
        rows = self.store.find(request.match_info["id"], *_period(request))
        if query.get("sort") == "-ts":
            rows.reverse()
        page_rows = rows[(page - 1) * per_page : page * per_page]
        return web.json_response({"data": [_stored(row) for row in page_rows], "totalItems": len(rows)})


async def _hang(request: web.Request, seconds: float) -> None:
    """Wait for the seconds, or until the client disconnects."""
    until = time.monotonic() + seconds
    while request.transport is not None and time.monotonic() < until:
        await asyncio.sleep(0.05)


def _errors(request: web.Request) -> list[dict[str, str]]:
    """Return the errors that the gate's validator reports."""
    device_id = request.match_info["id"]
    found = []
    if not (device_id.isascii() and 7 <= len(device_id) <= 14):
        found.append({"value": device_id, "msg": "Invalid value", "param": "deviceId", "location": "params"})
    for name in ("page", "perPage"):
        value = request.query.get(name, "1")
        if not value.removeprefix("-").isdigit():
            message = f"`{name}` must be an integer value"
            found.append({"value": value, "msg": message, "param": name, "location": "query"})
    return found


def _period(request: web.Request) -> tuple[float, float]:
    """Return start and end. A value that is not a number is no limit, as on a real gateway."""

    def number(name: str, otherwise: float) -> float:
        try:
            return float(request.query[name])
        except KeyError, ValueError:
            return otherwise

    return number("start", float("-inf")), number("end", float("inf"))


def _stored(row: Row) -> dict[str, Any]:
    """Return a row. The key of the reading is `payload`, unlike on the vendor's page."""
    return {
        "payload": row.payload,
        "deviceId": row.device_id,
        "ts": _iso(row.ts),
        "_id": row.id.replace("-", "")[:24] or uuid4().hex[:24],
    }


def _iso(ts: int) -> str:
    return datetime.fromtimestamp(ts / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@web.middleware
async def _respond_like_express(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Respond like express to a request without a route: 404 with a stack."""
    try:
        return await handler(request)
    except web.HTTPNotFound, web.HTTPMethodNotAllowed:
        return _failure(404, "Not Found")


def _failure(status: int, message: str) -> web.Response:
    return web.json_response({"message": message, "stack": f"Error: {message}\n    at <gate>"}, status=status)


SIMULATOR = GatewaySimulator
