"""An experiment: a fault in a phase, and a check of the promises.

The promises: the entities become unavailable within the heartbeat, and have the state of the device within the backoff
after the fault. The log has one line for each. Each lost command raises an error. No task or socket is left.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
import random
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.async_ import create_eager_task

from harness.vendor import Command

from .certificates import Certificates
from .faults import Fault, Scene
from .observed_home import ObservedHome, observed_home
from .remote_end import remote_end
from .result import Row
from .subject import BACKOFF_LONGEST, COUNT, FIRST, GOOD_SECONDS, Subject

PHASES = ("setup", "idle", "command", "burst")
# Tolerance of each limit, for a busy machine.
SLACK = 2.0
# The time of a fault after the entities are unavailable, for several attempts of the reconnect loop.
HOLD = 0.8
# Limit of the setup of a device that does not answer, with the shortened timeouts.
SETUP_SECONDS = 10.0
COMMAND_EVERY = 0.15
COMMAND_SECONDS = 10.0
BURST_EVERY = 0.02


class Commands:
    """Commands that are sent one after the other, and their results."""

    def __init__(self, ours: ObservedHome) -> None:
        """Initialize without commands."""
        self._home = ours
        self._tasks: dict[int, asyncio.Task[str]] = {}

    async def send(self, numbers: range) -> None:
        """Send the commands at a fixed interval, while the entity is available."""
        command = self._home.subject.endpoint.command
        assert command is not None
        for n in numbers:
            if self._home.can_send(command):
                # Started eagerly, because the entity may become unavailable in the next turn.
                self._tasks[n] = create_eager_task(self._one(command, n))
            await asyncio.sleep(COMMAND_EVERY)

    async def _one(self, command: Command, n: int) -> str:
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await self._home.send(command, n)
        except HomeAssistantError:
            return "error"
        except TimeoutError:
            return "no end"
        except asyncio.CancelledError:
            # Home Assistant cancels running tasks when it stops.
            if not self._home.stopped:
                raise
            return "error"
        return "done"

    async def outcome(self, received: Callable[[int], Any], row: Row, *, required: bool) -> None:
        """Wait for the results, and count the commands that failed, and those that were lost without an error."""
        for n, task in self._tasks.items():
            try:
                result = await task
            except Exception as error:  # anything else than a HomeAssistantError
                result = "error"
                row.broken.append(f"a command raised {error!r}")
            row.sent += 1
            row.failed += result == "error"
            row.lost += result == "no end" or (result == "done" and not await received(n))
        row.demand(row.sent > 0 or not required, "no command could be sent")
        row.demand(row.lost == 0, "commands were lost silently")


@asynccontextmanager
async def scene_of(
    subject: Subject, phase: str, rng: random.Random, *, tls: bool = False
) -> AsyncGenerator[tuple[Scene, ObservedHome]]:
    """Start the remote end and Home Assistant for one experiment."""
    with ExitStack() as stack:
        certificates = shared_certificates()
        context = certificates.good if tls else None
        async with remote_end(subject.simulator, rng, context) as remote, observed_home(subject) as ours:
            if subject.endpoint.is_prepared:
                await remote.call(subject.endpoint.change, remote.simulator, FIRST)
            await ours.add(remote.proxy.port, tls=tls)
            yield Scene(ours, remote, certificates, phase, stack, rng), ours


_certificates: list[Certificates] = []


def shared_certificates() -> Certificates:
    """Return the certificates of this process, which `__main__` makes before the import of Home Assistant."""
    return _certificates[0]


def use_certificates(certificates: Certificates) -> None:
    """Set the certificates of this process."""
    _certificates[:] = [certificates]


async def experiment(subject: Subject, fault: Fault, phase: str, rng: random.Random) -> Row:
    """Run one experiment and return its row."""
    row = Row(subject.name, fault.name, phase)
    async with scene_of(subject, phase, rng, tls=fault.tls) as (scene, ours):
        try:
            if phase == "setup":
                await _during_setup(scene, fault, row)
            else:
                await _while_running(scene, fault, row)
        finally:
            scene.stack.close()
        row.demand(not scene.remote.thief.received, f"{len(scene.remote.thief.received)} requests went to another host")
        await clean_end(scene, row)
    for line in ours.lines.unexpected():
        row.broken.append(line)
    return row


async def _during_setup(scene: Scene, fault: Fault, row: Row) -> None:
    """Begin the fault before or during the setup, which has to fail or to succeed in time."""
    ours, subject = scene.home, scene.home.subject
    loop = ours.hass.loop
    if fault.lasting:
        await fault.begin(scene)
    began = loop.time()
    setting_up = asyncio.create_task(ours.set_up())
    if not fault.lasting:
        # A short fault has to begin in the middle of the setup.
        await _settles(lambda: not scene.remote.proxy.open_connections)
        await fault.begin(scene)
    try:
        async with asyncio.timeout(SETUP_SECONDS + SLACK):
            done = await setting_up
    except TimeoutError:
        row.broken.append("the setup did not end")
        return
    if not done:
        row.unavailable, row.unavailable_limit = loop.time() - began, SETUP_SECONDS
    must_fail = fault.outage is True and fault.lasting
    row.demand(not (must_fail and done), "the setup succeeded in spite of the fault")
    row.demand(done or fault.outage is not False, "the setup failed, although the device was available")
    # The setup is also retried after refused credentials, which may be accepted again later.
    row.demand(done or ours.entry.state is ConfigEntryState.SETUP_RETRY, f"the entry is in {ours.entry.state}")
    await _recover(scene, fault, row, must_reload=not done)
    row.demand(subject.domain in ours.hass.config.components, "the integration is not loaded")


async def _while_running(scene: Scene, fault: Fault, row: Row) -> None:
    ours, remote, subject = scene.home, scene.remote, scene.home.subject
    row.demand(await ours.set_up(), "the setup failed without a fault")
    # After so long a session the backoff is reset.
    await asyncio.sleep(GOOD_SECONDS)
    needs_reauth = fault.needs_reauth and subject.endpoint.refuses_credentials
    commands, load = Commands(ours), load_of(scene)
    if scene.phase == "command":
        load = asyncio.create_task(commands.send(range(FIRST, FIRST + COUNT)))
        await asyncio.sleep(COMMAND_EVERY)
    expects_outage = _expected_outage(subject, fault, scene.phase)
    limit = subject.notices if fault.silent else subject.loses
    down = asyncio.create_task(ours.until(lambda: not ours.is_available, limit + SLACK if expects_outage else HOLD))
    await asyncio.sleep(0)
    await fault.begin(scene)
    row.unavailable = await down
    if row.unavailable is not None:
        row.unavailable_limit = limit
        row.demand(row.unavailable <= limit + SLACK, "unavailable too late")
    row.demand(expects_outage is not True or row.unavailable is not None, "did not become unavailable")
    row.demand(expects_outage is not False or row.unavailable is None, "unavailable, although the device answers")
    if fault.lasting:
        await asyncio.sleep(HOLD)
    if scene.phase == "burst":
        load.cancel()
    await asyncio.gather(load, return_exceptions=True)
    await _recover(scene, fault, row, must_reload=needs_reauth)
    if subject.endpoint.command is not None:
        received = subject.endpoint.command.received
        await commands.outcome(
            lambda n: remote.call(received, remote.simulator, n), row, required=scene.phase == "command"
        )
    row.down, row.up = (ours.lines.count(subject.domain, words) for words in ("is unavailable", "is available again"))
    lines = 0 if row.unavailable is None else 1
    flaps = expects_outage is None
    row.demand(flaps or row.down == lines, f"{row.down} lines down")
    row.demand(flaps or row.up == (0 if needs_reauth else lines), f"{row.up} lines up")
    row.demand(row.down - row.up in (0, 1) and row.down <= 3, "the log is not balanced")


def _expected_outage(subject: Subject, fault: Fault, phase: str) -> bool | None:
    """Return True if the entities have to become unavailable, False if they must not, and None if both are right."""
    only_commands_refused = phase == "command" and fault.name.startswith("status")
    unseen = subject.polled and not fault.lasting
    return None if only_commands_refused or unseen or fault.name in subject.tolerates else fault.outage


async def _recover(scene: Scene, fault: Fault, row: Row, *, must_reload: bool) -> None:
    """End the fault, and check that the watched entity gets the new value of the device."""
    ours, remote, subject = scene.home, scene.remote, scene.home.subject
    wanted = FIRST + COUNT - 1

    async def change() -> None:
        await remote.call(subject.endpoint.change, remote.simulator, wanted)

    if not fault.changes_late:
        await change()
    if fault.needs_reauth:
        has_credentials = subject.endpoint.refuses_credentials
        problem = "no reauthentication" if has_credentials else "reauthentication without credentials"
        row.demand(ours.reauthenticates() is has_credentials, problem)
    await fault.end(scene)
    began = ours.hass.loop.time()
    if must_reload:
        await ours.reload()
    if fault.changes_late:
        await change()
    row.converge_limit = BACKOFF_LONGEST + subject.notices
    if await ours.until(lambda: ours.shows(wanted), row.converge_limit + SLACK) is None:
        row.broken.append(f"did not converge: {ours.state_of(subject.endpoint.watched)}, {ours.entry.state.value}")
        return
    row.converged = ours.hass.loop.time() - began


async def clean_end(scene: Scene, row: Row) -> None:
    """Remove the entry and stop Home Assistant, and check that no tasks and sockets are left."""
    ours, remote = scene.home, scene.remote
    if not ours.stopped:
        if ours.hass.config_entries.async_get_entry(ours.entry.entry_id) is not None:
            try:
                async with asyncio.timeout(5 + SLACK):
                    await ours.hass.config_entries.async_remove(ours.entry.entry_id)
            except TimeoutError:
                row.broken.append("removing the entry hangs")
        tasks = await ours.left_tasks()
        row.demand(not tasks, f"tasks left: {tasks}")
        sockets = await _settles(lambda: max(remote.proxy.open_connections - ours.pooled_connections(), 0))
        row.demand(sockets == 0, f"{sockets} sockets left by the entry")
        row.left = len(tasks) + sockets
        await ours.stop()
    sockets = await _settles(lambda: remote.proxy.open_connections)
    row.demand(sockets == 0, f"{sockets} sockets left by Home Assistant")


async def _settles(count: Callable[[], int], seconds: float = 2.0) -> int:
    """Wait until a count is zero, and return the last one."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := count()) and loop.time() < until:
        await asyncio.sleep(0.02)
    return left


def load_of(scene: Scene) -> asyncio.Task[None]:
    """Start the load of the phase: a burst of changes, or nothing."""

    async def burst() -> None:
        subject, remote = scene.home.subject, scene.remote
        while True:
            for n in range(FIRST, FIRST + COUNT):
                await remote.call(subject.endpoint.change, remote.simulator, n)
                await asyncio.sleep(BURST_EVERY)

    async def nothing() -> None:
        pass

    return asyncio.create_task(burst() if scene.phase == "burst" else nothing())
