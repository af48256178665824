"""Fetches the latest stored reading of each device that may have sent one while the connection was lost.

The cloud has no request for all devices, so there is one per device, a few at once, and none for a device that has sent
a reading since.
"""

import asyncio
from collections.abc import Callable, Iterable

from ..common.client.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer
from .cloud import PARALLEL, CloudClient
from .model import Reading

# The other half of the parallel requests is for commands.
WORKERS = PARALLEL // 2
PAUSE_SECONDS = 30.0


class Latest:
    """The devices whose reading is still to be fetched; those left at the end of a connection wait for the next."""

    def __init__(
        self, client: CloudClient, timestamp_of: Callable[[str], float | None], take: Callable[[Reading], None]
    ) -> None:
        """Initialize with no device.

        `timestamp_of` returns the time of a device's last reading; `take` is called with each reading fetched.
        """
        self._client = client
        self._timestamp_of = timestamp_of
        self._take = take
        # In the order of the requests, each with the time of its last reading when it was added.
        self._waiting: dict[str, float | None] = {}

    def __len__(self) -> int:
        """Return the number of devices still to be fetched, including those that have sent a reading since."""
        return len(self._waiting)

    def add(self, device_ids: Iterable[str]) -> None:
        """Add devices; those that wait already keep their place."""
        for device_id in device_ids:
            self._waiting.setdefault(device_id, self._timestamp_of(device_id))

    def drop(self, device_id: str) -> None:
        """Remove a device: its state has just been received, or the device was removed."""
        self._waiting.pop(device_id, None)

    async def run(self) -> None:
        """Fetch until no device waits. Raises AuthFailed only; if the cloud is unavailable, it is retried later."""
        while self._waiting:
            results = await asyncio.gather(*(self._work() for _ in range(WORKERS)), return_exceptions=True)
            for result in results:
                if isinstance(result, AuthFailed):
                    raise result
                if isinstance(result, BaseException) and not isinstance(result, CannotConnect):
                    raise result
            if self._waiting:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _work(self) -> None:
        while self._waiting:
            device_id = next(iter(self._waiting))
            before = self._waiting.pop(device_id)
            if self._timestamp_of(device_id) != before:
                continue
            try:
                page = await self._client.data(device_id, per_page=1)
            except CommandFailed, InvalidAnswer:
                continue
            except BaseException:
                self._waiting[device_id] = before
                raise
            if page.readings:
                self._take(page.readings[0])
