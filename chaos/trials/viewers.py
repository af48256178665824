"""Who watches a camera while its device goes and comes back: one connection for all, none for nobody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
import random
from typing import Any

from chaos.experiment import HOLD, SLACK, clean_end, scene_of
from chaos.faults import Scene
from chaos.plan import TRIAL
from chaos.result import Row
from chaos.subject import BACKOFF_LONGEST, Subject

NAME = "viewers"
VIEWERS = 4
# After which a browser asks again for a picture that has ended.
AGAIN_SECONDS = 0.2
OPENED_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A camera's stream: `watch` gives a viewer of a config entry, which raises `ends_with`."""

    watch: Callable[[Any], AbstractAsyncContextManager[AsyncIterable[bytes]]]
    ends_with: type[Exception]
    # How many connections the simulator serves it to.
    upstream: Callable[[Any], int]


class Audience:
    """Viewers who begin again whenever their picture ends, as a dashboard does."""

    def __init__(self, stream: Stream, entry: Any) -> None:
        """Let all of them begin."""
        self.seen: Counter[int] = Counter()
        self._stream = stream
        self._ends_with = stream.ends_with
        self._entry = entry
        self._tasks = [asyncio.create_task(self._watch(number)) for number in range(VIEWERS)]

    async def _watch(self, number: int) -> None:
        while True:
            try:
                async with self._stream.watch(self._entry) as pictures:
                    async for _ in pictures:
                        self.seen[number] += 1
            except self._ends_with:
                await asyncio.sleep(AGAIN_SECONDS)

    def all_see(self) -> bool:
        """Return True if every viewer has got a picture since `seen` was cleared."""
        return len(self.seen) == VIEWERS

    async def leave(self) -> None:
        """Let all of them go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def viewers(subject: Subject, rng: random.Random, stream: Stream) -> Row:
    """Watch, let the device be away for a while, and leave; return the row."""
    row = Row(subject.name, NAME, TRIAL)
    async with scene_of(subject, "idle", rng) as (scene, ours):
        remote = scene.remote
        row.demand(await ours.set_up(), "the setup failed without any fault")
        row.demand(await _upstream(scene, stream) == 0, "the camera streams, and nobody watches")
        audience = Audience(stream, ours.entry)
        await _demand_one(scene, stream, audience, row, "at first")

        await remote.call(remote.proxy.refuse)
        row.unavailable_limit = subject.loses
        row.unavailable = await ours.until(lambda: not ours.is_available, subject.loses + SLACK)
        row.demand(row.unavailable is not None, "never unavailable")
        row.demand(await _becomes(scene, stream, 0, SLACK), "the stream goes on without the device")
        await asyncio.sleep(HOLD)
        audience.seen.clear()
        await remote.do(remote.proxy.accept_again())
        row.converge_limit = BACKOFF_LONGEST + subject.notices
        began = ours.hass.loop.time()
        if await ours.until(audience.all_see, row.converge_limit + SLACK) is None:
            row.broken.append(f"{len(audience.seen)} of {VIEWERS} viewers see the camera again")
        else:
            row.converged = ours.hass.loop.time() - began
        row.demand(await ours.until(lambda: ours.is_available, row.converge_limit + SLACK) is not None, "never back")
        await _demand_one(scene, stream, audience, row, "after the device was away")

        await audience.leave()
        row.demand(await _becomes(scene, stream, 0, SLACK), "the camera streams on, and nobody watches")
        await clean_end(scene, row)
    row.down, row.up = (ours.lines.count(subject.domain, words) for words in ("is unavailable", "is available again"))
    row.demand((row.down, row.up) == (1, 1), f"{row.down} lines down, {row.up} lines up")
    row.broken.extend(ours.lines.loud())
    return row


async def _demand_one(scene: Scene, stream: Stream, audience: Audience, row: Row, when: str) -> None:
    """All viewers get pictures, through one connection."""
    await scene.home.until(audience.all_see, OPENED_SECONDS + SLACK)
    row.demand(audience.all_see(), f"{len(audience.seen)} of {VIEWERS} viewers see the camera {when}")
    row.demand((count := await _upstream(scene, stream)) == 1, f"{count} connections for {VIEWERS} viewers {when}")


async def _upstream(scene: Scene, stream: Stream) -> int:
    """Return how many watch the device itself."""
    count: Callable[[Any], int] = stream.upstream
    return await scene.remote.call(count, scene.remote.simulator)


async def _becomes(scene: Scene, stream: Stream, wanted: int, seconds: float) -> bool:
    """Return True if so many watch the device within the seconds."""
    until = scene.home.hass.loop.time() + seconds
    while (count := await _upstream(scene, stream)) != wanted and scene.home.hass.loop.time() < until:
        await asyncio.sleep(0.05)
    return count == wanted
