"""One changed key per message, and a message that changes nothing.

Floor: receive, orjson and, where a state changes, one `hass.states.async_set` with the attributes of the same entity.
The two are fed in turn, a block of messages each.
"""

import asyncio
from statistics import median

import aiohttp

from ..clocks import Stopwatch
from ..results import Result, WrongCount, compared
from ..session import Session, Writes, no_collection, session

# As devices send: each message arrives by itself and costs a turn of the event loop, the floor's too.
PACED = 5000


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor at one size."""
    rows = []
    async with session(name, size) as one:
        websocket = await one.connect_floor()
        await count_writes(one)
        for kind, rate, least in (("change", 0, 0.6), ("change", PACED, 0.6), ("same", PACED, 0.8), ("same", 0, None)):
            rows.append(await measure(one, websocket, kind, rate, least, quick))
    return rows


async def count_writes(one: Session) -> None:
    """Check that every changed key writes its state once, and an unchanged one nothing."""
    await one.until_marked(lambda: one.send("change", 1))
    for kind, expected in (("change", 201), ("same", 1)):
        with Writes(one) as writes:
            await one.until_marked(lambda kind=kind: one.send(kind, 200))  # type: ignore[misc]  # bound at once
            await one.hass.async_block_till_done()
        if writes.total != expected:
            raise WrongCount(f"{one.name}: 200 messages of kind {kind} and a marker: {writes.total} writes")


async def measure(
    one: Session, websocket: aiohttp.ClientWebSocketResponse, kind: str, rate: float, least: float | None, quick: bool
) -> Result:
    """Make one row; `rate` 0 is as fast as they come."""
    runs, blocks, count = (2, 2, 200) if quick else (5, 5, 250)
    pairs: list[tuple[float, float]] = []
    cpu: list[tuple[float, float]] = []
    for _ in range(runs):
        ours, floor = Stopwatch(), Stopwatch()
        async with no_collection():
            for _ in range(blocks):
                with ours:
                    await one.until_marked(lambda: one.send(kind, count, rate=rate))
                reader = asyncio.create_task(receive(one, websocket, count + 1, writes=kind == "change"))
                with floor:
                    await one.send(kind, count, rate=rate, to_floor=True)
                    await reader
        cpu.append((ours.cpu / (blocks * count) * 1e6, floor.cpu / (blocks * count) * 1e6))
        pairs.append((blocks * count / ours.wall, blocks * count / floor.wall))
    what = "one changed key per message" if kind == "change" else "a message that changes nothing"
    paced = f", {PACED} a second"
    return compared(
        f"{what}{paced if rate else ', as fast as they come'} ({one.size} entities)",
        one.name,
        "messages per CPU second" if rate else "messages/s",
        # Paced messages come no faster than they are sent: what is left to compare is the time they cost.
        [(1e6 / ours, 1e6 / floor) for ours, floor in cpu] if rate else pairs,
        least=least,
        cpu_us=median(ours for ours, _ in cpu),
        floor_cpu_us=median(floor for _, floor in cpu),
    )


async def receive(one: Session, websocket: aiohttp.ClientWebSocketResponse, count: int, *, writes: bool) -> None:
    """Do the floor's work for so many messages."""
    decode, async_set = one.vendor.decode, one.hass.states.async_set
    known = one.hass.states.get(one.entity_id(one.vendor.marker))
    assert known is not None
    attributes, states = dict(known.attributes), one.floor_states
    for _ in range(count):
        message = await websocket.receive()
        decode(message.data)
        if writes:
            name, state = next(states)
            async_set(name, state, attributes)
