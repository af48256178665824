"""When to poll next: often without a webhook, seldom while webhooks arrive."""

import asyncio
from collections.abc import Callable

from .const import DEFAULT_POLL_INTERVAL

# The longest a webhook can hold the next poll up.
LONGEST_SECONDS = 900.0
# How often a message of an unknown board may cause a poll: somebody could send many.
HURRY_SECONDS = 30.0


class Pace:
    """Each webhook holds the next poll up by the poll interval, 15 minutes at most.

    So polls get seldom while webhooks arrive, and are back at their interval when these stop. Where
    a poll finds messages that no webhook brought, the next one is held up by nothing.
    """

    def __init__(self, clock: Callable[[], float], interval: float | None) -> None:
        """Take a monotonic clock and the poll interval in seconds."""
        self._clock = clock
        self._interval = float(interval or DEFAULT_POLL_INTERVAL)
        self._polled_at = clock()
        self._pushed_at = float("-inf")
        self._hurried_at = float("-inf")
        self._is_covered = True
        self._hurry = asyncio.Event()

    @property
    def due_in(self) -> float:
        """Seconds until the next poll."""
        due = self._polled_at + self._interval
        if self._is_covered and self._pushed_at > self._polled_at:
            due = min(self._pushed_at + self._interval, self._polled_at + max(LONGEST_SECONDS, self._interval))
        return due - self._clock()

    def pushed(self) -> None:
        """Tell that a webhook has arrived."""
        self._pushed_at = self._clock()

    def polled(self, missed: int) -> None:
        """Tell that a poll is done, and how many messages it found that a webhook should have brought."""
        self._polled_at = self._clock()
        self._is_covered = missed == 0

    def may_hurry(self) -> bool:
        """Tell whether an unknown board may cause a poll now, and remember that it did."""
        if self._clock() < self._hurried_at + HURRY_SECONDS:
            return False
        self._hurried_at = self._clock()
        return True

    def hurry(self) -> None:
        """Make the next poll due now."""
        self._hurry.set()

    async def wait(self) -> None:
        """Wait until the next poll is due; webhooks that arrive meanwhile move it."""
        while (seconds := self.due_in) > 0 and not self._hurry.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._hurry.wait()
            except TimeoutError:
                continue
        self._hurry.clear()
