"""The table of all jobs: which measures each vendor has, and at which sizes."""

from collections.abc import Iterable
from typing import NamedTuple

from .workloads import CORE_PATH, WORKLOADS, missing, workload_named

MANY = 5000
# In minutes.
YEAR = 525_600
FLOODED = 500

# Each run is a process, because the speed of the same code differs by a tenth with the memory addresses of its objects.
RUNS = 5
# They take minutes and run once: the difference between processes is small in comparison.
LONG = frozenset({"history", "real_start", "real_reloads", "recorder_rows"})
# Numbers of units of a hall.
HALLS = (2, 20, 200)
STARTED_HALLS = (20, 60, 200)
# The seconds of one run in a home of 50 entities, and the additional seconds in one of thousands.
SECONDS = {
    "messages": (4, 2),
    "connect": (3, 0),
    "flat": (5, 0),
    "peer": (4, 2),
    "history": (5, 30),
    "setting_up": (7, 0),
    "fan_out": (3, 0),
    "flood": (7, 0),
    "command": (4, 0),
    "browser": (25, 0),
    "mjpeg": (15, 0),
    "webhook": (2, 0),
    "start": (5, 0),
    "reloads": (8, 0),
    "real_start": (80, 0),
    "real_reloads": (120, 0),
    "recorder_rows": (190, 0),
    "hall": (27, 0),
    "two_ways": (20, 0),
    "counts": (10, 0),
}
# These need no exact times: they run two at a time.
SIDE_BY_SIDE = frozenset({"start", "reloads", "counts"})


class Job(NamedTuple):
    """One measure of one vendor at one size."""

    measure: str
    vendor: str
    size: int
    most_runs: int = RUNS

    @property
    def runs(self) -> int:
        """The number of runs."""
        return 1 if self.measure in LONG else self.most_runs

    @property
    def seconds(self) -> float:
        """The estimated seconds of one run, on a machine with two cores."""
        base, more = SECONDS[self.measure]
        return base + (more if self.size >= MANY else 0)


def jobs(only: list[str], *, quick: bool) -> Iterable[Job]:
    """Yield the jobs of all vendors, or of those in `only`; print which vendors are left out."""
    for name in WORKLOADS:
        if only and name not in only and workload_named(name).domain not in only:
            continue
        if reason := missing(name):
            print(f"{name} is left out: {reason}")
            continue
        if quick:
            yield Job("counts", name, min(max(workload_named(name).sizes), FLOODED))
        else:
            yield from _full(name)


def duration(wanted: Iterable[Job]) -> float:
    """Return the estimated seconds of all runs of these jobs."""
    return sum(job.runs * job.seconds / (2 if job.measure in SIDE_BY_SIDE else 1) for job in wanted)


def _full(name: str) -> Iterable[Job]:
    workload = workload_named(name)
    smallest, middle = workload.sizes[0], min(max(workload.sizes), FLOODED)
    if workload.connect:
        yield from (Job("messages", name, size) for size in workload.sizes)
        yield Job("flat", name, MANY)
        yield from (Job("peer", name, size) for size in workload.sizes if size >= FLOODED)
        yield Job("fan_out", name, middle)
        yield Job("flood", name, middle)
        yield from (Job("connect", name, size) for size in workload.sizes)
        yield from (Job("setting_up", name, size) for size in workload.sizes)
    if workload.command:
        yield Job("command", name, smallest)
    yield Job("browser", name, smallest)
    if workload.camera:
        yield Job("mjpeg", name, smallest)
    if workload.webhook:
        yield Job("webhook", name, smallest)
    if name == CORE_PATH:
        # Three sizes, for the growth.
        yield from (Job("history", name, minutes) for minutes in (YEAR // 100, YEAR // 10, YEAR))
        # It measures all vendors at once.
        yield Job("recorder_rows", name, smallest)
    else:
        yield Job("start", name, smallest)
        yield Job("reloads", name, smallest)
    if workload.two_ways:
        yield Job("two_ways", name, workload.two_ways)
    if workload.hall_units:
        yield from (Job("hall", name, units) for units in HALLS)
        yield from (Job("real_start", name, units) for units in STARTED_HALLS)
        yield Job("real_reloads", name, smallest)
