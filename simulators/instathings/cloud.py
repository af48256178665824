"""An Instathings cloud project: REST API and WebSocket.

Derived from docs/protocol/instathings.md#cloud-rest-api and docs/protocol/instathings.md#cloud-websocket; no real
project was at hand.
The WebSocket, on the real cloud a host of its own, is served at `/` of the same port.
"""

import argparse
import asyncio
import json
import time
from typing import Any, ClassVar, Self, override

from aiohttp import web

from simulators.kit import Simulator
from simulators.kit.server import Handler

from .access import Access
from .cloud_api import routes
from .cloud_commands import COMMANDS
from .devices import Gateway, Thing, Virtual
from .house import House
from .store import Row, Store

DEFAULT_PROJECT = "house"
DEMO_SECRET = "demo-secret"
PROJECT_ID = "JtjYANUvs"


class CloudSimulator(Simulator):
    """A project in the Instathings cloud with a small house of devices."""

    name = "instathings_cloud"
    fault_names: ClassVar[dict[str, str]] = {
        "too_many": "answer this many requests with 429 before serving again",
        "retry_after": "seconds told with a 429 (default: nothing is told)",
        "quota": "requests allowed per second; more are answered with 429",
        "tokens_refused": "refuse every token, also those just given",
        "token_status": "answer the token call with this HTTP status",
        "websocket_status": "refuse WebSockets with this HTTP status",
        "websocket_seconds": "close each WebSocket after so many seconds",
        "never_answers": "devices never answer status requests",
        "status_seconds": "seconds until the answer to a status request is there",
        "not_ready_is_empty": "a status that is not there yet is 200 {} in place of 404",
        "live_mode": "certificates come as zip, as for projects in live mode",
        "no_sub_device_path": "the example's path for deleting a sub-device does not exist",
        "lose": "accept commands and never pass them on",
    }

    def __init__(
        self,
        house: House | None = None,
        *,
        project: str = DEFAULT_PROJECT,
        client_id: str = "demo-client",
        client_secret: str = DEMO_SECRET,
        token_seconds: float = 0.0,
        live_seconds: float = 0.0,
        history_hours: int = 0,
    ) -> None:
        """Take the house (an own one by default), the project's credentials, and how alive it is."""
        super().__init__()
        self.house = house or House()
        self.project = project
        self.access = Access(client_id, client_secret, token_seconds)
        self.store = Store()
        self.answers: dict[str, tuple[float, dict[str, Any]]] = {}
        self.logs: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.pairing: dict[str, str] = {}
        self._live_seconds = live_seconds
        self._tasks: set[asyncio.Task[Any]] = set()
        self.store.fill(self.house.things.values(), history_hours)
        for thing in self.house.things.values():
            if not isinstance(thing, Gateway):
                self.store.add(thing.id, thing.reading())
        self.house.listen(self._heard)

    @override
    @classmethod
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--project", default=DEFAULT_PROJECT, help="name of the project")
        parser.add_argument("--client-id", default="demo-client")
        parser.add_argument("--client-secret", default=DEMO_SECRET)
        parser.add_argument("--token-seconds", type=float, default=3600.0, help="life of a token; 0: no end")
        parser.add_argument("--rate", type=float, default=5.0, help="something happens every so many seconds; 0: never")
        parser.add_argument("--history-hours", type=int, default=72, help="readings stored before the start")
        parser.add_argument("--devices", type=int, default=0, help="this many more devices")

    @override
    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Self:
        simulator = cls(
            project=options.project,
            client_id=options.client_id,
            client_secret=options.client_secret,
            token_seconds=options.token_seconds,
            live_seconds=options.rate,
            history_hours=options.history_hours,
        )
        simulator.command("add_many", count=options.devices)
        return simulator

    # Life ---------------------------------------------------------------------------------------

    @override
    def application(self) -> web.Application:
        """Return the REST routes and the WebSocket."""
        application = web.Application(middlewares=[self._with_access])
        application.add_routes(routes(self))
        application.router.add_get("/", self._websocket)
        return application

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        self.house.start_living(self._live_seconds)
        return await super().start(port, host, ssl_context)

    @override
    async def stop(self) -> None:
        await self.house.stop_living()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for websocket in self.websockets:
            await websocket.close()
        await super().stop()

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        if name not in COMMANDS:
            return super().command(name, **parameters)
        return COMMANDS[name](self, **parameters)

    @override
    def state(self) -> Any:
        return {
            "devices": {thing.id: thing.payload for thing in self.house.things.values()},
            "silenced": sorted(self.house.silenced),
            "websockets": len(self.websockets),
        }

    def later(self, seconds: float, call: Any, *arguments: Any) -> None:
        """Call something after a while."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            call(*arguments)

        task = asyncio.create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What is told of a device -------------------------------------------------------------------

    def described(self, thing: Thing, *, whole: bool = False) -> dict[str, Any]:
        """Return a device as the list has it; `whole` as the single call, with sub-devices as objects."""
        found: dict[str, Any] = {
            "projectId": PROJECT_ID,
            "ts": 1579596302698,
            "isVirtual": isinstance(thing, Virtual),
            "demoActive": isinstance(thing, Virtual) and thing.demo_active,
            "id": thing.id,
            "isGateway": isinstance(thing, Gateway),
            "name": thing.name,
        }
        if isinstance(thing, Virtual):
            return found | {"frequency": thing.frequency}
        found["type"] = self.type_id(thing)
        if isinstance(thing, Gateway):
            children = [child for child in self.house.things.values() if child.parent == thing.id]
            found["subDevices"] = [self.described(child) if whole else child.id for child in children]
            found |= self.gateway_details(thing)
        else:
            found["parentDevice"] = thing.parent
            found["status"] = {"eventType": self.pairing.get(thing.id, "paired")}
        return found

    def gateway_details(self, gateway: Gateway) -> dict[str, Any]:
        """Return what is told of a gateway beside its description, private and billing data included."""
        event = "connected" if gateway.connected else "disconnected"
        status: dict[str, Any] = {
            "principalIdentifier": "e011d176b499c44e54fcd02143c9bfbf",
            "clientId": gateway.id,
            "ipAddress": "198.51.100.7",
            "eventType": event,
            "sessionIdentifier": "2451fb42-e516-4c0e-9668-c160d199007f",
            "versionNumber": 0,
            "timestamp": round(time.time() * 1000),
        }
        if not gateway.connected:
            status["disconnectReason"] = "CONNECTION_LOST"
        return {
            "env": "sandbox",
            "certificateId": "0e8833aadad2ed060965b102ef40fc44",
            "protocols": sorted({thing.protocol for thing in self.house.things.values() if thing.protocol}),
            "version": dict(gateway.versions),
            "status": status,
            "plan": {"amount": 600, "metadata": {"ingestion_limit": "5"}, "nickname": "Monthly"},
        }

    @staticmethod
    def type_id(thing: Thing) -> str:
        """Return the id of a device's type."""
        return f"4023br5d-9f88-4f31-97c2-{thing.model.lower().replace(' ', '')}"

    def stored(self, row: Row) -> dict[str, Any]:
        """Return a stored reading as the data call and the WebSocket give it."""
        return {
            "ts": row.ts,
            "deviceId": row.device_id,
            "data": row.payload,
            "ttl": row.ts // 1000 + 86400,
            "principal": "9a5e146441177cd658b7d96d7156c056",
            "id": row.id,
            "clientId": self.house.things[row.device_id].parent or "N/A",
        }

    # WebSocket ----------------------------------------------------------------------------------

    def tell(self, action: str, payload: Any) -> None:
        """Send an event to everybody connected."""
        self.tell_raw(json.dumps({"action": action, "payload": payload}))

    def tell_raw(self, text: str) -> None:
        """Send anything to everybody connected."""
        for websocket in self.websockets:
            task = asyncio.create_task(_send(websocket, text))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _heard(self, kind: str, thing_id: str, payload: Any) -> None:
        if kind == "data" and self.house.is_reachable(thing_id):
            self.tell("data", self.stored(self.store.add(thing_id, payload)))

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        """Serve the WebSocket: project and token in the query, nothing is expected from the client."""
        self.record.add("websocket", project=request.query.get("project"))
        if status := self.faults.get("websocket_status"):
            return web.Response(status=int(status))
        if request.query.get("project") not in (self.project, PROJECT_ID):
            return web.Response(status=403)
        if self.faults.get("unauthorized") or not self.access.is_good(request.query.get("access_token", "")):
            return web.Response(status=401)
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        self.track(websocket)
        if seconds := self.faults.get("websocket_seconds"):
            self.later(float(seconds), lambda: asyncio.ensure_future(websocket.close()))
        async for message in websocket:
            self.record.add("websocket_message", data=message.data)
        return websocket

    # Access -------------------------------------------------------------------------------------

    @web.middleware
    async def _with_access(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse whoever has no good token or asks too often."""
        if request.path == "/" or request.path.startswith("/authentication/"):
            return await handler(request)
        self.record.add("request", method=request.method, path=request.path)
        if self._is_too_often():
            after = self.faults.get("retry_after")
            return web.json_response({}, status=429, headers={"Retry-After": str(after)} if after else {})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        refused = self.faults.get("unauthorized") or self.faults.get("tokens_refused")
        if refused or not self.access.is_good(token):
            return web.json_response({"message": "Unauthorized"}, status=401)
        accept = request.headers.get("Accept", "*/*")
        if "*/*" not in accept and "json" not in accept:
            return web.json_response({}, status=406)
        return await handler(request)

    def _is_too_often(self) -> bool:
        if (left := self.faults.get("too_many")) and left > 0:
            self.faults["too_many"] = left - 1
            return True
        quota = float(self.faults.get("quota") or 0)
        return quota > 0 and self.access.is_too_often(quota)


async def _send(websocket: web.WebSocketResponse, text: str) -> None:
    """Send to one client; one that is just going away is no fault of anybody."""
    try:
        await websocket.send_str(text)
    except ConnectionError:
        pass


SIMULATOR = CloudSimulator
