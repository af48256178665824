"""The robot's WebSocket: one connection, many subscriptions.

Subscription names are global on the robot and survive a client that died, so every connection and every retry uses
new ones (docs/protocol/misty.md#subscription-names). The first frame of a subscription is its status, not data
(docs/protocol/misty.md#registration-status).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial
import logging
import secrets
from time import monotonic
from typing import Any, Final, NamedTuple

import aiohttp
import orjson
from yarl import URL

from ..common.client.errors import CannotConnect, PushRefused
from ..common.client.silence import Silence
from ..common.client.websocket import open_websocket
from ..common.client.wire import MAX_FRAME_BYTES, DropCounter, decode_json
from .event_types import EVENT_TYPES
from .events import Event, Reader, parse_event

_LOGGER = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
PONG_SECONDS = 5.0
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 2.0
REGISTER_SECONDS = 2.0
# A robot that refuses this many names in a row does not do it because of a name left behind.
NAME_TRIES = 5

TEXT: Final = aiohttp.WSMsgType.TEXT


class Topic(NamedTuple):
    """What to subscribe to: an event type, the milliseconds between two messages, and one sensor or all.

    `sensor` is (property, value): grouped types report the latest sensor only when they are not filtered.
    """

    type: str
    debounce_ms: int = 0
    sensor: tuple[str, str] | None = None


class EventSocket:
    """One connection to a robot's event server."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, prefix: str, dropped: DropCounter) -> None:
        """Wrap an open WebSocket; `connect` makes one."""
        self._websocket = websocket
        self._prefix = f"{prefix}_{secrets.token_hex(4)}"
        self._dropped = dropped
        self._count = 0
        self._topics: dict[str, Topic] = {}
        self._names: dict[Topic, str] = {}
        # What reads the data of each subscription, by its name.
        self._readers: dict[str, Reader] = {}
        self._tries: dict[Topic, int] = {}
        self._registered: set[Topic] = set()
        # Set when the robot has confirmed what somebody waits for.
        self._confirmed: dict[Topic, asyncio.Event] = {}
        # What the last message is to be answered with.
        self._due: list[Callable[[], Awaitable[None]]] = []
        self.refused: set[Topic] = set()
        # Told when the robot has refused every name tried for a subscription.
        self.on_refused: Callable[[], None] = lambda: None

    @classmethod
    async def connect(cls, session: aiohttp.ClientSession, url: URL, prefix: str, dropped: DropCounter) -> EventSocket:
        """Open the WebSocket. `prefix` begins every subscription's name.

        Raises PushRefused when the robot answers without upgrading, CannotConnect when it does not answer.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                websocket = await open_websocket(session, url, max_msg_size=MAX_FRAME_BYTES, autoping=False)
        except aiohttp.WSServerHandshakeError as error:
            raise PushRefused(f"the robot refused the event connection with status {error.status}") from None
        except aiohttp.ClientError, OSError, TimeoutError:
            raise CannotConnect("the robot's event connection cannot be opened") from None
        return cls(websocket, prefix, dropped)

    async def subscribe(self, topic: Topic) -> None:
        """Ask for events. Raises CannotConnect when the connection is over."""
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
        """End a subscription. Raises CannotConnect when the connection is over."""
        self._registered.discard(topic)
        if (name := self._names.pop(topic, None)) is not None:
            del self._topics[name]
            self._readers.pop(name, None)
            await self._send({"Operation": "unsubscribe", "EventName": name})

    async def keep(self, topics: Collection[Topic]) -> None:
        """Make exactly these the subscriptions, but for refused ones. Raises CannotConnect."""
        wanted = set(topics)
        for topic in [topic for topic in self._names if topic not in wanted]:
            await self.unsubscribe(topic)
        for topic in [topic for topic in topics if topic not in self.refused]:
            await self.subscribe(topic)

    async def registered(self, topic: Topic, seconds: float = REGISTER_SECONDS) -> bool:
        """Wait until the robot has confirmed a subscription; tell whether it did in time."""
        if topic in self._registered:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._confirmed.setdefault(topic, asyncio.Event()).wait()
        except TimeoutError:
            return False
        return True

    async def follow(self, take: Callable[[Event], None]) -> None:
        """Hand the events to `take`, each as it comes, until the connection is lost. Raises CannotConnect then.

        A robot that says nothing is asked for a sign of life. aiohttp's own heartbeat leaves a timer
        behind when data arrives while it closes.
        """
        receive = self._websocket.receive
        while True:
            try:
                async with Silence(HEARTBEAT_SECONDS) as silence:
                    while True:
                        message = await receive()
                        silence.heard_at = monotonic()
                        if message.type is not TEXT:
                            self._hear(message)
                        elif (event := self._event_in(message.data)) is not None:
                            take(event)
                        if self._due:
                            await self._send_due()
            except TimeoutError:
                await self._ask(take)

    async def close(self) -> None:
        """Unsubscribe everything, so that no name is left behind, and close. Harmless when it is over."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                for topic in tuple(self._names):
                    await self.unsubscribe(topic)
                await self._websocket.close()
        except CannotConnect, TimeoutError:
            await self._websocket.close()

    async def _ask(self, take: Callable[[Event], None]) -> None:
        """Ask for a sign of life and take whatever comes. Raises CannotConnect when nothing does."""
        try:
            await self._websocket.ping()
            message = await self._websocket.receive(timeout=PONG_SECONDS)
        except TimeoutError, ConnectionError:
            raise CannotConnect("the robot stopped answering") from None
        if message.type is not TEXT:
            self._hear(message)
        elif (event := self._event_in(message.data)) is not None:
            take(event)
        await self._send_due()

    def _hear(self, message: aiohttp.WSMessage) -> None:
        """Take a message that is no text. Raises CannotConnect for what ends the connection."""
        if message.type is aiohttp.WSMsgType.BINARY:
            self._dropped.add("binary frame")
        elif message.type is aiohttp.WSMsgType.PING:
            self._due.append(partial(self._websocket.pong, message.data))
        elif message.type is aiohttp.WSMsgType.PONG:
            return
        elif message.type is aiohttp.WSMsgType.ERROR and not self._websocket.closed:
            self._dropped.add("broken WebSocket frame")
        else:
            raise CannotConnect("the event connection was lost")

    async def _send_due(self) -> None:
        """Send what answers the last message. Raises CannotConnect when the connection is over."""
        while self._due:
            await self._due.pop()()

    def _event_in(self, raw: str) -> Event | None:
        """Return the event in a frame, or None for a status frame and for what is dropped."""
        frame: Any = decode_json(raw, self._dropped)
        try:
            name, message = frame["eventName"], frame["message"]
            reader = self._readers.get(name)
        except KeyError, TypeError:
            self._dropped.add("frame without event name and message")
            return None
        if reader is None or type(message) is not dict:
            return self._unread(name, message)
        return reader.read(message, len(raw), self._dropped)

    def _unread(self, name: Any, message: Any) -> Event | None:
        """Return the event in what no reader is there for: the first data of a subscription, raw data, or no event."""
        topic = self._topics.get(name)
        if topic is None:
            # Late frames of a subscription that has just ended come here too.
            named = isinstance(name, str)
            self._dropped.add("event of an unknown subscription" if named else "frame without event name and message")
            return None
        if isinstance(message, str) and not self._may_be_data(topic):
            self._take_status(topic, name, message)
            return None
        row = EVENT_TYPES.get(topic.type)
        if row is not None and not row.raw:
            self._readers[name] = Reader(row)
        return parse_event(topic.type, message, self._dropped)

    def _may_be_data(self, topic: Topic) -> bool:
        """Tell whether a string is data: skills send what they like, but only after the registration."""
        return topic.type == "UserSkillData" and topic in self._registered

    def _take_status(self, topic: Topic, name: str, status: str) -> None:
        """Note a registration; let a subscription be asked for again whose name a dead connection left behind."""
        if "cannot register" not in status.lower():
            self._tries.pop(topic, None)
            self._registered.add(topic)
            if (confirmed := self._confirmed.pop(topic, None)) is not None:
                confirmed.set()
            return
        self._topics.pop(name, None)
        self._readers.pop(name, None)
        self._names.pop(topic, None)
        tries = self._tries[topic] = self._tries.get(topic, 0) + 1
        _LOGGER.debug("The robot refused a name for %s (try %s)", topic.type, tries)
        if tries < NAME_TRIES:
            self._due.append(partial(self.subscribe, topic))
        else:
            self.refused.add(topic)
            self.on_refused()

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._websocket.send_str(orjson.dumps(message).decode())
        except aiohttp.ClientError, ConnectionError, RuntimeError:
            raise CannotConnect("the event connection was lost") from None
