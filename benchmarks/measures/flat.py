"""The cost of a message in a large house against a small one, both in one Home Assistant, fed in turn."""

from ..clocks import Stopwatch
from ..results import CPU_US, Result, compared
from ..session import Session, no_collection, session, session_beside

SMALL = 50


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a vendor at this size against its smallest."""
    async with session(name, size) as large, session_beside(large, SMALL) as small:
        pairs = [await _run(large, small, blocks=2 if quick else 10) for _ in range(2 if quick else 5)]
    return [
        compared(
            f"one changed key per message, {size} entities against {SMALL}",
            name,
            CPU_US,
            pairs,
        )
    ]


async def _run(large: Session, small: Session, blocks: int, count: int = 200) -> tuple[float, float]:
    watches = {large: Stopwatch(), small: Stopwatch()}
    async with no_collection():
        for _ in range(blocks):
            for one, watch in watches.items():
                await one.prepare("change", count)
                with watch:
                    await one.until_marked()
    return (watches[large].cpu / (blocks * count) * 1e6, watches[small].cpu / (blocks * count) * 1e6)
