"""300 reloads of one entry in a real Home Assistant. Floor: the same for Home Assistant's integration `demo`.

Only the memory of the second half has a limit, because the caches of Home Assistant fill up first, and Python seldom
returns memory to the system. A second, shorter run finds the owners of the new memory.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.config_entries import ConfigEntry

from harness.home import config_entry
from harness.vendor import Entry

from ..real import RealHome
from ..results import Result, single, without_ratio
from ..session import Feeder
from ..workloads import workload_named

RELOADS, EVERY = 300, 10
# Reloads between two rows of the curve.
SHOWN_EVERY = 50
TRACED_RELOADS = 60
TIMEOUT_SECONDS = 280
PEER = config_entry(Entry(domain="demo", title="Demo", data={}))


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    workload = workload_named(name)
    feeder = await Feeder.start(name, size, 1)
    try:
        entry = config_entry(workload.entry(feeder.ports[0], size, 0), workload.subentries)
        with TemporaryDirectory(prefix="bench-") as folder:
            times = EVERY if quick else RELOADS
            ours, peer = [
                await _reload(Path(folder) / one.domain, one, times=times, every=EVERY) for one in (entry, PEER)
            ]
            traced = await _reload(
                Path(folder) / "traced", entry, times=min(times, TRACED_RELOADS), every=EVERY, traced=True
            )
    finally:
        await feeder.stop()
    return [*_curve(name, ours, peer), *_owners(name, traced["grown"], min(times, TRACED_RELOADS) // 2)]


async def _reload(path: Path, entry: ConfigEntry[Any], **order: Any) -> dict[str, Any]:
    return await RealHome(path, [entry]).run(TIMEOUT_SECONDS, task="reloads", domain=entry.domain, **order)


def _curve(name: str, ours: dict[str, Any], peer: dict[str, Any]) -> list[Result]:
    """Return the rows of the memory by the number of reloads, in MB more than before the first reload."""
    sides = [[one - side["curve"][0][0] for one, _ in side["curve"]] for side in (ours, peer)]
    objects = [side["curve"][-1][1] - side["curve"][len(side["curve"]) // 2][1] for side in (ours, peer)]
    what = f"{ours['of_entry']} entities, beside {peer['of_entry']} of Home Assistant's demo"
    half = len(sides[0]) // 2
    return [
        *(
            without_ratio(
                f"memory after {place * EVERY} reloads in a real Home Assistant", name, "MB more", *_mb(sides, place)
            )
            for place in range(SHOWN_EVERY // EVERY, len(sides[0]), SHOWN_EVERY // EVERY)
        ),
        without_ratio(
            f"memory of the second half of {(len(sides[0]) - 1) * EVERY} reloads ({what})",
            name,
            "MB more",
            *[(side[-1] - side[half]) / 1e6 for side in sides],
        ),
        without_ratio("objects of the second half of the reloads", name, "more", *map(float, objects)),
    ]


def _mb(sides: list[list[int]], place: int) -> list[float]:
    return [side[place] / 1e6 for side in sides]


def _owners(name: str, grown: dict[str, int], reloads: int) -> list[Result]:
    """Return the rows of the owners of new memory, the largest first."""
    most = sorted(grown.items(), key=lambda one: -abs(one[1]))[:6]
    return [
        single(f"memory that grew in {reloads} reloads, of {owner}", name, "KB", size / 1e3) for owner, size in most
    ]
