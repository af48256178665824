"""Flapping: something that appears and disappears 200 times per second, for hours.

The promise: after the first tenth of the changes, nothing in Home Assistant grows any more. The changes of the given
minutes are sent as fast as Home Assistant can process them, so that a run is shorter.
"""

import asyncio
from dataclasses import dataclass
import gc
import random
import time

from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir

from .experiment import clean_end, scene_of
from .faults import Scene
from .floods import memory, until_processed, webhook_of
from .observed_home import ObservedHome
from .result import Row
from .subject import COUNT, FIRST, Flood, Subject

PHASE = "flapping"
PER_SECOND = 200
# Changes between two checks that Home Assistant has processed all of them. The number is odd, so that what comes and
# goes differs at each check: within a batch, Home Assistant may see only the last change.
BATCH = 401
SETTLE_SECONDS = 3.0
# Limits of the growth, by caches of Home Assistant and Python's allocator.
MOST_MEGABYTES = 8.0
MOST_OBJECTS = 0.02


@dataclass(frozen=True)
class Sample:
    """The memory and the numbers of objects in Home Assistant."""

    megabytes: float
    objects: int
    tasks: int
    issues: int
    devices: int
    entities: int
    states: int
    flows: int

    @classmethod
    def of(cls, ours: ObservedHome) -> Sample:
        """Return the present numbers."""
        gc.collect()
        hass = ours.hass
        return cls(
            megabytes=memory(),
            objects=len(gc.get_objects()),
            tasks=len(asyncio.all_tasks()),
            issues=len(ir.async_get(hass).issues),
            devices=len(dr.async_get(hass).devices),
            entities=len(er.async_get(hass).entities),
            states=len(hass.states.async_entity_ids()),
            flows=len(hass.config_entries.flow.async_progress()),
        )

    def counts(self) -> dict[str, int]:
        """Return the numbers that must not change."""
        return {
            "issues": self.issues,
            "devices": self.devices,
            "entities": self.entities,
            "states": self.states,
            "flows": self.flows,
        }


async def flapping(subject: Subject, wanted: Flood, rng: random.Random, minutes: float) -> Row:
    """Send the changes of some minutes; return the row with the growth after the first tenth of them."""
    row = Row(subject.name, wanted.name, PHASE)
    total = round(minutes * 60 * PER_SECOND)
    async with scene_of(subject, PHASE, rng) as (scene, ours):
        if subject.shrink is not None:
            await scene.remote.call(subject.shrink, scene.remote.simulator)
        row.demand(await ours.set_up(), "the setup failed")
        began = time.monotonic()
        done = await _send(scene, wanted, 0, total // 10)
        early = Sample.of(ours)
        done = await _send(scene, wanted, done, total)
        late = Sample.of(ours)
        _compare(row, early, late)
        row.detail = (
            f"{done:,} changes in {time.monotonic() - began:.0f} s; {early.megabytes:.0f} to {late.megabytes:.0f} MB, "
            f"{early.objects:,} to {late.objects:,} objects, {late.tasks} tasks, "
            + ", ".join(f"{number} {name}" for name, number in late.counts().items())
        )
        await clean_end(scene, row)
    return row


def _compare(row: Row, early: Sample, late: Sample) -> None:
    row.grew, row.grew_limit = late.megabytes - early.megabytes, MOST_MEGABYTES
    row.demand(row.grew <= MOST_MEGABYTES, f"{row.grew:.1f} MB more")
    more = late.objects / early.objects - 1
    row.demand(more <= MOST_OBJECTS, f"{more:.1%} more objects")
    for (name, before), after in zip(early.counts().items(), late.counts().values(), strict=True):
        row.demand(after == before, f"{before} {name} became {after}")


async def _send(scene: Scene, wanted: Flood, first: int, total: int) -> int:
    """Send changes `first` to `total` in batches; return the number of the next one."""
    remote, target, subject = scene.remote, webhook_of(scene.home), scene.home.subject

    async def send(numbers: range) -> None:
        for n in numbers:
            wanted.send(remote.simulator, n, target)
            await asyncio.sleep(0)
        if subject.sent is not None:
            await subject.sent(remote.simulator)
        remote.simulator.record.clear()
        if subject.forget is not None:
            subject.forget(remote.simulator)

    n = first
    while n < total:
        await remote.do(send(range(n, n := n + BATCH)))
        await until_processed(scene, FIRST + n // BATCH % (COUNT - 1))
        # The kept log lines would count as growth.
        scene.home.lines.records.clear()
    if n % 2:
        # The same is there when the numbers are compared.
        await remote.do(send(range(n, n := n + 1)))
    # Home Assistant may process the last change later.
    await asyncio.sleep(SETTLE_SECONDS)
    await scene.home.hass.async_block_till_done()
    return n


def flaps(subject: Subject) -> list[Flood]:
    """Return the floods that can be repeated without end."""
    return [one for one in subject.floods if one.flaps]
