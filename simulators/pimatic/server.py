"""The server of the house: REST, sessions, Socket.IO and faults."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
import html
import json
from pathlib import Path
from typing import Any, ClassVar, Self, override

from aiohttp import web

from ..kit import Simulator
from ..kit.socketio import script
from . import commands, history, home, many
from .access import ALL, NOBODY, PERMISSIONS, ROLES, Access
from .api import Api, Denied, Failed, Malformed, NotFound, Permissions
from .api_table import ACTIONS, ApiAction
from .house import House, Json, announcements
from .life import Life
from .socket_io import PimaticSocketIO, announced

# A socket call with an id of another type crashes the server (docs/protocol/pimatic.md#malformed-calls).
_ID_TYPES = (str, int, float)


# The response to an unknown URL (docs/protocol/pimatic.md#answers).
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>{}</pre>
</body>
</html>
"""


# The entry in `getInstalledPluginsWithInfo`.
MOBILE_FRONTEND = {
    "name": "mobile-frontend",
    "loaded": True,
    "activated": True,
    "description": "Provides a jQuery mobile webinterface for pimatic.",
    "version": "0.9.16",
    "homepage": "http://github.com/pimatic/pimatic",
    "isCompatible": True,
}


class PimaticSimulator(Simulator):
    """A pimatic 0.9.54 server with the recorded house or with generated devices."""

    name = "pimatic"
    fault_names: ClassVar[dict[str, str]] = {
        "mute_calls": "never respond to a call, as for an unknown action",
        "no_websocket": "refuse the upgrade to the WebSocket",
        "mute": "send no events on open sockets, as a hanging process",
        "half_state": "send only the first of the initial lists",
        "no_such_server": "respond like a server that is not pimatic",
    }

    def __init__(
        self,
        *,
        devices: int = 0,
        mobile_frontend: bool = False,
        authentication: bool = True,
        keep_alive: bool = False,
        rate: float = 0.0,
        lived_in: bool = False,
        announce: Path | None = None,
    ) -> None:
        """Initialize a server that does not listen yet.

        `devices`: the number of generated devices (with five attributes each) that replace the recorded house.
        `keep_alive`: do not exit when a server in the foreground would crash, as one with PIMATIC_DAEMONIZED
        (docs/protocol/pimatic.md#direct-websocket).
        `rate`: seconds between two spontaneous changes, 0 for none.
        `lived_in`: the recorded house as a home, without the devices for tests, and with a month of stored history.
        `announce`: a file or a folder of files with additional devices, in the format of a server's announcement.
        """
        super().__init__()
        self.mobile_frontend = mobile_frontend
        self.authentication = authentication
        self.keep_alive = keep_alive
        self.crashed = ""
        self.access = Access()
        self.house = House(self._emit, many.lists(devices) if devices else home.lists() if lived_in else None)
        for device in announcements(announce) if announce else ():
            self.house.devices.setdefault(device["id"], device)
        if mobile_frontend:
            self.house.plugins = [MOBILE_FRONTEND]
        if lived_in:
            history.remember(self.house)
        self.api = Api(self.house)
        self.socket_io: PimaticSocketIO | None = None
        self.life = Life(self.house, rate)
        self._users: dict[str, str] = {}
        self._background: set[asyncio.Task[None]] = set()

    @override
    def login(self, at: str) -> Mapping[str, str]:
        """Return the user with all permissions; access.py has the other users."""
        return {"user": "admin", "password": self.access.passwords["admin"]} if self.authentication else {}

    @classmethod
    @override
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the options of the server and the house."""
        parser.add_argument("--devices", type=int, default=0, help="number of generated devices, five attributes each")
        parser.add_argument("--announce", type=Path, help="a file or a folder of files with additional devices")
        parser.add_argument(
            "--recorded", action="store_true", help="the recorded house with its own names and the devices for tests"
        )
        parser.add_argument("--rate", type=float, default=3.0, help="seconds between spontaneous changes (0: none)")
        parser.add_argument("--mobile-frontend", action="store_true", help="as with pimatic-mobile-frontend installed")
        parser.add_argument("--no-authentication", action="store_true", help="accept every user")
        parser.add_argument("--keep-alive", action="store_true", help="do not exit on errors that end a server")

    @classmethod
    @override
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Return a simulator with the options of the command line."""
        return cls(
            devices=options.devices,
            rate=options.rate,
            mobile_frontend=options.mobile_frontend,
            authentication=not options.no_authentication,
            keep_alive=options.keep_alive,
            lived_in=not (options.recorded or options.devices),
            announce=options.announce,
        )

    # Start and stop ---------------------------------------------------------------------------------------

    @override
    def application(self) -> web.Application:
        """Return the routes: the API table, login and logout, Socket.IO, and HTML for all other paths."""
        self.socket_io = PimaticSocketIO(self)
        application = web.Application(client_max_size=10**8)
        application.router.add_get("/socket.io/socket.io.js", script)
        application.router.add_route("*", "/socket.io/", self._socket)
        application.router.add_post("/login", self._login)
        application.router.add_get("/logout", self._logout)
        for action in ACTIONS.values():
            if action.path:
                path = "/".join(f"{{{part[1:]}}}" if part.startswith(":") else part for part in action.path.split("/"))
                application.router.add_route(action.method, path, self._rest_handler(action))
                if path.endswith("/"):
                    application.router.add_route(action.method, path.rstrip("/"), self._rest_handler(action))
        application.router.add_route("*", "/{path:.*}", self._unknown)
        return application

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        """Start to listen, and start the spontaneous changes."""
        self.crashed = ""
        self.house.log("info", "Starting pimatic version 0.9.54")
        actual = await super().start(port, host, ssl_context)
        self.house.log("info", f"Listening for HTTP-request on port {actual}...")
        self.life.start()
        return actual

    @override
    async def stop(self) -> None:
        """Close all ports; open sockets get no close frame."""
        self.life.stop()
        self.house.stop()
        if self.socket_io is not None:
            await self.socket_io.close()
        self.drop_connections()
        await super().stop()

    async def restart(self, seconds: float = 0.5) -> None:
        """Restart as after SIGTERM: log two messages, close the connections, and start again.

        Source: docs/protocol/pimatic.md#restart.
        """
        port = self.port
        self.house.log("info", "Flushing database to disk, please wait...")
        self.house.log("info", "Flushing database to disk, please wait... Done.")
        await asyncio.sleep(0.01)
        await self.stop()
        self.house.restart()
        await asyncio.sleep(seconds)
        await self.start(port)

    def crash(self, why: str) -> None:
        """Simulate an uncaught exception: the process exits, unless it was started as a daemon.

        Source: docs/protocol/pimatic.md#malformed-calls.
        """
        self.record.add("crash", why=why)
        if self.keep_alive:
            self.house.log("error", f"An uncaught exception occurred: {why}")
            return
        self.crashed = why
        self.run_later(self.stop())

    def run_later(self, work: Any) -> None:
        """Run a coroutine outside of the current request."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        """Run a command of commands.py."""
        return commands.run(self, name, parameters)

    @override
    def state(self) -> Json:
        """Return the state of the house and of the server."""
        return {"crashed": self.crashed, "clients": len(self._users), **self.house.as_dict()}

    def _emit(self, event: str, payload: Any) -> None:
        if self.socket_io is not None and not self.faults.get("mute"):
            self.socket_io.broadcast(event, json.loads(json.dumps(payload)))

    # Access -------------------------------------------------------------------------------------

    def permissions_of(self, user: str | None) -> Permissions | None:
        """Return the permissions of a user; None on a server without authentication, where all actions are allowed."""
        if not self.authentication:
            return None
        return PERMISSIONS[ROLES.get(user or "", "controlonly")]

    def _user(self, request: web.Request) -> tuple[str | None, bool]:
        """Return the user of a request, and True if the response has to set cookies.

        A valid cookie takes precedence over a Basic header (docs/protocol/pimatic.md#session-cookies).
        """
        self.access.refuse_all = bool(self.faults.get("unauthorized"))
        if user := self.access.user_of_cookies(request):
            return user, False
        return self.access.user_of_basic(request), True

    def _set_cookies(self, response: web.StreamResponse, user: str) -> None:
        for name, value in self.access.cookies(user).items():
            response.headers.add("Set-Cookie", f"{name}={value}; path=/; httponly")

    # REST ---------------------------------------------------------------------------------------

    def _rest_handler(self, action: ApiAction) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            if self.faults.get("no_such_server"):
                return web.Response(text="<html>It works!</html>", content_type="text/html")
            user, fresh = self._user(request)
            if self.authentication and user is None:
                return web.Response(status=401, text="Unauthorized", headers={"WWW-Authenticate": "Basic"})
            response = await self._rest(action, request, self.permissions_of(user))
            if user is not None and fresh:
                self._set_cookies(response, user)
            return response

        return handler

    async def _rest(self, action: ApiAction, request: web.Request, permissions: Permissions | None) -> web.Response:
        try:
            body = await request.json() if request.can_read_body else {}
        except ValueError:
            return web.Response(status=500, text="SyntaxError: Unexpected token")
        params = {**(body if isinstance(body, dict) else {}), **_query(request), **request.match_info}
        self.record.add("rest", action=action.name, params=params)
        try:
            result = await self.api.call(action.name, params, permissions)
        except Denied:
            return web.Response(status=403)
        except NotFound:
            return web.json_response({"success": False, "message": "Not Found"}, status=404)
        except (Malformed, Failed) as error:
            return web.json_response({"success": False, "message": str(error)}, status=400)
        return web.json_response({**result, "success": True})

    async def _login(self, request: web.Request) -> web.Response:
        data = await request.json() if request.content_type == "application/json" else await request.post()
        username, password = str(data.get("username", "")), str(data.get("password", ""))
        if not self.access.is_right(username, password):
            if not self.mobile_frontend:
                return web.Response(status=500, text="ReferenceError: __ is not defined")
            return web.json_response({"success": False, "message": "Wrong username or password."}, status=401)
        role = ROLES.get(username, "")
        response = web.json_response({"success": True, "username": username, "role": role, "rememberMe": False})
        self._set_cookies(response, username)
        return response

    async def _logout(self, _request: web.Request) -> web.Response:
        return web.Response(status=401, text="You are now logged out.")

    async def _unknown(self, request: web.Request) -> web.Response:
        user, _ = self._user(request)
        if self.authentication and user is None:
            return web.Response(status=401, text="Unauthorized", headers={"WWW-Authenticate": "Basic"})
        text = PAGE.format(f"Cannot {request.method} {html.escape(request.path)}")
        return web.Response(status=404, text=text, content_type="text/html")

    # Socket.IO ----------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Handle an Engine.IO request after the first check of the credentials.

        Sources: docs/protocol/pimatic.md#two-layers, docs/protocol/pimatic.md#direct-websocket.
        """
        if self.socket_io is None:
            return web.Response(status=503)
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        sid = request.query.get("sid")
        self.record.add("socket", transport="websocket" if upgrade else "polling", query=dict(request.query))
        if sid is not None and sid not in self.socket_io.eio.sockets:
            return web.json_response({"code": 1, "message": "Session ID unknown"}, status=400)
        if request.query.get("transport") not in ("polling", "websocket"):
            return web.json_response({"code": 0, "message": "Transport unknown"}, status=400)
        if upgrade and self.faults.get("no_websocket"):
            return web.json_response({"code": 3, "message": "Bad request"}, status=400)
        if upgrade and sid is None and self.authentication:
            self.crash("Cannot read property 'username' of undefined")
        user, fresh = self._user(request)
        if self.authentication and user is None and not upgrade and not self.mobile_frontend:
            return web.Response(status=401, text="Unauthorized", headers={"WWW-Authenticate": "Basic"})
        if not upgrade and request.query.get("EIO") != "3":
            request = request.clone(rel_url=request.rel_url.update_query(EIO="3"))
        response: web.StreamResponse = await self.socket_io.handle(request)
        if sid is None and isinstance(response, web.Response) and isinstance(response.body, bytes):
            response.body = announced(response.body)
        if user is not None and fresh and not upgrade and not self.mobile_frontend:
            self._set_cookies(response, user)
        return response

    def socket_user(self, environ: Json) -> tuple[str | None, str | None]:
        """Return the user who opened a socket, and the reason if it is refused.

        The reason is None for an accepted socket, and "" for one without a response
        (docs/protocol/pimatic.md#two-layers).
        """
        request: web.Request = environ["aiohttp.request"]
        if not self.authentication:
            return None, None
        if request.headers.get("Upgrade"):
            return None, ""
        if "username" in request.query and "password" in request.query:
            username = request.query["username"]
            right = self.access.is_right(username, request.query["password"])
            return (username, None) if right else (None, "unauthorizied")
        user = self.access.user_of_cookies(request)
        if user is None and not self.mobile_frontend:
            user = self.access.user_of_basic(request)
        return (user, None) if user else (None, "Authentication error")

    def connected(self, sid: str, user: str | None) -> None:
        """Store the user of a socket."""
        self._users[sid] = user or ""
        self.record.add("connected", user=user)

    def greeting(self, user: str | None) -> list[tuple[str, Any]]:
        """Return the six initial events, filtered by the role (docs/protocol/pimatic.md#what-a-role-sees)."""
        permissions = self.permissions_of(user)
        if permissions is None:
            hello: Json = {**NOBODY, "permissions": ALL}
            permissions = dict.fromkeys(("devices", "pages", "rules", "variables", "groups"), "write")
            role = NOBODY["role"]
        else:
            role = ROLES.get(user or "", "")
            hello = {"username": user, "role": role, "permissions": permissions}
        pages = [
            page for page in self.house.pages.values() if "allowedRoles" not in page or role in page["allowedRoles"]
        ]
        sees_groups = any(_reads(permissions, scope) for scope in ("devices", "rules", "variables", "pages", "groups"))
        lists = (
            (
                "devices",
                list(self.house.devices.values()),
                _reads(permissions, "devices") or _reads(permissions, "pages"),
            ),
            ("rules", list(self.house.rules.values()), _reads(permissions, "rules")),
            ("variables", list(self.house.variables.values()), _reads(permissions, "rules")),
            ("pages", pages, _reads(permissions, "pages")),
            ("groups", list(self.house.groups.values()), sees_groups),
        )
        events = [("hello", hello), *((name, members if sees else []) for name, members, sees in lists)]
        return events[:2] if self.faults.get("half_state") else events

    async def socket_call(self, sid: str, call: Any) -> Json | None:
        """Return the response to a call; None if a real server does not respond, or crashes.

        Sources: docs/protocol/pimatic.md#call-and-result, docs/protocol/pimatic.md#malformed-calls.
        """
        match call:
            case {"action": str(name), "params": dict(params)} if isinstance(call.get("id", 0), _ID_TYPES):
                pass
            case _:
                self.record.add("malformed", call=call)
                self.crash("AssertionError")
                return None
        self.record.add("call", action=name, params=params)
        if self.faults.get("mute_calls"):
            return None
        head = {"id": call["id"]} if "id" in call else {}
        try:
            result = await self.api.call(name, params, self.permissions_of(self._users.get(sid)))
        except KeyError:
            self.house.log("error", f'Could not find action "{name}".')
            return None
        except Malformed as error:
            self.record.add("malformed", call=call)
            self.crash(str(error))
            return None
        except Denied:
            return {**head, "success": False, "error": "permission denied"}
        except Failed as error:
            return {**head, "success": False, "error": str(error)}
        except NotFound as nothing:
            return {**head, "success": True, "result": nothing.args[0]}
        return {**head, "success": True, "result": json.loads(json.dumps(result))}


def _reads(permissions: Permissions, scope: str) -> bool:
    return permissions.get(scope) in ("read", "write")


def _query(request: web.Request) -> Json:
    """Return the parameters of the query; `criteria[limit]=3` becomes an object."""
    params: Json = {}
    for key, value in request.query.items():
        name, bracket, inner = key.partition("[")
        if bracket:
            params.setdefault(name, {})[inner.rstrip("]")] = value
        else:
            params[name] = value
    return params
