"""Keeps one session with a device alive: backoff with jitter, reset after a good one, retry on request."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from random import uniform

from .errors import CannotConnect, PushError

_LOGGER = logging.getLogger(__name__)

BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0
# Refused credentials: slow enough that no account is locked, and never given up.
REFUSED_FIRST = 60.0
REFUSED_LONGEST = 900.0
# A session that held this long was a good one. Shorter ones are a device that comes and goes at once,
# which must not fill the log with one pair of lines a second.
GOOD_SECONDS = 10.0


class ReconnectLoop:
    """Runs sessions one after the other until it is cancelled.

    A session is a coroutine that connects, calls `established()` once the device's state has
    arrived, and ends (by returning or raising PushError) when the connection is lost. Between
    sessions it waits 1, 2, 4 ... 60 s, each with jitter downwards to a half, so that a house
    full of devices does not come back in one instant. An established session starts the series
    anew, unless several in a row were lost again within seconds.
    """

    def __init__(
        self,
        session: Callable[[], Awaitable[None]],
        *,
        lost: Callable[[PushError], Awaitable[float | None]],
        name: str,
    ) -> None:
        """Initialize with the session to run, and what to call when one ended.

        `lost` may return the seconds to wait in place of the backoff; `name` is for the debug log.
        """
        self._session = session
        self._lost = lost
        self._name = name
        self._wait = BACKOFF_FIRST
        self._refused_wait = REFUSED_FIRST
        self._retry = asyncio.Event()
        self._established_at: float | None = None
        self._short_sessions = 0
        self.attempts = 0
        self.sessions = 0

    def established(self) -> None:
        """Note that the session has what it needs: the next wait is a short one again."""
        self.sessions += 1
        self._established_at = asyncio.get_running_loop().time()
        self._refused_wait = REFUSED_FIRST
        self._retry.clear()

    def retry_now(self) -> None:
        """Cut the current wait short, for instance because the device was just discovered."""
        self._retry.set()

    def refused_wait(self) -> float:
        """Return how long to wait after refused credentials: a minute, then longer and longer."""
        wait, self._refused_wait = self._refused_wait, min(self._refused_wait * 2, REFUSED_LONGEST)
        return wait

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._retry.clear()
            self._established_at = None
            self.attempts += 1
            try:
                await self._session()
            except PushError as error:
                reason = error
            else:
                reason = CannotConnect("the device closed the connection")
            _LOGGER.debug("%s: session ended: %s", self._name, reason)
            self._reset_backoff()
            await self._pause(await self._lost(reason))

    def _reset_backoff(self) -> None:
        """Begin with a short wait again after an established session; the series goes on for short ones."""
        if self._established_at is None:
            return
        held = asyncio.get_running_loop().time() - self._established_at >= GOOD_SECONDS
        self._short_sessions = 0 if held else self._short_sessions + 1
        self._wait = min(BACKOFF_FIRST * 2 ** max(self._short_sessions - 1, 0), BACKOFF_LONGEST)

    async def _pause(self, wait: float | None) -> None:
        """Wait for the given time or the backoff, or until a retry is asked for."""
        if wait is None:
            wait = uniform(self._wait / 2, self._wait)
            self._wait = min(self._wait * 2, BACKOFF_LONGEST)
        try:
            async with asyncio.timeout(wait):
                await self._retry.wait()
        except TimeoutError:
            pass
