"""The cost of a message in a large house against a small one, both in one Home Assistant, fed in turn."""

from statistics import median

from ..clocks import Stopwatch
from ..results import Result, compared
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
            "CPU us per message",
            pairs,
            most=1.1,
            cpu_us=median(ours for ours, _ in pairs),
            floor_cpu_us=median(floor for _, floor in pairs),
        )
    ]


async def _run(large: Session, small: Session, blocks: int, count: int = 200) -> tuple[float, float]:
    watches = {large: Stopwatch(), small: Stopwatch()}
    async with no_collection():
        for _ in range(blocks):
            for one, watch in watches.items():
                with watch:
                    await one.until_marked(lambda one=one: one.send("change", count))  # type: ignore[misc]  # at once
    return (watches[large].cpu / (blocks * count) * 1e6, watches[small].cpu / (blocks * count) * 1e6)
