"""A flood of 5,000 messages per second for 50 measurements. Floor: receive and decode the same flood, in turn."""

import asyncio

from ..clocks import LagWatch, Stopwatch, percentile
from ..results import CPU_US, Result, WrongCount, compared, single
from ..session import Session, Writes, session
from .messages import receive

RATE = 5000
TURNS = 4
TURN_SECONDS = 0.5
# The throttle: the first value at once, then at most ten values per second.
MOST_PER_SECOND = 10
LATEST_WITHIN = 0.1
# Tolerance for a busy machine.
GRACE = 0.05


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure at one size."""
    ours, floor, our_lag, floor_lag = Stopwatch(), Stopwatch(), LagWatch(), LagWatch()
    turns = 1 if quick else TURNS
    async with session(name, size) as one:
        websockets = await one.connect_floor(one.units)
        late = await count_writes(one, TURN_SECONDS)
        count = _count(one, TURN_SECONDS)
        for _ in range(turns):
            await one.prepare("flood", count, units=one.units)
            with ours, our_lag:
                await one.until_marked(RATE, one.units)
            await one.prepare("flood", count, units=one.units, to_floor=True)
            each = count // len(websockets) + 1
            readers = [asyncio.create_task(receive(one, websocket, each, writes=False)) for websocket in websockets]
            with floor, floor_lag:
                await one.send(RATE)
                await asyncio.gather(*readers)
    sent = turns * count
    lags = [percentile(lag.late, 0.99) * 1000 for lag in (our_lag, floor_lag)]
    return [
        compared(f"a flood of {RATE} messages a second", name, CPU_US, ours.cpu / sent * 1e6, floor.cpu / sent * 1e6),
        compared("event loop's lag in the flood, p99", name, "ms", *lags),
        single("last value of the flood shown after", name, "ms", late * 1000),
    ]


async def count_writes(one: Session, seconds: float) -> float:
    """Check how often each measurement is written; return the delay of the last value in seconds."""
    entities = [one.entity_id(entity, unit) for unit in one.units for entity in one.workload.flooded]
    await one.prepare("flood", _count(one, seconds), units=one.units, marker=False)
    with Writes(one) as writes:
        sent = await one.send(RATE)
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
    """Check that each entity has its last value: the values of a flood increase by one, so the last ones are close."""
    shown = []
    for entity_id in entities:
        state = one.hass.states.get(entity_id)
        assert state is not None
        shown.append(float(state.state))
    if max(shown) - min(shown) > len(entities):
        raise WrongCount(f"{one.name}: after a flood the states are {sorted(shown)}")


def _count(one: Session, seconds: float) -> int:
    """Return the number of messages in these seconds, which is the same for each unit."""
    return int(RATE * seconds) // len(one.units) * len(one.units)
