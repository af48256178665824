"""Stop Home Assistant, or reload or remove the entry, while a device is not available."""

import asyncio
from collections.abc import Awaitable, Callable
import random
from typing import Any

from homeassistant.config_entries import ConfigEntryState

from .experiment import COMMAND_EVERY, HOLD, SETUP_SECONDS, SLACK, Commands, clean_end, load_of, scene_of
from .faults import Scene
from .observed_home import ObservedHome
from .result import Row
from .subject import BACKOFF_LONGEST, FIRST, Subject

STOP_SECONDS = 3.0
# Long enough for a request to be sent.
SENT_SECONDS = 0.2


class Background:
    """Tasks and commands that are not finished at the time of the action."""

    def __init__(self, ours: ObservedHome, row: Row) -> None:
        """Initialize without tasks."""
        self.commands = Commands(ours)
        self.tasks: list[asyncio.Task[Any]] = []
        self._row = row

    async def ends(self, seconds: float) -> None:
        """Wait for the tasks, and check that none of them hangs or raises."""
        done, pending = await asyncio.wait(self.tasks, timeout=seconds) if self.tasks else (set(), set())
        for task in pending:
            task.cancel()
        self._row.demand(not pending, "a background task hangs")
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                self._row.broken.append(f"a background task raised {error!r}")


# The phases, at whose end the device is not available -------------------------------------------------


async def _in_setup(scene: Scene, row: Row, background: Background) -> None:
    """Set up the entry while the device does not answer."""
    await scene.remote.call(scene.remote.proxy.hold)
    background.tasks.append(asyncio.create_task(scene.home.set_up()))
    await asyncio.sleep(SENT_SECONDS)


async def _in_idle(scene: Scene, row: Row, background: Background) -> None:
    """Wait until the entities are unavailable, because the device does not answer or refuses connections."""
    ours, remote = scene.home, scene.remote
    row.demand(await ours.set_up(), "the setup failed without a fault")
    if scene.rng.random() < 0.5:
        await remote.call(remote.proxy.refuse)
    else:
        await remote.call(remote.proxy.hold)
        await remote.call(remote.proxy.reset)
    row.unavailable_limit = ours.subject.notices
    row.unavailable = await ours.until(lambda: not ours.is_available, ours.subject.notices + SLACK)
    row.demand(row.unavailable is not None, "did not become unavailable")
    await asyncio.sleep(HOLD)


async def _in_command(scene: Scene, row: Row, background: Background) -> None:
    """Send commands that are not answered."""
    ours, remote = scene.home, scene.remote
    row.demand(await ours.set_up(), "the setup failed without a fault")
    await remote.call(remote.proxy.hold)
    background.tasks.append(asyncio.create_task(background.commands.send(range(FIRST, FIRST + 2))))
    await asyncio.sleep(COMMAND_EVERY + SENT_SECONDS)


async def _in_burst(scene: Scene, row: Row, background: Background) -> None:
    """Reset the connection, so that it reconnects during a burst of changes."""
    ours, remote = scene.home, scene.remote
    row.demand(await ours.set_up(), "the setup failed without a fault")
    load = load_of(scene)
    scene.stack.callback(load.cancel)
    await remote.call(remote.proxy.reset)
    await asyncio.sleep(scene.rng.uniform(0, 2 * SENT_SECONDS))


DURING = {"setup": _in_setup, "idle": _in_idle, "command": _in_command, "burst": _in_burst}


# The actions ------------------------------------------------------------------------------------------


async def _within(seconds: float, act: Awaitable[Any], row: Row, otherwise: str) -> None:
    try:
        async with asyncio.timeout(seconds + SLACK):
            await act
    except TimeoutError:
        row.broken.append(otherwise)


async def _stop(scene: Scene, row: Row) -> None:
    """Stop Home Assistant."""
    await _within(STOP_SECONDS, scene.home.stop(), row, "Home Assistant stops slowly")
    scene.stack.close()
    tasks = await scene.home.left_tasks()
    row.left = len(tasks)
    row.demand(not tasks, f"tasks left: {tasks}")


async def _remove(scene: Scene, row: Row) -> None:
    """Remove the entry."""
    ours = scene.home
    seconds = SETUP_SECONDS if scene.phase == "setup" else STOP_SECONDS
    await _within(seconds, ours.hass.config_entries.async_remove(ours.entry.entry_id), row, "removing the entry hangs")


async def _reload(scene: Scene, row: Row) -> None:
    """Reload the entry, and again when the device is available: the watched entity has to get its value."""
    ours, remote, subject = scene.home, scene.remote, scene.home.subject
    # The first setup may still be running.
    await _within(2 * SETUP_SECONDS, ours.reload(), row, "the reload hangs")
    if scene.phase != "burst":
        row.demand(ours.entry.state is ConfigEntryState.SETUP_RETRY, f"the entry is in {ours.entry.state}")
    wanted = FIRST + 1
    scene.stack.close()
    await _back(scene)
    await remote.call(subject.endpoint.change, remote.simulator, wanted)
    began = ours.hass.loop.time()
    await ours.reload()
    row.converge_limit = BACKOFF_LONGEST + subject.notices
    if await ours.until(lambda: ours.shows(wanted), row.converge_limit + SLACK) is None:
        row.broken.append(f"did not converge: {ours.state_of(subject.endpoint.watched)}")
    else:
        row.converged = ours.hass.loop.time() - began


LIFECYCLE: dict[str, Callable[[Scene, Row], Awaitable[None]]] = {"stop": _stop, "reload": _reload, "remove": _remove}


async def _back(scene: Scene) -> None:
    """Make the device available again."""
    remote = scene.remote
    await remote.call(remote.proxy.resume)
    if not remote.proxy.listens:
        await remote.do(remote.proxy.accept_again())


async def lifecycle(subject: Subject, name: str, phase: str, rng: random.Random) -> Row:
    """Run one of `LIFECYCLE` in a phase and return its row."""
    row = Row(subject.name, name, phase)
    async with scene_of(subject, phase, rng) as (scene, ours):
        remote, background = scene.remote, Background(ours, row)
        await DURING[phase](scene, row, background)
        await LIFECYCLE[name](scene, row)
        scene.stack.close()
        await background.ends(SETUP_SECONDS + SLACK)
        await _back(scene)
        if subject.endpoint.command is not None:
            received = subject.endpoint.command.received
            await background.commands.outcome(
                lambda n: remote.call(received, remote.simulator, n), row, required=phase == "command"
            )
        await clean_end(scene, row)
    row.down, row.up = (ours.lines.count(subject.domain, words) for words in ("is unavailable", "is available again"))
    row.broken.extend(ours.lines.unexpected())
    return row
