"""Messages with one changed key, and messages that change nothing.

Floor: receive and decode; for a change also one `hass.states.async_set` with the attributes of the same entity.
Both receive blocks of messages in turn.
"""

import asyncio

import aiohttp

from ..clocks import Stopwatch
from ..results import CPU_US, Result, WrongCount, compared
from ..session import Session, Writes, no_collection, session

# At this rate each message costs a turn of the event loop, as with real devices, also for the floor.
PACED = 5000


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor at one size."""
    rows = []
    async with session(name, size) as one:
        (websocket,) = await one.connect_floor()
        await count_writes(one)
        await one.write_each_once()
        for kind, rate in (("change", 0), ("change", PACED), ("same", PACED), ("same", 0)):
            rows += await measure(one, websocket, kind, rate, quick)
    return rows


async def count_writes(one: Session) -> None:
    """Check that a changed key is written once, and an unchanged one is not written."""
    for kind, expected in (("change", 201), ("same", 1)):
        await one.prepare(kind, 1)
        await one.until_marked()
        await one.prepare(kind, 200)
        with Writes(one) as writes:
            await one.until_marked()
            await one.hass.async_block_till_done()
        if writes.total != expected:
            raise WrongCount(f"{one.name}: 200 messages of kind {kind} and a marker: {writes.total} writes")


async def measure(
    one: Session, websocket: aiohttp.ClientWebSocketResponse, kind: str, rate: float, quick: bool
) -> list[Result]:
    """Return the rows of one kind; `rate` 0 is as fast as possible."""
    blocks, count = (4, 200) if quick else (10, 250)
    ours, floor, sent = Stopwatch(), Stopwatch(), blocks * count
    async with no_collection():
        for _ in range(blocks):
            await one.prepare(kind, count)
            with ours:
                await one.until_marked(rate)
            await one.prepare(kind, count, to_floor=True)
            reader = asyncio.create_task(receive(one, websocket, count + 1, writes=kind == "change"))
            with floor:
                await one.send(rate)
                await reader
    what = "one changed key per message" if kind == "change" else "a message that changes nothing"
    size = f"({one.size} entities)"
    if rate:
        # The rate is fixed, so only the CPU time can be compared.
        paced = f"{what}, {PACED} a second {size}"
        return [compared(paced, one.name, "messages per CPU second", sent / ours.cpu, sent / floor.cpu)]
    fast = f"{what}, as fast as they come"
    return [
        compared(f"{fast} {size}", one.name, "messages/s", sent / ours.wall, sent / floor.wall),
        compared(f"{fast}, CPU {size}", one.name, CPU_US, ours.cpu / sent * 1e6, floor.cpu / sent * 1e6),
    ]


async def receive(one: Session, websocket: aiohttp.ClientWebSocketResponse, count: int, *, writes: bool) -> None:
    """Do the work of the floor for `count` messages."""
    decode, async_set = one.workload.decode, one.hass.states.async_set
    attributes, states = one.floor_attributes, one.floor_states
    for _ in range(count):
        message = await websocket.receive()
        decode(message.data)
        if writes:
            name, state = next(states)
            async_set(name, state, attributes)
