"""What a measurement found, as a row of the table and an object of the results file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import platform
from statistics import median
from typing import Any

from homeassistant.const import __version__ as homeassistant_version

from .clocks import percentile


class WrongCount(Exception):
    """Something was written, opened or left behind another number of times than it must be."""


CPU_US = "CPU us per message"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure of one vendor, as the results file holds it.

    A process makes one run. `value`, `floor` and `ratio` are medians over the runs, the ratio of value to floor taken
    in each; `runs` are the values of all. What is to be reached is in marks.py.
    """

    measure: str
    vendor: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    runs: list[float]


def compared(measure: str, vendor: str, unit: str, value: float, floor: float) -> Result:
    """Make the row of a run that gives a value and its floor."""
    return Result(
        measure=measure, vendor=vendor, value=value, unit=unit, floor=floor, ratio=value / floor, runs=[value]
    )


def beside(measure: str, vendor: str, unit: str, value: float, floor: float) -> Result:
    """Make the row of a run whose floor may be nothing, so that no ratio of the two says anything."""
    return Result(measure=measure, vendor=vendor, value=value, unit=unit, floor=floor, ratio=None, runs=[value])


def at_percentiles(what: str, vendor: str, ours: Sequence[float], floor: Sequence[float]) -> list[Result]:
    """Make the rows of many samples, in milliseconds: the median, and what 99 of 100 do not exceed."""
    return [
        compared(f"{what}, {label}", vendor, "ms", percentile(ours, share), percentile(floor, share))
        for label, share in (("p50", 0.5), ("p99", 0.99))
    ]


def single(measure: str, vendor: str, unit: str, value: float) -> Result:
    """Make the row of a run that gives a value only."""
    return Result(measure=measure, vendor=vendor, value=value, unit=unit, floor=None, ratio=None, runs=[value])


def merged(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Make one row of the same row of several runs."""
    medians = {
        name: None if runs[0][name] is None else median(run[name] for run in runs)
        for name in ("value", "floor", "ratio")
    }
    return {**runs[0], **medians, "runs": [run["value"] for run in runs]}


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "machine": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "homeassistant": homeassistant_version,
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
