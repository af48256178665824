"""The client of one pimatic server: REST to sign in, Socket.IO for everything after it.

A WebSocket without a polling handshake before it ends a real server, so the client never opens one
(docs/protocol/pimatic.md#direct-websocket). It makes one REST call with the credentials; the cookies
of the answer open the handshake, with and without the mobile frontend, and no URL holds a password
(docs/protocol/pimatic.md#two-layers).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from itertools import count
from typing import Any

import aiohttp
import orjson
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer, NoAnswer, PushRefused
from ..common.client.secrets import Redactor
from ..common.client.slices import in_slices
from ..common.client.socketio import SocketIO
from ..common.client.wire import DropCounter
from .actions import ACTIONS, check, check_undeclared
from .errors import ActionTextRefused, ParameterInvalid, PermissionDenied, Refused
from .model import Device, HistoryPoint, Page, User
from .parse import parse_history, parse_pages
from .redacted import Redacted
from .rest import MAX_ANSWER_BYTES, Rest
from .state import INITIAL, Change, ServerState

INITIAL_SECONDS = 30.0
# The most events before the state is complete: more than a house sends in that time.
MOST_EARLY = 5000
MOST_EARLY_BYTES = 4 * 1024 * 1024
REQUEST_SECONDS = 10.0
HISTORY_SECONDS = 60.0
# Shutters respond to `moveByPercentage` after the movement.
TRAVEL_SECONDS = 180.0
_SLOW_ACTIONS = {"moveByPercentage"}

# The initial events whose lists the REST API has, too, and the action that fetches each list.
_LISTS = {
    "devices": "getDevices",
    "rules": "getRules",
    "variables": "getVariables",
    "groups": "getGroups",
}


def cookie_jar() -> aiohttp.CookieJar:
    """Return a cookie jar for pimatic: it sends cookies unquoted, and to IP addresses, too.

    Source: docs/protocol/pimatic.md#session-cookies.
    """
    return aiohttp.CookieJar(unsafe=True, quote_cookie=False)


class PimaticClient:
    """A server, with at most one Socket.IO connection, and calls over that connection or REST.

    The HTTP session must have been made with `cookie_jar` and belong to this client alone.
    """

    def __init__(self, session: aiohttp.ClientSession, base_url: URL, username: str, password: str) -> None:
        """Initialize; nothing is connected. `base_url` is the server's root; an empty username means no login."""
        self._session = session
        self._base_url = base_url
        self.dropped = DropCounter()
        self._rest = Rest(session, base_url, username, password, self.dropped)
        self._redactor = Redactor([password], username=username)
        self._redacted = Redacted(self._redactor)
        self.state = self._empty_state()
        # Time limits of a call, and of the state after connecting.
        self.request_seconds = REQUEST_SECONDS
        self.initial_seconds = INITIAL_SECONDS
        self._socket: SocketIO | None = None
        # Messages that arrived before the state was complete.
        self._early: list[Any] = []
        self._ids = count(1)
        self._calls: dict[int, asyncio.Future[dict[str, Any]]] = {}

    def _empty_state(self) -> ServerState:
        return ServerState(self.dropped, self._redacted)

    @property
    def connected(self) -> bool:
        """Return True if the Socket.IO connection is open."""
        return self._socket is not None

    # Connection ---------------------------------------------------------------------------------

    async def login(self) -> None:
        """Check the credentials and get fresh session cookies.

        Raises AuthFailed, CannotConnect, CertificateError, InvalidAnswer (not a pimatic server).
        """
        self._session.cookie_jar.clear()
        try:
            answer = await self._rest.call(ACTIONS["getGuiSettings"], {}, seconds=self.request_seconds)
        except NoAnswer:
            raise CannotConnect("the server did not answer in time") from None
        except CommandFailed:
            raise InvalidAnswer("the server does not answer as pimatic does") from None
        if "guiSettings" not in answer:
            raise InvalidAnswer("the server does not answer as pimatic does")

    async def connect(self) -> ServerState:
        """Open the connection and wait for the server's state.

        Raises what `login` does, and PushRefused when only the Socket.IO connection is refused.
        """
        await self.disconnect()
        await self.login()
        try:
            self._socket = await SocketIO.connect(
                self._session, self._base_url, dropped=self.dropped, polling_first=True, limit=MAX_ANSWER_BYTES
            )
            async with asyncio.timeout(self.initial_seconds):
                self.state = await self._receive_initial(self._socket)
        except TimeoutError:
            await self.disconnect()
            raise CannotConnect("the server did not send its state") from None
        except AuthFailed:
            await self.disconnect()
            # The server has just accepted the credentials: what it refuses is the session cookies.
            raise PushRefused("the server refused the session of its own login") from None
        except BaseException:
            await self.disconnect()
            raise
        return self.state

    async def _receive_initial(self, socket: SocketIO) -> ServerState:
        """Collect the initial events; others that arrive between them are kept for `run`.

        Raises InvalidAnswer when those are too many or too large: to leave some out would make the state wrong.
        """
        state = self._empty_state()
        missing = set(INITIAL)
        self._early.clear()
        early_bytes = 0
        while missing:
            message = await anext(socket)
            if (event := state.event_in(message)) is None:
                continue
            name, argument = event
            if name in missing:
                await in_slices(state.loading(name, argument))
                missing.discard(name)
            else:
                self._early.append(message)
                early_bytes += len(orjson.dumps(message))
                if len(self._early) > MOST_EARLY or early_bytes > MOST_EARLY_BYTES:
                    self._early.clear()
                    raise InvalidAnswer("the server sends too much before its state")
        if state.user is None:
            raise InvalidAnswer("the server did not name the user")
        return state

    async def run(self, take: Callable[[Change], None]) -> None:
        """Call `take` with each change until the connection is lost. Raises CannotConnect then."""
        if (socket := self._socket) is None:
            raise CannotConnect("not connected")
        early, self._early = self._early, []
        try:
            await self.state.listen(_each(early), take, self._take_result)
            await self.state.listen(socket, take, self._take_result)
        except AuthFailed:
            # Only the next login tells whether the credentials are refused too.
            raise CannotConnect("the server ended the session") from None

    async def disconnect(self) -> None:
        """Close the connection, if there is one; calls that wait for a result fail."""
        socket, self._socket = self._socket, None
        waiting, self._calls = self._calls, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(CannotConnect("the connection was lost"))
        if socket is not None:
            await socket.close()

    def close(self) -> None:
        """Cancel all requests, before the session is closed. Later calls fail."""
        self._rest.close()

    async def fetch(self) -> ServerState:
        """Return the state as fetched by REST alone (docs/protocol/pimatic.md#what-a-role-sees).

        Raises what `login` does. Lists the role may not read are empty.
        """
        await self.login()
        state = self._empty_state()
        for name, action in _LISTS.items():
            try:
                answer = await self._rest.call(ACTIONS[action], {}, seconds=self.request_seconds)
            except PermissionDenied:
                continue
            await in_slices(state.loading(name, answer.get(ACTIONS[action].result)))
        # REST does not return the user; the server checks the permissions.
        state.user = self.state.user or User("", "", {"controlDevices": True, "rules": "write", "variables": "write"})
        self.state = state
        return state

    # Calls --------------------------------------------------------------------------------------

    async def call(self, name: str, /, *, seconds: float | None = None, **params: Any) -> Any:
        """Call an API action by its name in `actions.ACTIONS`; return its result, or None.

        Raises ParameterInvalid (nothing was sent), PermissionDenied, Refused, NoAnswer,
        CannotConnect, AuthFailed, InvalidAnswer.
        """
        return await self._call(name, check(ACTIONS[name], params), seconds or self.request_seconds)

    async def call_device(self, device: Device, action_name: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call an action of a device with the parameters it declares; return what it returns, or None.

        Raises as `call`.
        """
        if (action := device.action(action_name)) is None:
            raise ParameterInvalid("unknown_action", action=action_name[:60])
        checked = check(action, params or {})
        if clash := {"deviceId", "actionName"} & checked.keys():
            raise ParameterInvalid("parameter_not_sendable", parameter=min(clash))
        seconds = TRAVEL_SECONDS if action_name in _SLOW_ACTIONS else self.request_seconds
        return await self._call_action({"deviceId": device.id, "actionName": action_name, **checked}, seconds)

    async def _call_action(self, params: dict[str, Any], seconds: float) -> Any:
        """Call an action of a device; secrets in the result are redacted."""
        return self._redactor.value(await self._call("callDeviceAction", params, seconds))

    async def refresh(self, device_id: str) -> None:
        """Fetch the values of one device into the state. Raises as `call`."""
        self.state.refresh_device(await self.call("getDeviceById", deviceId=device_id))

    async def execute_action(self, text: str, *, simulate: bool) -> str:
        """Run a text as the actions of a rule, or only check it; return what was or would be done.

        Raises as `call`, and ActionTextRefused.
        """
        try:
            done = str(await self.call("executeAction", actionString=text, simulate=simulate, logging=True))
        except Refused as error:
            raise ActionTextRefused(str(error), error.detail) from None
        return self._redactor.text(done)

    async def call_unseen(self, device_id: str, action_name: str, params: Mapping[str, Any]) -> Any:
        """Call an action of a device that the user's role does not see; only the server checks its parameters.

        That is safe for a device's action, but not for the API's own
        (docs/protocol/pimatic.md#calling-a-device-action). Raises as `call`.
        """
        if clash := {"deviceId", "actionName"} & params.keys():
            raise ParameterInvalid("parameter_not_sendable", parameter=min(clash))
        target = {"deviceId": device_id, "actionName": action_name}
        check(ACTIONS["callDeviceAction"], target)
        check_undeclared(params)
        return await self._call_action({**target, **params}, self.request_seconds)

    async def history(
        self, device_id: str, attribute: str, *, after: int, before: int, limit: int
    ) -> list[HistoryPoint]:
        """Return stored values of an attribute, oldest first.

        Both ends in milliseconds since 1970, inclusive. Raises as `call`.
        Source: docs/protocol/pimatic.md#history.
        """
        raw = await self.call(
            "querySingleDeviceAttributeEvents",
            seconds=HISTORY_SECONDS,
            deviceId=device_id,
            attributeName=attribute,
            criteria={
                "after": after,
                "before": before,
                "order": "time",
                "orderDirection": "ASC",
                "limit": limit,
            },
        )
        return parse_history(raw, self.dropped, limit)

    async def pages(self) -> list[Page]:
        """Return the pages of the frontend, those of other roles too. Raises as `call`.

        Source: docs/protocol/pimatic.md#what-a-role-sees.
        """
        pages = parse_pages(await self.call("getPages"), self.dropped)
        return [self._redacted.page(page) for page in pages]

    async def _call(self, name: str, params: dict[str, Any], seconds: float) -> Any:
        action = ACTIONS[name]
        try:
            if self._socket is None:
                answer = await self._rest.call(action, params, seconds=seconds)
            else:
                answer = await self._call_socket(self._socket, name, params, seconds)
        except Refused as error:
            raise Refused(str(error), self._redactor.text(error.detail)) from None
        return answer.get(action.result) if action.result else None

    async def _call_socket(self, socket: SocketIO, name: str, params: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a call and wait for the result with its id.

        The server does not answer every call (docs/protocol/pimatic.md#call-and-result).
        """
        number = next(self._ids)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._calls[number] = future
        try:
            await socket.emit("call", {"id": number, "action": name, "params": params})
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            raise NoAnswer("the server did not answer in time") from None
        finally:
            self._calls.pop(number, None)
            if future.done() and not future.cancelled():
                future.exception()

    def _take_result(self, payload: Any) -> None:
        """Resolve the call that waits for a result; a late result is dropped."""
        match payload:
            case {"id": int(number), "success": True}:
                result = payload.get("result")
                outcome: dict[str, Any] | CommandFailed = result if isinstance(result, dict) else {}
            case {"id": int(number), "success": False, "error": "permission denied"}:
                outcome = PermissionDenied("the user's role may not do this")
            case {"id": int(number), "success": False}:
                detail = payload.get("error")
                outcome = Refused("the server refused the command", detail if isinstance(detail, str) else "")
            case _:
                self.dropped.add("malformed call result")
                return
        future = self._calls.get(number)
        if future is None or future.done():
            self.dropped.add("result of no call")
        elif isinstance(outcome, CommandFailed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


async def _each(messages: Iterable[Any]) -> AsyncIterator[Any]:
    for message in messages:
        yield message
