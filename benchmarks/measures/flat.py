"""The cost of a message in a large home compared with a small one, in turn in the same Home Assistant."""

from ..clocks import Stopwatch
from ..results import CPU_US, Result, compared
from ..session import Session, no_collection, second_session, session

SMALL = 50


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor.

    For the first row the same number of entities change in both homes: entities that do not change must cost nothing.
    For the second row all entities of the large home change. With 5,000 entities each state is no longer in the CPU
    caches when it changes, and Home Assistant's own `async_set` takes a quarter longer (see the floor of `messages`).
    """
    blocks = 2 if quick else 20
    async with session(name, size) as large, second_session(large, SMALL) as small:
        for one in (large, small):
            await one.write_each_once()
        every = await _run(large, small, blocks, None)
        few = await _run(large, small, blocks, SMALL)
    return [
        compared(f"one changed key per message, {size} entities against {SMALL}", name, CPU_US, *few),
        compared(f"one changed key per message, each of {size} entities against {SMALL}", name, CPU_US, *every),
    ]


async def _run(large: Session, small: Session, blocks: int, among: int | None, count: int = 200) -> tuple[float, float]:
    watches = {large: Stopwatch(), small: Stopwatch()}
    async with no_collection():
        # The first messages for fewer entities may not change their states.
        await large.prepare("change", count, among=among)
        await large.until_marked()
        for _ in range(blocks):
            for one, watch in watches.items():
                await one.prepare("change", count, among=among if one is large else None)
                with watch:
                    await one.until_marked()
    return (watches[large].cpu / (blocks * count) * 1e6, watches[small].cpu / (blocks * count) * 1e6)
