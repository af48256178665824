"""The start of a real Home Assistant with all five integrations and a hall of units, and its memory.

Floors: Home Assistant without the integrations; for the memory, the same number of bare sensors instead of the hall.
Later starts than the first are measured, so that the entities are already registered.
"""

from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.config_entries import ConfigEntry

from harness.home import config_entry
from harness.vendor import Entry

from ..real import RealHome
from ..results import Result, WrongCount, compared, single, without_ratio
from ..session import Feeder
from ..workloads import CORE_PATH, WORKLOADS, workload_named

TURNS = 2
TIMEOUT_SECONDS = 120


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a hall with `size` units of one vendor."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        hall = await _entries(stack, name, units=size, first=0)
        others = [
            entry
            for other in WORKLOADS
            if other != CORE_PATH
            for entry in await _entries(stack, other, units=1, first=size)
        ]
        homes = {
            "without": RealHome(folder / "without"),
            "five": RealHome(folder / "five", others),
            "hall": RealHome(folder / "hall", [*others, *hall]),
        }
        # The first start creates the entities and devices and is not measured.
        first = {label: await home.run(TIMEOUT_SECONDS, task="start") for label, home in homes.items()}
        count = first["hall"]["entities"] - first["five"]["entities"]
        bare = config_entry(Entry(domain=CORE_PATH, title="Bare", data={"kind": "bare", "entities": count}))
        homes["bare"] = RealHome(folder / "bare", [*others, bare])
        await _start(homes["bare"])
        turns = [{label: await _start(home) for label, home in homes.items()} for _ in range(1 if quick else TURNS)]
    slow = max(len(turn["hall"]["slow"]) for turn in turns)

    def middle(label: str, what: str) -> float:
        return float(median(turn[label][what] for turn in turns))

    hold = [median(turn[label]["held"] for turn in turns) * 1000 for label in ("hall", "without")]
    collected = median(max((hold["collecting"] for hold in turn["hall"]["holds"]), default=0.0) for turn in turns)
    memory = [middle(label, "bytes") - middle("five", "bytes") for label in ("hall", "bare")]
    each = (middle("hall", "seconds") - middle("without", "seconds")) / size
    return [
        compared(
            f"a start with a hall of {size} units", name, "s", middle("hall", "seconds"), middle("without", "seconds")
        ),
        single(f"a start, for each of {size} units", name, "ms", each * 1000),
        single(f"a start with as many bare sensors as {size} units have", name, "s", middle("bare", "seconds")),
        single(f"a start with the five and no hall ({size} units)", name, "s", middle("five", "seconds")),
        without_ratio(f"longest hold of the loop at a start ({size} units)", name, "CPU ms", *hold),
        single(f"lines of the log about what takes over 10 seconds ({size} units)", name, "lines", slow),
        single(f"collecting garbage at most at a start ({size} units)", name, "CPU ms", collected * 1000),
        compared(f"memory of a hall of {size} units, {count} entities", name, "MB", *(one / 1e6 for one in memory)),
    ]


async def _entries(stack: AsyncExitStack, name: str, *, units: int, first: int) -> list[ConfigEntry[Any]]:
    """Start the simulators of these units; return their config entries."""
    workload = workload_named(name)
    size = workload.sizes[0]
    feeder = await Feeder.start(name, size, units, first)
    stack.push_async_callback(feeder.stop)
    wanted = [workload.entry(port, size, first + unit) for unit, port in enumerate(feeder.ports)]
    return [config_entry(entry, workload.subentries) for entry in wanted]


async def _start(home: RealHome) -> dict[str, Any]:
    report = await home.run(TIMEOUT_SECONDS, task="start")
    # Home Assistant adds other entries, which fail without internet.
    ours = {workload_named(name).domain for name in WORKLOADS}
    if failed := [one for one in report["failed"] if one.partition(":")[0] in ours]:
        raise WrongCount(f"{len(failed)} entries are not loaded: {failed[0]}")
    return report
