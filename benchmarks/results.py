"""The result of a measure: a row of the table, and an object in the results file."""

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
    """A number of state writes, connections or leftovers is wrong."""


CPU_US = "CPU us per message"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure of one vendor, as in the results file.

    `value`, `floor` and `ratio` (value / floor) are medians over the runs; `runs` are the values of all runs. marks.py
    has the limits.
    """

    measure: str
    vendor: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    runs: list[float]


def compared(measure: str, vendor: str, unit: str, value: float, floor: float) -> Result:
    """Return the row of a run with a value and its floor."""
    return Result(
        measure=measure, vendor=vendor, value=value, unit=unit, floor=floor, ratio=value / floor, runs=[value]
    )


def without_ratio(measure: str, vendor: str, unit: str, value: float, floor: float) -> Result:
    """Return the row of a run with a floor that may be 0, so that there is no ratio."""
    return Result(measure=measure, vendor=vendor, value=value, unit=unit, floor=floor, ratio=None, runs=[value])


def at_percentiles(what: str, vendor: str, ours: Sequence[float], floor: Sequence[float]) -> list[Result]:
    """Return two rows of many samples in milliseconds: the median and the 99th percentile."""
    return [
        compared(f"{what}, {label}", vendor, "ms", percentile(ours, share), percentile(floor, share))
        for label, share in (("p50", 0.5), ("p99", 0.99))
    ]


def single(measure: str, vendor: str, unit: str, value: float) -> Result:
    """Return the row of a run without a floor."""
    return Result(measure=measure, vendor=vendor, value=value, unit=unit, floor=None, ratio=None, runs=[value])


def merged(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one row for the same row of several runs."""
    medians = {
        name: None if runs[0][name] is None else median(run[name] for run in runs)
        for name in ("value", "floor", "ratio")
    }
    return {**runs[0], **medians, "runs": [run["value"] for run in runs]}


def machine() -> dict[str, Any]:
    """Return the properties of this machine."""
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
