"""Running deployments of firmware, at most one per group."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError

from .api import Message
from .common.client.errors import PushError
from .const import DOMAIN, LOGGER
from .deployment import BoardFailed, Deployment
from .message_store import Fact, Key

if TYPE_CHECKING:
    from .coordinator import IottlyCoordinator

# A deployment fails if no board makes progress for so long.
LONGEST_SILENCE = 300.0
# Without a webhook the boards' messages are polled.
POLL_PAUSE = 5.0


class Deployer:
    """Deploys groups' branches, and follows the boards until they are connected again."""

    def __init__(self, coordinator: IottlyCoordinator) -> None:
        self._coordinator = coordinator
        # By group; None until the server has accepted the deployment.
        self._tasks: dict[str, asyncio.Task[None] | None] = {}

    async def start(self, group: str) -> None:
        """Start a deployment. The group's update entity shows the progress, and a failure is logged.

        Raises HomeAssistantError if the server refuses it, or a deployment to the group is running.
        """
        await self._begin(group)

    async def install(self, group: str) -> None:
        """Deploy and wait for the boards.

        Raises HomeAssistantError as `start` does, and if a board fails or no board makes progress.
        """
        task = await self._begin(group)
        await asyncio.wait((task,))
        if task.cancelled():
            raise _error("deployment_interrupted")
        task.result()

    async def idle(self) -> None:
        """Wait until no deployment is running."""
        while tasks := [task for task in self._tasks.values() if task is not None]:
            await asyncio.gather(*tasks, return_exceptions=True)
            # The callback of a finished task is called in the next iteration of the event loop.
            await asyncio.sleep(0)

    async def _begin(self, group: str) -> asyncio.Task[None]:
        if group in self._tasks:
            raise _error("deployment_running")
        self._tasks[group] = None
        try:
            task = self._tasks[group] = await self._ask_for(group)
        except BaseException:
            del self._tasks[group]
            raise
        task.add_done_callback(lambda done: self._ended(group, done))
        return task

    async def _ask_for(self, group: str) -> asyncio.Task[None]:
        """Request the deployment; return the task that follows the boards."""
        coordinator = self._coordinator
        data = coordinator.data
        boards = [board for board in data[Key(group, Fact.GROUP)].boards if data.get(Key(board, Fact.CONNECTED))]
        # Earlier messages must not count as progress.
        for board in boards:
            await coordinator.async_call(coordinator.async_fetch_board(board))
        watch = _Watch(coordinator, group, boards)
        try:
            await coordinator.async_call(coordinator.client.flash(group))
        except BaseException:
            watch.stop()
            raise
        return coordinator.config_entry.async_create_background_task(
            coordinator.hass, watch.run(), f"{DOMAIN} deployment {group}"
        )

    def _ended(self, group: str, task: asyncio.Task[None]) -> None:
        del self._tasks[group]
        if not task.cancelled() and (error := task.exception()) is not None:
            LOGGER.warning("%s: %s", self._coordinator.name, error)


class _Watch:
    """Follows the boards of one deployment by their messages, from the webhook or from polls."""

    def __init__(self, coordinator: IottlyCoordinator, group: str, boards: list[str]) -> None:
        """Subscribe to the boards' messages."""
        self._coordinator = coordinator
        self._key = Key(group, Fact.DEPLOYMENT)
        self._deployment = Deployment(boards)
        self._moved = asyncio.Event()
        self._failed: BoardFailed | None = None
        self._unsubscribe: list[Callable[[], None]] = [
            coordinator.subscribe_event(board, self._take) for board in boards
        ]

    def stop(self) -> None:
        """Unsubscribe, and clear the progress."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._coordinator.apply({self._key: None})

    async def run(self) -> None:
        """Wait until every board is connected again. Raises HomeAssistantError if one fails or is silent too long."""
        try:
            while self._deployment.missing:
                self._coordinator.apply({self._key: self._deployment.percentage})
                self._moved.clear()
                async with asyncio.timeout(LONGEST_SILENCE):
                    await self._wait()
                if self._failed is not None:
                    raise _error("deployment_failed", board=self._name(self._failed.board), reason=self._failed.reason)
        except TimeoutError:
            names = ", ".join(map(self._name, self._deployment.missing))
            raise _error("deployment_silent", boards=names) from None
        finally:
            self.stop()
            # The group has another revision and status now.
            await self._coordinator.async_request_refresh()

    async def _wait(self) -> None:
        """Wait until a board makes progress or fails."""
        while not self._moved.is_set():
            try:
                async with asyncio.timeout(POLL_PAUSE):
                    await self._moved.wait()
            except TimeoutError:
                await self._poll()

    async def _poll(self) -> None:
        for board in self._deployment.missing:
            try:
                await self._coordinator.async_fetch_board(board)
            except PushError:
                return  # the webhook or the next poll may still bring the message

    def _take(self, message: Message) -> None:
        try:
            is_further = self._deployment.take(message)
        except BoardFailed as failed:
            self._failed, is_further = failed, True
        if is_further:
            self._moved.set()

    def _name(self, board: str) -> str:
        known = self._coordinator.data.get(Key(board, Fact.BOARD))
        return (known.name if known is not None else None) or board[:8]


def _error(key: str, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)
