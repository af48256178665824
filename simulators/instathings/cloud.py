"""The server of a simulated Instathings cloud project: REST API and WebSocket.

Derived from docs/protocol/instathings.md#cloud-rest-api and docs/protocol/instathings.md#cloud-websocket; no real
project was available. The WebSocket is served at `/` of the same port; in the real cloud it has another host.
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
    """A server with one project of the Instathings cloud."""

    name = "instathings_cloud"
    fault_names: ClassVar[dict[str, str]] = {
        "too_many": "respond to this number of requests with 429",
        "retry_after": "seconds in the Retry-After of a 429 (default: none)",
        "quota": "allowed requests per second; the others get a 429",
        "tokens_refused": "refuse all tokens, including new ones",
        "token_status": "respond to the token call with this HTTP status",
        "websocket_status": "refuse WebSockets with this HTTP status",
        "websocket_seconds": "close each WebSocket after this number of seconds",
        "never_answers": "devices never respond to status requests",
        "status_seconds": "seconds until the response to a status request is available",
        "not_ready_is_empty": "a status that is not available yet is 200 {} instead of 404",
        "live_mode": "send certificates as zip, as for projects in live mode",
        "no_sub_device_path": "the path in the example for deleting a sub-device does not exist",
        "late": "seconds between storing and sending a reading",
        "lose": "accept commands and never deliver them",
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
        parser.add_argument("--token-seconds", type=float, default=3600.0, help="lifetime of a token; 0: unlimited")
        parser.add_argument("--rate", type=float, default=5.0, help="seconds between spontaneous changes; 0: none")
        parser.add_argument("--history-hours", type=int, default=72, help="readings stored before the start")
        parser.add_argument("--devices", type=int, default=0, help="number of additional devices")

    @override
    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Self:
        simulator = cls(
            project=options.project,
            client_id=options.client_id,
            client_secret=options.client_secret,
            token_seconds=options.token_seconds,
            change_seconds=options.rate,
            history_hours=options.history_hours,
        )
        simulator.command("add_many", count=options.devices)
        return simulator

    # Start and stop ---------------------------------------------------------------------------------------

    @override
    def application(self) -> web.Application:
        """Return the REST routes and the WebSocket."""
        application = web.Application(middlewares=[self._with_access])
        application.add_routes(routes(self))
        application.router.add_get("/", self._websocket)
        return application

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        self.house.start_changes(self._change_seconds)
        return await super().start(port, host, ssl_context)

    @override
    async def stop(self) -> None:
        await self.house.stop_changes()
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
        """Serve a WebSocket, with project and token in the query. The client sends nothing."""
        self.record.add("websocket", project=request.query.get("project"))
        if status := self.faults.get("websocket_status"):
            return web.Response(status=int(status))
        if request.query.get("project") not in (self.project, PROJECT_ID):
            return web.Response(status=403)
        if self.faults.get("unauthorized") or not self.access.is_valid(request.query.get("access_token", "")):
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
        """Refuse requests without a valid token, and requests over the quota."""
        if request.path == "/" or request.path.startswith("/authentication/"):
            return await handler(request)
        self.record.add("request", method=request.method, path=request.path)
        if self._is_too_often():
            after = self.faults.get("retry_after")
            return web.json_response({}, status=429, headers={"Retry-After": str(after)} if after else {})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        refused = self.faults.get("unauthorized") or self.faults.get("tokens_refused")
        if refused or not self.access.is_valid(token):
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
        return quota > 0 and self.access.is_over_quota(quota)


SIMULATOR = CloudSimulator
