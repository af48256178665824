"""Floods: a device or an attacker sends far more than a real device.

The promises: the memory, the turns of the event loop and the number of tasks stay within their limits, and the log has
no warnings. After the flood the entities have the state of the device, and no task or socket is left.
"""

import asyncio
import gc
from pathlib import Path
import random
import resource
import threading
import time
from typing import Any

from .experiment import SETUP_SECONDS, SLACK, clean_end, scene_of
from .faults import Scene
from .observed_home import ObservedHome
from .result import Row
from .subject import BACKOFF_LONGEST, COUNT, FIRST, Flood, Subject

PHASE = "flood"
# The longest turn of the event loop in CPU seconds.
MOST_TURN = 0.1
MOST_TASKS = 100
SAMPLE_SECONDS = 0.005
PAUSE_SECONDS = 0.01
PROCESSED_SECONDS = 60.0


class Watch:
    """Measures the memory, the longest turn of the event loop and the number of tasks, until `end`."""

    def __init__(self) -> None:
        """Start; existing objects are excluded from garbage collection, as Home Assistant does after its start."""
        gc.collect()
        gc.freeze()
        self.turn = 0.0
        self.tasks = 0
        self._first = self._most = memory()
        self._before = len(asyncio.all_tasks())
        self._thread = threading.get_ident()
        self._collected = self._collection_began = 0.0
        gc.callbacks.append(self._note_collection)
        self._task = asyncio.create_task(self._sample(), name="flood watch")

    @property
    def grew(self) -> float:
        """The largest growth of the process in megabytes."""
        return self._most - self._first

    async def end(self) -> None:
        """Stop."""
        gc.callbacks.remove(self._note_collection)
        gc.unfreeze()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _sample(self) -> None:
        while True:
            # CPU time of this thread, without that of the simulator's thread and other processes.
            began = time.thread_time() - self._collected
            await asyncio.sleep(SAMPLE_SECONDS)
            self.turn = max(self.turn, time.thread_time() - self._collected - began)
            self.tasks = max(self.tasks, len(asyncio.all_tasks()) - self._before - 1)
            self._most = max(self._most, memory())

    def _note_collection(self, phase: str, _info: dict[str, int]) -> None:
        """Add the time of a garbage collection, which is subtracted because it includes the objects of the simulator.

        A full collection takes 0.1 to 0.3 seconds with 3,000 simulated devices.
        """
        if threading.get_ident() != self._thread:
            return
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collection_began


def memory() -> float:
    """Return the resident memory of this process in megabytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1024 / 1024


async def flood(subject: Subject, wanted: Flood, rng: random.Random, times: int = 1) -> Row:
    """Send a flood `times` times and return its row."""
    row = Row(subject.name, wanted.name, PHASE)
    async with scene_of(subject, PHASE, rng) as (scene, ours):
        if wanted.prepare is not None:
            await _during_setup(scene, wanted, row)
        else:
            row.demand(await ours.set_up(), "the setup failed without a flood")
            await _watched(wanted, row, _send(scene, wanted, times))
        await _afterwards(scene, row)
        await clean_end(scene, row)
    row.broken.extend(line for line in ours.lines.unexpected() if not any(words in line for words in wanted.log_words))
    return row


async def _watched(wanted: Flood, row: Row, work: Any) -> None:
    watch = Watch()
    try:
        await work
    finally:
        await watch.end()
    row.grew, row.grew_limit = watch.grew, wanted.most_megabytes
    row.turn, row.turn_limit = watch.turn, MOST_TURN
    # Memory, tasks and CPU seconds do not depend on other processes.
    row.demand(watch.grew <= wanted.most_megabytes, f"{watch.grew:.0f} MB more", is_timed=False)
    row.demand(watch.turn <= MOST_TURN, f"the event loop was blocked for {watch.turn * 1000:.0f} ms", is_timed=False)
    row.demand(watch.tasks <= MOST_TASKS, f"{watch.tasks} tasks at once", is_timed=False)


async def _send(scene: Scene, wanted: Flood, times: int) -> None:
    """Send all messages at the rate of the flood, and wait until Home Assistant has processed them."""
    remote, target = scene.remote, webhook_of(scene.home)

    async def send(first: int) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for n in range(wanted.count):
            while n > (loop.time() - began) * wanted.rate:
                await asyncio.sleep(PAUSE_SECONDS)
            wanted.send(remote.simulator, first + n, target)
        remote.simulator.record.clear()

    for time_ in range(times):
        if time_:
            # The queues of the simulator are in this process and would count as memory of the integration.
            await until_processed(scene, FIRST + time_ % (COUNT - 1))
        await remote.do(send(time_ * wanted.count))
    await scene.home.hass.async_block_till_done()


async def until_processed(scene: Scene, value: int) -> None:
    """Change the watched entity and wait for its state: all messages before are then processed."""
    ours, remote, subject = scene.home, scene.remote, scene.home.subject
    await remote.call(subject.endpoint.change, remote.simulator, value)
    await ours.until(lambda: ours.shows(value), PROCESSED_SECONDS)


async def _during_setup(scene: Scene, wanted: Flood, row: Row) -> None:
    """Set up during the flood, which has to fail in time, and reload after the flood."""
    ours, remote = scene.home, scene.remote
    assert wanted.prepare is not None
    undo = await remote.call(wanted.prepare, remote.simulator)

    async def set_up() -> None:
        async with asyncio.timeout(SETUP_SECONDS + SLACK):
            row.demand(not await ours.set_up(), "the setup succeeded in spite of the flood")

    try:
        await _watched(wanted, row, asyncio.gather(set_up(), _send(scene, wanted, 1)))
    finally:
        await remote.call(undo)
    await ours.reload()


async def _afterwards(scene: Scene, row: Row) -> None:
    """Change a value of the device, and check that the watched entity gets it."""
    ours, remote, subject = scene.home, scene.remote, scene.home.subject
    wanted = FIRST + COUNT - 1
    began = ours.hass.loop.time()
    await remote.call(subject.endpoint.change, remote.simulator, wanted)
    row.converge_limit = BACKOFF_LONGEST + subject.notices
    # The queue of the simulator may still have messages of the flood.
    if await ours.until(lambda: ours.shows(wanted), row.converge_limit + SETUP_SECONDS) is None:
        row.broken.append(f"did not converge: {ours.state_of(subject.endpoint.watched)}")
        return
    row.converged = ours.hass.loop.time() - began


def webhook_of(ours: ObservedHome) -> str:
    """Return the URL of the entry's webhook, if it has one."""
    identifier = ours.entry.data.get("webhook_id", "")
    return f"http://127.0.0.1:{ours.http_port}/api/webhook/{identifier}"
