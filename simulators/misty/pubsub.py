"""The robot's event server: subscriptions with conditions, debounce and global names.

Source: docs/protocol/misty.md#event-connection.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import json
import operator as operators
from typing import Any

from aiohttp import WSMsgType, web

from .parameters import Failure, parse_loosely

DEFAULT_DEBOUNCE_MS = 250
REGISTERED = "Registration Status: API event registered."
# All operators of the vendor's documentation and clients: docs/protocol/misty.md#conditions.
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operators.eq,
    "==": operators.eq,
    "!=": operators.ne,
    "!==": operators.ne,
    ">": operators.gt,
    "<": operators.lt,
    ">=": operators.ge,
    "=>": operators.ge,
    "<=": operators.le,
    "=<": operators.le,
}
TAKEN = "Registration Status: Cannot register an event with same name ({}) as a previously registered event."


@dataclass(eq=False)
class Subscription:
    """A subscription of a connection."""

    name: str
    type: str
    debounce: float
    conditions: list[dict[str, Any]]
    return_property: str | None
    connection: Connection
    sent_at: float = float("-inf")
    last: dict[str, Any] = field(default_factory=dict)


class Connection:
    """A WebSocket with a task for sending, so that `publish` does not block."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        """Initialize with an open WebSocket."""
        self.websocket = websocket
        self.frames: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while True:
            frame = await self.frames.get()
            try:
                await self.websocket.send_str(frame)
            except ConnectionError, RuntimeError:
                return

    def close(self) -> None:
        """Stop sending."""
        self._writer.cancel()


class Hub:
    """All subscriptions of the robot."""

    def __init__(self, faults: dict[str, Any], note: Callable[..., None], types: Callable[[], set[str]]) -> None:
        """Initialize with the faults, a function for the record, and one for the event types of the robot."""
        self.by_name: dict[str, Subscription] = {}
        self.ghosts: set[str] = set()
        self.version = "Current"
        self._faults = faults
        self._note = note
        self._types = types

    async def serve(
        self, request: web.Request, track: Callable[[web.WebSocketResponse], None]
    ) -> web.WebSocketResponse:
        """Serve a connection."""
        websocket = web.WebSocketResponse(max_msg_size=1 << 20)
        await websocket.prepare(request)
        track(websocket)
        connection = Connection(websocket)
        self._note("connected")
        try:
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    self._take(connection, message.data)
        finally:
            connection.close()
            self._forget(connection)
        return websocket

    def clear(self) -> None:
        """Release all names, as a reboot does."""
        self.by_name.clear()
        self.ghosts.clear()

    def wanted(self, event_type: str) -> bool:
        """Return True if an event type has a subscription."""
        return any(subscription.type == event_type for subscription in self.by_name.values())

    def publish(self, event_type: str, message: Any, sensor_name: str | None = None) -> None:
        """Send an event to every subscription of its type, if it meets the conditions."""
        if sensor_name and self.version == "Deprecated" and isinstance(message, dict):
            message = {**message, "sensorName": sensor_name}
        now = asyncio.get_running_loop().time()
        for subscription in list(self.by_name.values()):
            if subscription.type != event_type:
                continue
            # Conditions may use the name even if it is not sent.
            view = {"sensorName": sensor_name, **message} if isinstance(message, dict) else {}
            if not all(_is_met(subscription, condition, view) for condition in subscription.conditions):
                continue
            if now - subscription.sent_at < subscription.debounce and not self._faults.get("lossless"):
                continue
            subscription.sent_at = now
            subscription.last = view
            self._send(subscription, message, view)

    # Receiving ----------------------------------------------------------------------------------

    def _take(self, connection: Connection, raw: str) -> None:
        self._note("frame", raw=raw)
        try:
            frame = parse_loosely(raw)
        except Failure:
            return
        if not isinstance(frame, dict):
            return
        lower = {str(name).lower(): value for name, value in frame.items()}
        match str(lower.get("operation", "")).lower():
            case "subscribe":
                self._subscribe(connection, lower)
            case "unsubscribe":
                self._unsubscribe(connection, lower.get("eventname"))

    def _subscribe(self, connection: Connection, frame: dict[str, Any]) -> None:
        event_type = str(frame.get("type") or "")
        name = str(frame.get("eventname") or event_type)
        refusals = int(self._faults.get("refuse_names") or 0)
        if refusals:
            self._faults["refuse_names"] = refusals - 1
        if refusals or name in self.by_name or name in self.ghosts:
            self._reply(connection, name, TAKEN.format(name))
            return
        if event_type not in self._types():
            # The text of a real robot is unknown: docs/protocol/misty.md#registration-status.
            self._reply(connection, name, f"Registration Status: Unknown event type {event_type}.")
            return
        debounce = frame.get("debouncems")
        conditions = frame.get("eventconditions")
        subscription = Subscription(
            name,
            event_type,
            (DEFAULT_DEBOUNCE_MS if debounce is None else float(debounce)) / 1000,
            [condition for condition in conditions if isinstance(condition, dict)]
            if isinstance(conditions, list)
            else [],
            frame.get("returnproperty") or None,
            connection,
        )
        self.by_name[name] = subscription
        self._note("subscribed", name=name, type=event_type, debounce=debounce, conditions=conditions)
        self._reply(connection, name, REGISTERED)

    def _unsubscribe(self, connection: Connection, name: Any) -> None:
        """End a subscription, or without a name all subscriptions of this connection. There is no response.

        With the fault `unsubscribe_foreign`, it also ends those of other connections, and releases their names.
        """
        is_any = bool(name and self._faults.get("unsubscribe_foreign"))
        for subscription in list(self.by_name.values()):
            if (is_any or subscription.connection is connection) and (not name or subscription.name == name):
                del self.by_name[subscription.name]
                self._note("unsubscribed", name=subscription.name, type=subscription.type)
        if is_any:
            self.ghosts.discard(name)

    def _forget(self, connection: Connection) -> None:
        """Remove a lost connection, but keep its names in use, as a robot does."""
        self._note("disconnected")
        for subscription in list(self.by_name.values()):
            if subscription.connection is connection:
                del self.by_name[subscription.name]
                if not self._faults.get("release_names"):
                    self.ghosts.add(subscription.name)

    # Sending ------------------------------------------------------------------------------------

    def _send(self, subscription: Subscription, message: Any, view: dict[str, Any]) -> None:
        if subscription.return_property:
            message = _value_at(view, subscription.return_property)
        frame: dict[str, Any] = {"eventName": subscription.name, "message": message}
        if self.version == "Deprecated":
            frame["type"] = subscription.type
        text = json.dumps(frame, sort_keys=True)
        if self._faults.pop("malformed", None):
            text = text[:-7]
        subscription.connection.frames.put_nowait(text)

    @staticmethod
    def _reply(connection: Connection, name: str, status: str) -> None:
        connection.frames.put_nowait(json.dumps({"eventName": name, "message": status}))


def _value_at(message: Any, path: str) -> Any:
    """Return the value at a dot path, which is case-insensitive."""
    for part in path.split("."):
        if not isinstance(message, dict):
            return None
        message = {str(name).lower(): value for name, value in message.items()}.get(part.lower())
    return message


def _is_met(subscription: Subscription, condition: dict[str, Any], message: dict[str, Any]) -> bool:
    """Return True if an event meets a condition with any of the known operators."""
    lower = {str(name).lower(): value for name, value in condition.items()}
    path = str(lower.get("property", ""))
    have = _value_at(message, path)
    operator = str(lower.get("inequality", "="))
    if operator == "exists":
        return have is not None
    if operator == "empty":
        return have is None or have in ("", [], {})
    want: Any = lower.get("value")
    if operator == "delta":
        before = _value_at(subscription.last, path)
        return before is None or abs(_number(have) - _number(before)) >= _number(want)
    return operator in OPERATORS and bool(OPERATORS[operator](*_same_type(have, want)))


def _same_type(have: Any, want: Any) -> tuple[Any, Any]:
    """Convert both sides of a comparison to the same type, because clients may send numbers and booleans as strings."""
    if isinstance(have, bool):
        return str(have).lower(), str(want).lower()
    if isinstance(have, int | float):
        return float(have), _number(want)
    return str(have), str(want)


def _number(value: Any) -> float:
    try:
        return float(value)
    except TypeError, ValueError:
        return float("nan")
