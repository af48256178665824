"""Catching up: the latest stored reading of each device that may have changed while nobody listened.

The cloud has no call for all of them, so it is one request per device, a few at a time, and none
for a device that has sent something by itself in the meantime.
"""

import asyncio
from collections.abc import Callable, Iterable

from ..push.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer
from .cloud import PARALLEL, CloudApi
from .models import Reading

# The other half of what the cloud is asked at once is left for commands.
WORKERS = PARALLEL // 2
PAUSE_SECONDS = 30.0


class Latest:
    """The devices still to be asked for. What is left when a connection is lost is asked for in the next one."""

    def __init__(self, api: CloudApi, take: Callable[[Reading], None]) -> None:
        """Take what is told each reading."""
        self._api = api
        self._take = take
        # In the order in which they are asked; to look at only.
        self.waiting: dict[str, None] = {}

    def __len__(self) -> int:
        """Count the devices still to be asked for."""
        return len(self.waiting)

    def add(self, device_ids: Iterable[str]) -> None:
        """Ask for these devices too; whoever waits already keeps its place."""
        self.waiting.update(dict.fromkeys(device_ids))

    def drop(self, device_id: str) -> None:
        """Do not ask for a device: it has just told by itself, or it is gone."""
        self.waiting.pop(device_id, None)

    async def run(self) -> None:
        """Ask until nobody waits. Raises AuthFailed only; a cloud that cannot answer is asked again later."""
        while self.waiting:
            results = await asyncio.gather(*(self._work() for _ in range(WORKERS)), return_exceptions=True)
            for result in results:
                if isinstance(result, AuthFailed):
                    raise result
                if isinstance(result, BaseException) and not isinstance(result, CannotConnect):
                    raise result
            if self.waiting:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _work(self) -> None:
        while self.waiting:
            device_id = next(iter(self.waiting))
            del self.waiting[device_id]
            try:
                page = await self._api.data(device_id, per_page=1)
            except CommandFailed, InvalidAnswer:
                continue
            except BaseException:
                self.waiting[device_id] = None
                raise
            if page.readings:
                self._take(page.readings[0])
