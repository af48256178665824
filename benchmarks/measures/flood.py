"""A flood of 5,000 messages a second on 50 measurements. Floor: receive and orjson of the same flood, in turn."""

import asyncio
from statistics import median

import aiohttp

from ..clocks import LagWatch, Stopwatch, percentile
from ..results import Result, WrongCount, compared, single
from ..session import Session, Writes, session
from .messages import receive

RATE = 5000
SECONDS = 10
# At once, and then at most ten times a second.
MOST_PER_SECOND = 10
LATEST_WITHIN = 0.1
# What the machine's scheduler may add.
GRACE = 0.05


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure at one size."""
    seconds, runs = (1, 1) if quick else (SECONDS / 5, 5)
    pairs: list[tuple[float, float]] = []
    lags: list[tuple[float, float]] = []
    async with session(name, size) as one:
        websocket = await one.connect_floor()
        late = await count_writes(one, seconds)
        for _ in range(runs):
            ours, our_lag = await _flood_ours(one, seconds)
            floor, floor_lag = await _flood_floor(one, websocket, seconds)
            pairs.append((ours, floor))
            lags.append((our_lag, floor_lag))
    vendor = f"{name}"
    return [
        compared(
            f"a flood of {RATE} messages a second",
            vendor,
            "CPU us per message",
            pairs,
            most=1.5,
            cpu_us=median(ours for ours, _ in pairs),
            floor_cpu_us=median(floor for _, floor in pairs),
        ),
        single(
            "event loop's lag in the flood, p99",
            vendor,
            "ms",
            [ours for ours, _ in lags],
            below=20,
            floor=median(floor for _, floor in lags),
        ),
        single(
            "last value of the flood shown after", vendor, "ms", [late * 1000], below=(LATEST_WITHIN + GRACE) * 1000
        ),
    ]


async def count_writes(one: Session, seconds: float) -> float:
    """Check how often each measurement is written, and return how late the last value was."""
    entities = [one.entity_id(entity) for entity in one.vendor.flooded]
    with Writes(one) as writes:
        sent = await one.send("flood", int(RATE * seconds), rate=RATE, marker=False)
        await asyncio.sleep(LATEST_WITHIN + 2 * GRACE)
    most = (MOST_PER_SECOND * (seconds + LATEST_WITHIN + GRACE)) + 1
    for entity_id in entities:
        if not 2 <= writes.changed.get(entity_id, 0) <= most:
            raise WrongCount(f"{one.name}: {entity_id} was written {writes.changed.get(entity_id, 0)} times in a flood")
    late: float = max(moment for entity_id in entities for moment, _ in writes.values[entity_id]) - sent["sent_at"]
    if late > LATEST_WITHIN + 2 * GRACE:
        raise WrongCount(f"{one.name}: the last value of a flood was {late:.3f} s late")
    await _check_last_values(one, entities)
    return max(late, 0.0)


async def _check_last_values(one: Session, entities: list[str]) -> None:
    """Check that the last value of every key arrived: the flood's numbers grow, so the latest are neighbours."""
    shown = []
    for entity_id in entities:
        state = one.hass.states.get(entity_id)
        assert state is not None
        shown.append(float(state.state))
    if max(shown) - min(shown) > len(entities):
        raise WrongCount(f"{one.name}: after a flood the states are {sorted(shown)}")


async def _flood_ours(one: Session, seconds: float) -> tuple[float, float]:
    count = int(RATE * seconds)
    watch, lag = Stopwatch(), LagWatch()
    with watch, lag:
        await one.until_marked(lambda: one.send("flood", count, rate=RATE))
    return watch.cpu / count * 1e6, percentile(lag.late, 0.99) * 1000


async def _flood_floor(one: Session, websocket: aiohttp.ClientWebSocketResponse, seconds: float) -> tuple[float, float]:
    count = int(RATE * seconds)
    watch, lag = Stopwatch(), LagWatch()
    reader = asyncio.create_task(receive(one, websocket, count + 1, writes=False))
    with watch, lag:
        await one.send("flood", count, rate=RATE, to_floor=True)
        await reader
    return watch.cpu / count * 1e6, percentile(lag.late, 0.99) * 1000
