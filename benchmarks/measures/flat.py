"""The cost of a message in a large home against a small one, both in one Home Assistant, fed in turn."""

from ..clocks import Stopwatch
from ..results import CPU_US, Result, compared
from ..session import Session, no_collection, session, session_beside

SMALL = 50


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a vendor at this size against its smallest: as many entities change in both, then all of the large one.

    What exists must cost nothing; that is the first row. The second also has what no program can help: each state of
    5,000 is cold when its turn comes, and Home Assistant's own `async_set` alone takes a quarter more (see the floor
    of the messages in a home of that size).
    """
    blocks = 2 if quick else 20
    async with session(name, size) as large, session_beside(large, SMALL) as small:
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
        # The first messages among fewer entities may repeat what is.
        await large.prepare("change", count, among=among)
        await large.until_marked()
        for _ in range(blocks):
            for one, watch in watches.items():
                await one.prepare("change", count, among=among if one is large else None)
                with watch:
                    await one.until_marked()
    return (watches[large].cpu / (blocks * count) * 1e6, watches[small].cpu / (blocks * count) * 1e6)
