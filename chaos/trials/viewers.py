"""Viewers of a camera whose device becomes unavailable: they share one connection, which is closed without viewers."""

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
# The time after which a browser requests a stream again.
RETRY_SECONDS = 0.2
OPENED_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The stream of a camera: `watch` yields the pictures of a config entry, and raises `ends_with` at the end."""

    watch: Callable[[Any], AbstractAsyncContextManager[AsyncIterable[bytes]]]
    ends_with: type[Exception]
    # Returns the number of streams that the simulator sends.
    upstream: Callable[[Any], int]


class Audience:
    """Viewers that request the stream again when it ends, like a dashboard."""

    def __init__(self, stream: Stream, entry: Any) -> None:
        """Start all viewers."""
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
                await asyncio.sleep(RETRY_SECONDS)

    def all_see(self) -> bool:
        """Return True if each viewer has received a picture since `seen` was cleared."""
        return len(self.seen) == VIEWERS

    async def leave(self) -> None:
        """Stop all viewers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def viewers(subject: Subject, rng: random.Random, stream: Stream) -> Row:
    """Start viewers, make the device unavailable for a while, and stop the viewers; return the row."""
    row = Row(subject.name, NAME, TRIAL)
    async with scene_of(subject, "idle", rng) as (scene, ours):
        remote = scene.remote
        row.demand(await ours.set_up(), "the setup failed without a fault")
        row.demand(await _upstream(scene, stream) == 0, "there is a stream without viewers at first")
        audience = Audience(stream, ours.entry)
        await _demand_one(scene, stream, audience, row, "at first")

        await remote.call(remote.proxy.refuse)
        row.unavailable_limit = subject.loses
        row.unavailable = await ours.until(lambda: not ours.is_available, subject.loses + SLACK)
        row.demand(row.unavailable is not None, "did not become unavailable")
        row.demand(await _becomes(scene, stream, 0, SLACK), "the stream does not end with the connection")
        await asyncio.sleep(HOLD)
        audience.seen.clear()
        await remote.do(remote.proxy.accept_again())
        row.converge_limit = BACKOFF_LONGEST + subject.notices
        began = ours.hass.loop.time()
        if await ours.until(audience.all_see, row.converge_limit + SLACK) is None:
            row.broken.append(f"{len(audience.seen)} of {VIEWERS} viewers receive pictures again")
        else:
            row.converged = ours.hass.loop.time() - began
        row.demand(
            await ours.until(lambda: ours.is_available, row.converge_limit + SLACK) is not None,
            "did not become available again",
        )
        await _demand_one(scene, stream, audience, row, "after the outage")

        await audience.leave()
        row.demand(await _becomes(scene, stream, 0, SLACK), "there is a stream without viewers at the end")
        await clean_end(scene, row)
    row.down, row.up = (ours.lines.count(subject.domain, words) for words in ("is unavailable", "is available again"))
    row.demand((row.down, row.up) == (1, 1), f"{row.down} lines down, {row.up} lines up")
    row.broken.extend(ours.lines.unexpected())
    return row


async def _demand_one(scene: Scene, stream: Stream, audience: Audience, row: Row, when: str) -> None:
    """Check that all viewers receive pictures through one connection."""
    await scene.home.until(audience.all_see, OPENED_SECONDS + SLACK)
    row.demand(audience.all_see(), f"{len(audience.seen)} of {VIEWERS} viewers receive pictures {when}")
    row.demand((count := await _upstream(scene, stream)) == 1, f"{count} connections for {VIEWERS} viewers {when}")


async def _upstream(scene: Scene, stream: Stream) -> int:
    """Return the number of streams of the device."""
    count: Callable[[Any], int] = stream.upstream
    return await scene.remote.call(count, scene.remote.simulator)


async def _becomes(scene: Scene, stream: Stream, wanted: int, seconds: float) -> bool:
    """Return True if the device has `wanted` streams within some seconds."""
    until = scene.home.hass.loop.time() + seconds
    while (count := await _upstream(scene, stream)) != wanted and scene.home.hass.loop.time() < until:
        await asyncio.sleep(0.05)
    return count == wanted
