"""The REST server of the robot: envelope, status codes, headers, and refused commands.

Source: docs/protocol/misty.md#requests-and-answers.
"""

import asyncio
import inspect
import json
from typing import Any

from aiohttp import web

from .catalogue import COMMANDS, Command
from .parameters import Binary, Failure, Parameters, read_parameters
from .registry import HANDLERS
from .robot import Robot

STOP_COMMANDS = ("halt", "drive/stop")
CORS = {
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Origin": "*",
}
# Arguments that are not stored in the record, such as keys and passwords.
SECRET = ("password", "token", "key", "authtoken", "data", "file")


class Server:
    """Handles requests."""

    def __init__(self, robot: Robot) -> None:
        """Initialize with the robot."""
        self.robot = robot

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle a request below /api."""
        if not self.robot.system.is_on:
            return await hang_up(request)
        if request.method == "OPTIONS":
            return web.Response(headers=CORS)
        path = request.match_info["path"].strip("/").lower()
        command = COMMANDS.get((request.method, path))
        if command is None or (command.needs_depth_sensor and self.robot.edition == "basic"):
            self.robot.note("unknown", method=request.method, path=path)
            return self._failed(f"A command was not found at {path}.", 404, "Current")
        try:
            given = await read_parameters(request)
            self._note(command, given)
            result = await self._carry_out(command, given)
        except Failure as failure:
            return self._failed(failure.error, failure.status, command.level)
        headers = {**CORS, "Misty-Command-Version": command.level}
        if isinstance(result, Binary):
            return web.Response(body=result.content, content_type=result.content_type, headers=headers)
        return _json({"result": result, "status": "Success"}, 200, headers)

    async def _carry_out(self, command: Command, given: Parameters) -> Any:
        is_stop = command.path in STOP_COMMANDS
        if self.robot.system.run_state == "Updating" and not is_stop:
            raise Failure("The robot is updating.", 503)
        if missing := [name for name in command.required if not given.has(name)]:
            names = ", ".join(name[0].upper() + name[1:] for name in missing)
            raise Failure(f"The request lacks: {names}.")
        if self.robot.ignores_commands() and command.method == "POST" and not is_stop:
            self.robot.note("ignored", path=command.path)
            return True
        handler = HANDLERS.get((command.method, command.path))
        if handler is None:
            return [] if command.method == "GET" else True
        result = handler(self.robot, given)
        return await result if inspect.isawaitable(result) else result

    def _failed(self, error: str, status: int, level: str) -> web.Response:
        if self.robot.faults.get("failed_with_200") and status != 404:
            status = 200
        headers = {**CORS, "Misty-Command-Version": level}
        return _json({"error": error, "status": "Failed"}, status, headers)

    def _note(self, command: Command, given: Parameters) -> None:
        shown = {
            name: ("…" if name.lower() in SECRET or isinstance(value, bytes) else value)
            for name, value in given.given.items()
        }
        self.robot.note("rest", method=command.method, path=command.path, arguments=shown)


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Abort the connection, as a robot does that is switched off."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
    return web.Response(status=503)


def _json(body: Any, status: int, headers: dict[str, str]) -> web.Response:
    text = json.dumps(body, sort_keys=True)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
