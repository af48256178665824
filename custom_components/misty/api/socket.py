"""The robot's WebSocket: one connection with many subscriptions.

The names of subscriptions are global on the robot and outlive a client that crashed, so every connection and every
retry uses new ones (docs/protocol/misty.md#subscription-names). The first frame of a subscription is its status
(docs/protocol/misty.md#registration-status).
"""

import asyncio
from collections.abc import Callable, Collection
import logging
import secrets
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp
import orjson
from yarl import URL

from ..common.client.errors import CannotConnect, PushRefused
from ..common.client.wire import MAX_FRAME_BYTES, DropCounter, Socket, open_websocket
from .event_types import EVENT_TYPES
from .events import Event

_LOGGER = logging.getLogger(__name__)

# Lists and objects in one message. Those of undocumented types are kept as they are.
MAX_EVENT_PARTS = 20_000
HEARTBEAT_SECONDS = 15.0
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 2.0
REGISTER_SECONDS = 2.0
# After so many refused names in a row, the reason is not a name that another client left behind.
NAME_TRIES = 5


class Topic(NamedTuple):
    """A subscription: an event type, the least milliseconds between two messages, and a filter for one sensor.

    `sensor` is (property, value). Without it, event types with several sensors report only the latest one.
    """

    type: str
    debounce_ms: int = 0
    sensor: tuple[str, str] | None = None


class EventSocket:
    """An event connection; `async with` closes it."""

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        prefix: str,
        dropped: DropCounter,
        heartbeat: float | None = None,
    ) -> None:
        """Initialize with an open WebSocket, see `connect`."""
        self._socket = Socket(websocket, dropped, idle=heartbeat or HEARTBEAT_SECONDS, parts=MAX_EVENT_PARTS)
        self._prefix = f"{prefix}_{secrets.token_hex(4)}"
        self._dropped = dropped
        self._count = 0
        self._topics: dict[str, Topic] = {}
        self._names: dict[Topic, str] = {}
        self._tries: dict[Topic, int] = {}
        self._registered: set[Topic] = set()
        # Set when the robot confirms a subscription, see `registered`.
        self._confirmed: dict[Topic, asyncio.Event] = {}
        self._to_retry: list[Topic] = []
        self.refused: set[Topic] = set()
        # Called when the robot has refused a subscription NAME_TRIES times.
        self.on_refused: Callable[[], None] = lambda: None

    @classmethod
    async def connect(
        cls,
        session: aiohttp.ClientSession,
        url: URL,
        prefix: str,
        dropped: DropCounter,
        heartbeat: float | None = None,
    ) -> EventSocket:
        """Open the WebSocket. `prefix` is the beginning of the subscriptions' names.

        After `heartbeat` seconds without a frame (15 by default) a ping is sent. Raises PushRefused if the robot
        answers without a WebSocket, CannotConnect if it does not answer.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                websocket = await open_websocket(session, url, max_msg_size=MAX_FRAME_BYTES, autoping=False)
        except aiohttp.WSServerHandshakeError as error:
            raise PushRefused(f"the robot refused the event connection with status {error.status}") from None
        except aiohttp.ClientError, OSError, TimeoutError:
            raise CannotConnect("the robot's event connection cannot be opened") from None
        return cls(websocket, prefix, dropped, heartbeat)

    async def __aenter__(self) -> Self:
        """Return the open connection."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def subscribe(self, topic: Topic) -> None:
        """Subscribe to a topic. Raises CannotConnect if the connection is lost."""
        if topic in self._names:
            return
        self._count += 1
        name = f"{self._prefix}_{topic.type}_{self._count}"
        self._topics[name] = topic
        self._names[topic] = name
        message: dict[str, Any] = {
            "Operation": "subscribe",
            "Type": topic.type,
            "DebounceMs": topic.debounce_ms,
            "EventName": name,
            "ReturnProperty": None,
        }
        if topic.sensor is not None:
            where, value = topic.sensor
            message["EventConditions"] = [{"Property": where, "Inequality": "=", "Value": value}]
        await self._send(message)

    async def unsubscribe(self, topic: Topic) -> None:
        """Unsubscribe from a topic. Raises CannotConnect if the connection is lost."""
        self._registered.discard(topic)
        if (name := self._names.pop(topic, None)) is not None:
            del self._topics[name]
            await self._send({"Operation": "unsubscribe", "EventName": name})

    async def subscribe_only(self, topics: Collection[Topic]) -> None:
        """Subscribe to these topics, except for refused ones, and unsubscribe from all others. Raises CannotConnect."""
        wanted = set(topics)
        for topic in [topic for topic in self._names if topic not in wanted]:
            await self.unsubscribe(topic)
        for topic in [topic for topic in topics if topic not in self.refused]:
            await self.subscribe(topic)

    async def registered(self, topic: Topic, seconds: float = REGISTER_SECONDS) -> bool:
        """Wait until the robot confirms a subscription; return False if it does not in time."""
        if topic in self._registered:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._confirmed.setdefault(topic, asyncio.Event()).wait()
        except TimeoutError:
            return False
        return True

    async def run(self, on_event: Callable[[Event], None]) -> None:
        """Call `on_event` with each event until the connection is lost. Raises CannotConnect then."""
        async for frame in self._socket:
            if (event := self._event_in(frame)) is not None:
                on_event(event)
            while self._to_retry:
                await self.subscribe(self._to_retry.pop())

    async def close(self) -> None:
        """Unsubscribe from all topics, so that no name is left behind, and close the connection."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                for topic in tuple(self._names):
                    await self.unsubscribe(topic)
        except CannotConnect, TimeoutError:
            pass
        finally:
            await self._socket.close()

    def _event_in(self, frame: Any) -> Event | None:
        """Return the event in the JSON value of a frame; None for a status frame and for an invalid one."""
        # No `match` here, because it is slower, and a robot sends dozens of events a second.
        if not isinstance(frame, dict) or not isinstance(frame.get("eventName"), str) or "message" not in frame:
            self._dropped.add("frame without event name and message")
            return None
        name, message = frame["eventName"], frame["message"]
        if (topic := self._topics.get(name)) is None:
            # It may be a late frame of a subscription that has just ended.
            self._dropped.add("event of an unknown subscription")
            return None
        # Only the data of skills may be texts, too, but not before the status.
        if isinstance(message, str) and not (topic.type == "UserSkillData" and topic in self._registered):
            self._take_status(topic, name, message)
            return None
        return EVENT_TYPES[topic.type].read(message, self._dropped)

    def _take_status(self, topic: Topic, name: str, status: str) -> None:
        """Handle the status of a subscription: it is confirmed, or refused and tried again under another name."""
        if "cannot register" not in status.lower():
            self._tries.pop(topic, None)
            self._registered.add(topic)
            if (confirmed := self._confirmed.pop(topic, None)) is not None:
                confirmed.set()
            return
        self._topics.pop(name, None)
        self._names.pop(topic, None)
        tries = self._tries[topic] = self._tries.get(topic, 0) + 1
        _LOGGER.debug("The robot refused the subscription to %s (try %s)", topic.type, tries)
        if tries < NAME_TRIES:
            self._to_retry.append(topic)
        else:
            self.refused.add(topic)
            self.on_refused()

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send(orjson.dumps(message).decode())
