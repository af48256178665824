"""The topics that entities and actions need at the moment."""

import asyncio
from collections import Counter

from homeassistant.core import callback

from .api import EventSocket, MistyClient, Topic
from .common.client.errors import CannotConnect
from .topics import ALWAYS


class Subscriptions:
    """Counts the users of each topic, and subscribes to the topics that have any."""

    def __init__(self, client: MistyClient) -> None:
        """Initialize with the topics that are always needed."""
        self._client = client
        self._needed: Counter[Topic] = Counter(ALWAYS)
        self._changed = asyncio.Event()

    @property
    def topics(self) -> list[Topic]:
        """Return the needed topics that this robot has."""
        return [topic for topic in self._needed if self._client.features.sends(topic.type)]

    @callback
    def add(self, *topics: Topic) -> None:
        """Add a user to each topic."""
        self._needed.update(topics)
        self._changed.set()

    @callback
    def remove(self, *topics: Topic) -> None:
        """Remove a user from each topic."""
        self._needed.subtract(topics)
        for topic in topics:
            if self._needed[topic] <= 0:
                del self._needed[topic]
        self._changed.set()

    async def run(self, socket: EventSocket) -> None:
        """Update the subscriptions of a connection until it is lost; EventSocket.run raises the error of that."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await socket.subscribe_only(self.topics)
        except CannotConnect:
            pass
