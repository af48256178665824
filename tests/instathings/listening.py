"""Listening to a connection one event at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from custom_components.instathings.api.models import Reading, TakeReading


class Connection[E](Protocol):
    """What the cloud's and the gateway's connections have in common."""

    def follow(self, take_reading: TakeReading, take_event: Callable[[E], None]) -> Coroutine[Any, Any, None]:
        """Hand on readings and all else until the connection is over."""


class Heard[E]:
    """The events of a connection, followed from the first `receive` on."""

    def __init__(self, connection: Connection[E]) -> None:
        """Follow nothing yet."""
        self._connection = connection
        self._events: asyncio.Queue[E | Reading] = asyncio.Queue()
        self._following: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Follow no longer."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def receive(self) -> E | Reading:
        """Return the next event. Raises what the connection ends with."""
        if self._following is None:
            put = self._events.put_nowait
            self._following = asyncio.create_task(self._connection.follow(lambda *fields: put(Reading(*fields)), put))
        event = asyncio.create_task(self._events.get())
        try:
            await asyncio.wait((event, self._following), return_when=asyncio.FIRST_COMPLETED)
            if event.done() or not self._events.empty():
                return await event
        finally:
            event.cancel()
        self._following.result()
        raise AssertionError("a connection ends with an error")


@asynccontextmanager
async def listening[E](connecting: AbstractAsyncContextManager[Connection[E]]) -> AsyncIterator[Heard[E]]:
    """Connect, and hear one event at a time."""
    async with connecting as connection:
        heard = Heard(connection)
        try:
            yield heard
        finally:
            await heard.stop()
