"""Catching up: the latest stored reading of each device that may have changed while there was no connection.

The cloud has no call for all of them, so it is one request per device, a few at a time, and none
for a device that has sent something by itself in the meantime.
"""

import asyncio
from collections.abc import Callable, Iterable

from ..common.client.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer
from .cloud import PARALLEL, CloudClient
from .model import Reading

# The other half of what the cloud is asked at once is left for commands.
WORKERS = PARALLEL // 2
PAUSE_SECONDS = 30.0


class Latest:
    """The devices still to be asked for. What is left when a connection is lost is asked for in the next one."""

    def __init__(
        self, client: CloudClient, timestamp_of: Callable[[str], float | None], take: Callable[[Reading], None]
    ) -> None:
        """Initialize with no device.

        `timestamp_of` returns when a device last sent something; `take` is called with each reading found.
        """
        self._client = client
        self._timestamp_of = timestamp_of
        self._take = take
        # In the order in which they are asked, each with when it had last sent something before that.
        self._waiting: dict[str, float | None] = {}

    def __len__(self) -> int:
        """Count the devices still to be asked for, those included that have sent something by themselves since."""
        return len(self._waiting)

    def add(self, device_ids: Iterable[str]) -> None:
        """Ask for these devices too; one that waits already keeps its place."""
        for device_id in device_ids:
            self._waiting.setdefault(device_id, self._timestamp_of(device_id))

    def drop(self, device_id: str) -> None:
        """Do not ask for a device: its state has just come, or it is gone."""
        self._waiting.pop(device_id, None)

    async def run(self) -> None:
        """Ask until no device waits. Raises AuthFailed only; a cloud that cannot answer is asked again later."""
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
