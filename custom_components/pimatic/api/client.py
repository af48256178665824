"""The client of one pimatic server: REST for the way in, Socket.IO for everything after it.

A WebSocket without a polling handshake before it ends a real server, so the client never opens one
(docs/protocol/pimatic.md#direct-websocket). It makes one REST call with the credentials; the cookies
of the answer open the handshake, with and without the mobile frontend, and no password stands in a URL
(docs/protocol/pimatic.md#two-layers).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

import aiohttp
from yarl import URL

from ..common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer
from ..common.client.socketio import SocketIO
from ..common.client.wire import DropCounter
from .actions import ACTIONS, check, check_any, check_device_action
from .errors import ParameterInvalid, PermissionDenied, Refused
from .model import Device, HistoryPoint, User
from .parse import parse_device, parse_history
from .rest import MAX_ANSWER_BYTES, REQUEST_SECONDS, Rest
from .state import HANDLERS, INITIAL, Change, Handler, ServerState, TakeAttribute, attribute_changed

INITIAL_SECONDS = 30.0
# Shutters answer `moveByPercentage` only when they have arrived.
TRAVEL_SECONDS = 180.0
_SLOW_ACTIONS = {"moveByPercentage"}

# Events that carry one of the lists the REST API has too, and the action that fetches it.
_LISTS = {
    "devices": "getDevices",
    "rules": "getRules",
    "variables": "getVariables",
    "pages": "getPages",
    "groups": "getGroups",
}


def cookie_jar() -> aiohttp.CookieJar:
    """Return a jar that sends cookies as pimatic takes them: unquoted, and to IP addresses too.

    Source: docs/protocol/pimatic.md#session-cookies.
    """
    return aiohttp.CookieJar(unsafe=True, quote_cookie=False)


class PimaticClient:
    """A server, at most one Socket.IO connection to it, and calls over whichever way is open.

    The HTTP session must have been made with `cookie_jar` and belong to this client alone.
    """

    def __init__(self, session: aiohttp.ClientSession, base_url: URL, username: str, password: str) -> None:
        """Prepare; nothing is connected. `base_url` is the server's root; an empty username: no login."""
        self._session = session
        self._base_url = base_url
        self.dropped = DropCounter()
        self._rest = Rest(session, base_url, username, password, self.dropped)
        self.state = ServerState(self.dropped)
        self._socket: SocketIO | None = None
        self._early: deque[tuple[str, Any]] = deque()
        self._ids = count(1)
        self._calls: dict[int, asyncio.Future[dict[str, Any]]] = {}

    @property
    def connected(self) -> bool:
        """Tell whether the Socket.IO connection is open."""
        return self._socket is not None

    # Connection ---------------------------------------------------------------------------------

    async def login(self) -> None:
        """Check the credentials and get fresh session cookies.

        Raises AuthFailed, CannotConnect, CertificateError, InvalidAnswer (not a pimatic server).
        """
        self._session.cookie_jar.clear()
        try:
            answer = await self._rest.call(ACTIONS["getGuiSettings"], {})
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
        self._socket = await SocketIO.connect(
            self._session, self._base_url, dropped=self.dropped, polling_first=True, limit=MAX_ANSWER_BYTES
        )
        try:
            async with asyncio.timeout(INITIAL_SECONDS):
                self.state = await self._receive_initial(self._socket)
        except TimeoutError:
            await self.disconnect()
            raise CannotConnect("the server did not send its state") from None
        except BaseException:
            await self.disconnect()
            raise
        return self.state

    async def _receive_initial(self, socket: SocketIO) -> ServerState:
        """Collect the initial lists; what else arrives between them is kept for `follow`."""
        state = ServerState(self.dropped)
        missing = set(INITIAL)
        self._early.clear()
        while missing:
            name, payload = await socket.receive()
            if name in missing:
                state.load(name, payload)
                missing.discard(name)
            else:
                self._early.append((name, payload))
        if state.user is None:
            raise InvalidAnswer("the server did not say who we are")
        return state

    async def follow(self, take: Callable[[Change], None], take_attribute: TakeAttribute) -> None:
        """Hand on what changes until the connection is lost. Raises CannotConnect or AuthFailed then."""
        if (socket := self._socket) is None:
            raise CannotConnect("not connected")
        state = self.state

        def taker(handle: Handler) -> Callable[[Any], None]:
            def take_payload(payload: Any) -> None:
                if (change := handle(state, payload)) is not None:
                    take(change)

            return take_payload

        takers = {name: taker(handle) for name, handle in HANDLERS.items()} | {
            "deviceAttributeChanged": partial(attribute_changed, state, take_attribute),
            "callResult": self._take_result,
        }
        while self._early:
            name, payload = self._early.popleft()
            takers[name](payload) if name in takers else state.take_other(name, payload)
        await socket.follow(state.take_other, takers=takers)

    async def disconnect(self) -> None:
        """Close the connection; calls that wait fail. Harmless when there is none."""
        socket, self._socket = self._socket, None
        waiting, self._calls = self._calls, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(CannotConnect("the connection was lost"))
        if socket is not None:
            await socket.close()

    def close(self) -> None:
        """Give up every request, before the session goes. What is called afterwards fails."""
        self._rest.close()

    async def fetch(self) -> ServerState:
        """Return the state as read by REST alone (docs/protocol/pimatic.md#what-a-role-sees).

        Raises what `login` does. Lists the role may not read are empty.
        """
        await self.login()
        state = ServerState(self.dropped)
        for name, action in _LISTS.items():
            try:
                answer = await self._rest.call(ACTIONS[action], {})
            except PermissionDenied:
                continue
            state.load(name, answer.get(ACTIONS[action].result))
        # REST does not say who we are; what the role may not do, it will refuse.
        state.user = self.state.user or User("", "", {"controlDevices": True, "rules": "write", "variables": "write"})
        self.state = state
        return state

    # Calls --------------------------------------------------------------------------------------

    async def call(self, name: str, /, *, seconds: float = REQUEST_SECONDS, **params: Any) -> Any:
        """Call an API action by its name in `actions.ACTIONS`; return its result, or None.

        Raises ParameterInvalid (nothing was sent), PermissionDenied, Refused, NoAnswer,
        CannotConnect, AuthFailed, InvalidAnswer.
        """
        return await self._call(name, check(ACTIONS[name], params), seconds)

    async def call_device(self, device: Device, action_name: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call an action of a device with the parameters it declares; return what it returns, or None.

        Raises as `call`.
        """
        if (action := device.action(action_name)) is None:
            raise ParameterInvalid(f"the device has no action {action_name[:60]}")
        checked = check_device_action(action, params or {})
        if clash := {"deviceId", "actionName"} & checked.keys():
            raise ParameterInvalid(f"the parameter {min(clash)} cannot be sent")
        seconds = TRAVEL_SECONDS if action_name in _SLOW_ACTIONS else REQUEST_SECONDS
        return await self._call(
            "callDeviceAction", {"deviceId": device.id, "actionName": action_name, **checked}, seconds
        )

    async def refresh(self, device_id: str) -> None:
        """Ask for the values of one device and take them into the state. Raises as `call`."""
        raw = await self.call("getDeviceById", deviceId=device_id)
        if parsed := parse_device(raw, self.dropped):
            for name, value in parsed[1].items():
                if (known := self.state.attributes.get((device_id, name))) is not None:
                    known.value = value

    async def call_unseen(self, device_id: str, action_name: str, params: Mapping[str, Any]) -> Any:
        """Call an action of a device that our role is not shown; the server checks its parameters alone.

        That is safe for a device's action, but not for the API's own
        (docs/protocol/pimatic.md#calling-a-device-action). Raises as `call`.
        """
        if clash := {"deviceId", "actionName"} & params.keys():
            raise ParameterInvalid(f"the parameter {min(clash)} cannot be sent")
        target = {"deviceId": device_id, "actionName": action_name}
        check(ACTIONS["callDeviceAction"], target)
        check_any(params)
        return await self._call("callDeviceAction", {**target, **params}, REQUEST_SECONDS)

    async def history(
        self, device_id: str, attribute: str, *, after: int, before: int, limit: int
    ) -> list[HistoryPoint]:
        """Return stored values of an attribute, oldest first.

        Both ends in milliseconds since 1970, inclusive. Raises as `call`.
        Source: docs/protocol/pimatic.md#history.
        """
        raw = await self.call(
            "querySingleDeviceAttributeEvents",
            seconds=60.0,
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
        return parse_history(raw, self.dropped)

    async def _call(self, name: str, params: dict[str, Any], seconds: float) -> Any:
        action = ACTIONS[name]
        if self._socket is None:
            answer = await self._rest.call(action, params, seconds=seconds)
        else:
            answer = await self._call_socket(self._socket, name, params, seconds)
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
        """Hand a result to the call that waits for it; one that came too late is dropped."""
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
