"""Which events the robot is to send: those that somebody needs now."""

import asyncio
from collections import Counter

from homeassistant.core import callback

from .api import EventSocket, MistyClient, Topic
from .common.client.errors import CannotConnect
from .topics import ALWAYS


class Subscriptions:
    """Counts who needs a topic, and keeps a connection's subscriptions in line with that."""

    def __init__(self, client: MistyClient) -> None:
        """Initialize with what is needed always."""
        self._client = client
        self._needed: Counter[Topic] = Counter(ALWAYS)
        self._changed = asyncio.Event()

    @property
    def topics(self) -> list[Topic]:
        """Return the topics that somebody needs and that this robot has."""
        return [topic for topic in self._needed if self._client.features.sends(topic.type)]

    @callback
    def add(self, *topics: Topic) -> None:
        """Subscribe until `remove` is called as often."""
        self._needed.update(topics)
        self._changed.set()

    @callback
    def remove(self, *topics: Topic) -> None:
        """End a need that `add` began."""
        self._needed.subtract(topics)
        for topic in topics:
            if self._needed[topic] <= 0:
                del self._needed[topic]
        self._changed.set()

    async def run(self, socket: EventSocket) -> None:
        """Change the connection's subscriptions with the needs, until it is lost: its reader reports that."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await socket.subscribe_only(self.topics)
        except CannotConnect:
            pass
