"""A client of Home Assistant's REST and WebSocket APIs."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .errors import DemoError

CALL_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Action:
    """A call of an action (service)."""

    name: str
    """The name with the domain, for example `light.turn_on`."""

    entity_id: str = ""
    """The target, empty for none."""

    data: Mapping[str, Any] = field(default_factory=dict)


class Refused(DemoError):
    """Home Assistant answered with an error, which is the message."""


class Client:
    """A client with the present states of all entities, after `login`."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Initialize; `login` connects."""
        self.states: dict[str, dict[str, Any]] = {}
        self.url = url
        self._session = session
        self._tokens: dict[str, Any] = {}
        self._websocket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._next_id = 1
        self._changed = asyncio.Event()

    # REST ---------------------------------------------------------------------------------------

    async def get(self, path: str) -> Any:
        """Send a GET request and return the response. Raises Refused."""
        return await self._request("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        """Send a POST request with a JSON body and return the response. Raises Refused."""
        return await self._request("POST", path, json=body or {})

    async def delete(self, path: str) -> Any:
        """Send a DELETE request and return the response. Raises Refused."""
        return await self._request("DELETE", path)

    async def _request(self, method: str, path: str, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens['access_token']}"} if self._tokens else {}
        async with self._session.request(method, f"{self.url}{path}", headers=headers, **arguments) as response:
            if response.content_type != "application/json":
                raise Refused(f"Home Assistant answers {path} with status {response.status}")
            answer = await response.json()
            if response.status >= 400:
                raise Refused(f"Home Assistant refuses {path}: {answer.get('message', answer)}")
            return answer

    # Login --------------------------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """The client id for the login."""
        return f"{self.url}/"

    async def login(self, username: str, password: str) -> None:
        """Log in like the frontend, and open the WebSocket."""
        provider = ["homeassistant", None]
        flow = await self.post(
            "/auth/login_flow",
            {"client_id": self.client_id, "handler": provider, "redirect_uri": f"{self.url}/?auth_callback=1"},
        )
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self.client_id, "username": username, "password": password},
        )
        if answer["type"] != "create_entry":
            raise DemoError("the password of the user demo was changed; script/demo --fresh starts with a new user")
        form = {"grant_type": "authorization_code", "code": answer["result"], "client_id": self.client_id}
        self._tokens = await self._request("POST", "/auth/token", data=form)
        await self._connect()

    async def close(self) -> None:
        """Close the connection and revoke the tokens."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._websocket is not None:
            await self._websocket.close()
        if self._tokens:
            form = {"token": self._tokens["refresh_token"]}
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self._session.post(f"{self.url}/auth/revoke", data=form):
                    self._tokens = {}

    # WebSocket ----------------------------------------------------------------------------------

    async def _connect(self) -> None:
        self._websocket = await self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        await self._websocket.receive_json()
        await self._websocket.send_json({"type": "auth", "access_token": self._tokens["access_token"]})
        answer = await self._websocket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemoError("Home Assistant refused the login of the demo")
        self._reader = asyncio.create_task(self._read(self._websocket))
        await self.call("subscribe_events", event_type="state_changed")
        self.states = {state["entity_id"]: state for state in await self.call("get_states")}

    async def call(self, command: str, **parameters: Any) -> Any:
        """Send a WebSocket command and return its result. Raises Refused, or DemoError without a connection."""
        if self._websocket is None or self._reader is None or self._reader.done():
            raise DemoError("the connection to Home Assistant is lost")
        number, self._next_id = self._next_id, self._next_id + 1
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._websocket.send_json({"id": number, "type": command, **parameters})
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await answer
        except TimeoutError:
            raise DemoError(f"Home Assistant did not answer {command} within {CALL_SECONDS:.0f} s") from None
        finally:
            self._answers.pop(number, None)

    async def act(self, action: Action) -> None:
        """Call an action (service) and wait for its end."""
        domain, _, service = action.name.partition(".")
        target = {"target": {"entity_id": action.entity_id}} if action.entity_id else {}
        await self.call("call_service", domain=domain, service=service, service_data=dict(action.data), **target)

    async def wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for a condition on the states; return True if it is met in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        return condition()

    def state(self, entity_id: str) -> str:
        """Return the state of an entity, or an empty text if there is no such entity."""
        return str(self.states.get(entity_id, {}).get("state", ""))

    async def _read(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in websocket:
            message = frame.json()
            if message["type"] == "event":
                self._note_state(message["event"]["data"])
            elif (answer := self._answers.get(message["id"])) is not None and not answer.done():
                if message["success"]:
                    answer.set_result(message["result"])
                else:
                    answer.set_exception(Refused(message["error"]["message"]))

    def _note_state(self, data: dict[str, Any]) -> None:
        if data["new_state"] is None:
            self.states.pop(data["entity_id"], None)
        else:
            self.states[data["entity_id"]] = data["new_state"]
        self._changed.set()
