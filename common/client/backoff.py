"""The loop that reconnects to a device, with backoff and jitter."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from random import uniform

from .errors import CannotConnect, PushError

_LOGGER = logging.getLogger(__name__)

BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0
# After refused credentials, slow enough that no account is locked.
REFUSED_FIRST = 60.0
REFUSED_LONGEST = 900.0
# A session that lasted so long resets the backoff. Shorter ones do not, so that a device whose connection is lost again
# and again does not fill the log.
GOOD_SECONDS = 10.0


class ReconnectLoop:
    """Runs one session after the other until it is canceled.

    A session is a coroutine that connects, calls `established()` when the state of the device has arrived, and returns
    or raises PushError when the connection is lost. Between sessions the loop waits 1, 2, 4 ... 60 s, reduced by a
    random part of up to a half, so that many devices do not reconnect at the same time.
    """

    def __init__(
        self,
        session: Callable[[], Awaitable[None]],
        *,
        lost: Callable[[PushError], Awaitable[float | None]],
        name: str,
    ) -> None:
        """Initialize with the session, and a function that is called when it has ended.

        `lost` may return the seconds to wait instead of the backoff; `name` is for the debug log.
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
        """Mark the session as established."""
        self.sessions += 1
        self._established_at = asyncio.get_running_loop().time()
        self._refused_wait = REFUSED_FIRST
        self._retry.clear()

    def retry_now(self) -> None:
        """End the current wait."""
        self._retry.set()

    def refused_wait(self) -> float:
        """Return the seconds to wait after refused credentials, twice as many each time."""
        wait, self._refused_wait = self._refused_wait, min(self._refused_wait * 2, REFUSED_LONGEST)
        return wait

    async def run(self) -> None:
        """Run until canceled."""
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
        """Reset the backoff after an established session, unless several short ones followed each other."""
        if self._established_at is None:
            return
        held = asyncio.get_running_loop().time() - self._established_at >= GOOD_SECONDS
        self._short_sessions = 0 if held else self._short_sessions + 1
        self._wait = min(BACKOFF_FIRST * 2 ** max(self._short_sessions - 1, 0), BACKOFF_LONGEST)

    async def _pause(self, wait: float | None) -> None:
        """Wait for the given seconds or those of the backoff, or until `retry_now` is called."""
        if wait is None:
            wait = uniform(self._wait / 2, self._wait)
            self._wait = min(self._wait * 2, BACKOFF_LONGEST)
        try:
            async with asyncio.timeout(wait):
                await self._retry.wait()
        except TimeoutError:
            pass
