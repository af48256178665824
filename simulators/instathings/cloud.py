"""The server of a simulated Instathings cloud project: REST API and WebSocket.

Derived from docs/protocol/instathings.md#cloud-rest-api and docs/protocol/instathings.md#cloud-websocket; no real
project was at hand.
The WebSocket, on the real cloud a host of its own, is served at `/` of the same port.
"""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar, Self, override

from aiohttp import web

from simulators.kit.server import Handler

from .cloud_api import routes
from .cloud_commands import COMMANDS
from .project import DEFAULT_PROJECT, DEMO_SECRET, PROJECT_ID, CloudProject


class CloudSimulator(CloudProject):
    """A project in the Instathings cloud, served."""

    name = "instathings_cloud"
    fault_names: ClassVar[dict[str, str]] = {
        "too_many": "answer this many requests with 429 before serving again",
        "retry_after": "seconds in the Retry-After of a 429 (default: none)",
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
        "late": "readings are sent so many seconds after they were stored",
        "lose": "accept commands and never pass them on",
    }

    @override
    def login(self, at: str) -> Mapping[str, str]:
        return {
            "project": self.project,
            "client ID": self.access.client_id,
            "client secret": self.access.client_secret,
            "API address": f"http://{at}",
            "WebSocket address": f"ws://{at}/",
        }

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

    # WebSocket ----------------------------------------------------------------------------------

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
        """Refuse a request without a good token, and one too many."""
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


SIMULATOR = CloudSimulator
