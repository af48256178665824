"""The HTTP routes of both generations (docs/protocol/iottly.md#routes)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import commands
from .boards import Board
from .project import Group
from .shapes import Stored, plain, top_level, typed

if TYPE_CHECKING:
    from .cloud import IottlyCloud

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SHAPES: dict[str, Callable[[Stored], dict[str, Any]]] = {"top_level": top_level, "typed": typed, "plain": plain}


class Routes:
    """The routes of a cloud."""

    def __init__(self, cloud: IottlyCloud) -> None:
        """Initialize for a cloud."""
        self._cloud = cloud
        self._project = cloud.project

    def application(self) -> web.Application:
        """Return the routes of this generation."""
        application = web.Application(middlewares=[self._guard])
        router = application.router
        project = "/v1.0/project/{project}"
        if self._cloud.is_old:
            router.add_get("/v1.0/ping", self._ping)
        else:
            router.add_get("/v1.0/project/ping", self._ping)
            router.add_get(project + "/license", self._licenses)
            router.add_get(project + "/devices/props", self._boards)
            router.add_get(project + "/device/{board}/props", self._board)
            router.add_put(project + "/device/{board}/props", self._rename)
            router.add_get(project + "/device/{board}/messages/paginated", self._paginated)
        router.add_get(project + "/inspect", self._inspect)
        router.add_get(project + "/messages/{board}", self._messages)
        router.add_post(project + "/device/{board}/command", self._command)
        router.add_post(project + "/deploymentgroups/{group}/flashfw", self._flash)
        return application

    # Access -------------------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record the request, and check the token. A fault replaces the response."""
        body = await request.text()
        self._cloud.record.add(
            "request", method=request.method, path=request.path, query=dict(request.query), body=body
        )
        faults = self._cloud.faults
        if faults.get("redirect"):
            raise web.HTTPFound("http://127.0.0.1:9/elsewhere")
        if faults.get("oversized"):
            return web.Response(body=b'{"pad":"' + b"x" * (8 << 20) + b'"}', content_type="application/json")
        if faults.get("broken_json"):
            return web.Response(text='{"status": 200, "messages": [{"from"', content_type="application/json")
        if faults.get("wrong_types"):
            return web.json_response({"status": [], "messages": {"a": 1}, "devices": 7, "deployment_groups": "no"})
        return await self._checked(request, handler)

    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Authentication") != f"bearer {self._cloud.token}" or self._cloud.faults.get(
            "unauthorized"
        ):
            return self._error(401, "Unauthorized")
        if request.match_info.get("project", self._project.id) != self._project.id or self._cloud.faults.get(
            "forbidden"
        ):
            return self._error(403, "Forbidden")
        if "project" in request.match_info and (form := self._cloud.faults.get("no_project")):
            return _html(404, "Not Found") if form == "html" else self._error(404, "no such project")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return _html(404, "Not Found")

    def _error(self, status: int, text: str) -> web.Response:
        if self._cloud.faults.get("html_errors"):
            return _html(status, text)
        return web.json_response({"error": text}, status=status)

    # The project --------------------------------------------------------------------------------

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "pong"})

    async def _inspect(self, _request: web.Request) -> web.Response:
        project = self._project
        if not self._cloud.is_old:
            return web.json_response(
                {
                    "id": project.id,
                    "name": project.name,
                    "projectgetagenturl": f"https://cloud.iottly.com/v1.0/project/{project.id}/getagent",
                    "agentfile": "iottlyagent.tar.gz",
                    "agentapihost": "api.cloud.iottly.com",
                    "board": "Raspberry Pi",
                }
            )
        groups = [_group(group) for group in project.groups]
        return web.json_response({"deployment_groups": groups, "id": project.id, "name": project.name})

    async def _licenses(self, _request: web.Request) -> web.Response:
        licenses: dict[str, Any] = {
            f"LIC-{board.mac}": {
                "status": "paired",
                "board": {
                    "macaddress": board.mac,
                    "operatingstatus": _operating(board),
                    "id": board.id,
                    "name": board.name,
                },
            }
            for board in self._project.boards.values()
        }
        for number in range(self._project.spare_licenses):
            licenses[f"LIC-spare-{number}"] = {"status": "available", "board": {}}
        return web.json_response(licenses)

    async def _flash(self, request: web.Request) -> web.Response:
        group = next((one for one in self._project.groups if one.id == request.match_info["group"]), None)
        if group is None:
            return self._error(500, "list index out of range")
        self._cloud.record.add("flash", group=group.id)
        faults = self._cloud.faults
        self._project.flash(group, fails=bool(faults.get("flash_fails")), hangs=bool(faults.get("flash_hangs")))
        return web.json_response({"status": 200})

    # Boards -------------------------------------------------------------------------------------

    async def _boards(self, _request: web.Request) -> web.Response:
        boards = [_props(board) for board in self._project.boards.values()]
        return web.json_response({"count": len(boards), "errors": None, "devices": boards})

    async def _board(self, request: web.Request) -> web.Response:
        board = self._project.boards.get(request.match_info["board"])
        return self._error(403, "Forbidden") if board is None else web.json_response(_props(board))

    async def _rename(self, request: web.Request) -> web.Response:
        board = self._project.boards.get(request.match_info["board"])
        if board is None:
            return self._error(403, "Forbidden")
        match _decode(await request.text()):
            case {"name": str(name)} if name:
                board.name = name
                self._cloud.record.add("rename", board=board.id, name=name)
                return web.json_response(_props(board))
        return self._error(400, "malformed request")

    async def _command(self, request: web.Request) -> web.Response:
        """Accept a command. For invalid data, the pages document status 400; the core sends 500 with a text of Python.

        See docs/protocol/iottly.md#command-errors.
        """
        status = 500 if self._cloud.is_old else 400
        board = request.match_info["board"]
        try:
            command = commands.build(_decode(await request.text()))
        except commands.Refused as refused:
            return self._error(status, str(refused))
        if board not in self._project.boards:
            return self._error(500, "list index out of range") if self._cloud.is_old else self._error(403, "Forbidden")
        self._cloud.record.add("command", board=board, command=command)
        if not self._cloud.faults.get("lose_commands"):
            self._project.deliver(board, command)
        return web.json_response({"status": 200})

    # Messages -----------------------------------------------------------------------------------

    async def _messages(self, request: web.Request) -> web.Response:
        """Return the latest messages: newest first, or oldest first as the real core does.

        See docs/protocol/iottly.md#order-of-messages.
        """
        board = request.match_info["board"]
        if self._cloud.faults.get("cut_messages") and request.transport is not None:
            request.transport.abort()
        if board not in self._project.boards or self._cloud.faults.get("fail_messages"):
            return _html(500, "Internal Server Error")
        query = _decode(request.query.get("queryJson", "{}"))
        if not isinstance(query, dict):
            return _html(500, "Internal Server Error")
        count = max(1, min(100, int(request.query.get("numMessages", "10"))))
        shape = SHAPES[self._cloud.shape]
        values = [shape(message) for message in self._project.of(board)]
        found = [message for message in values if _matches(message, query)][:count]
        if self._cloud.oldest_first:
            found.reverse()
        return web.json_response({"messages": found, "status": 200})

    async def _paginated(self, request: web.Request) -> web.Response:
        """Return a page of messages, or 404 if there is none (docs/protocol/iottly.md#paginated-messages)."""
        query = request.query
        try:
            start = _moment(query.get("from"), datetime(2000, 1, 1, tzinfo=UTC))
            end = _moment(query.get("to"), datetime(2200, 1, 1, tzinfo=UTC))
            page, length = int(query.get("p", "1")), int(query.get("l", "50"))
        except ValueError:
            return self._error(400, "malformed request")
        if not 1 <= length <= 100 or page < 1:
            return self._error(400, "malformed request")
        kind = query.get("type", "all")
        found = [
            message
            for message in self._project.of(request.match_info["board"])
            if start <= _to_milliseconds(message.timestamp) < end and kind in ("all", message.kind)
        ]
        if query.get("sort", "desc") == "asc":
            found.reverse()
        found = found[(page - 1) * length : page * length]
        if not found:
            return self._error(404, "no messages found")
        return web.json_response({"messages": [plain(message) for message in found]})


def _matches(message: dict[str, Any], query: dict[str, Any]) -> bool:
    """Apply a Mongo filter. No message matches a date, as in the core (docs/protocol/iottly.md#query-filters)."""
    for path, condition in query.items():
        value: Any = message
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        match condition:
            case {"$exists": bool(wanted)}:
                if (value is not None) is not wanted:
                    return False
            case dict():
                return False
            case _ if value != condition:
                return False
    return True


def _group(group: Group) -> dict[str, Any]:
    return {
        "status": group.status,
        "boards": list(group.boards),
        "branch": group.branch,
        "name": group.name,
        "fwcode": {"codesections": [], "snippets": []},
        "current_revision": group.revision,
        "id": group.id,
    }


def _props(board: Board) -> dict[str, Any]:
    return {
        "macaddress": board.mac,
        "name": board.name,
        "operatingstatus": _operating(board),
        "token": f"LIC-{board.mac}",
        "agent_version": board.agent_version,
        "ID": board.id,
    }


def _operating(board: Board) -> str:
    return "connected" if board.connected else "disconnected"


def _to_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _moment(text: str | None, default: datetime) -> datetime:
    if text is None:
        return default
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _decode(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _html(status: int, text: str) -> web.Response:
    """Return an error page like that of the core's web server (docs/protocol/iottly.md#errors)."""
    title = f"{status}: {text}"
    return web.Response(
        status=status,
        text=f"<html><title>{title}</title><body>{title}</body></html>",
        content_type="text/html",
    )
