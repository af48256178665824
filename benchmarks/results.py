"""What a measurement found, as a row of the table and an object of results.json."""

from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import platform
from statistics import median
from typing import Any

from homeassistant.const import __version__ as homeassistant_version


class WrongCount(Exception):
    """Something was written, opened or left behind another number of times than it must be."""


CPU_US = "CPU us per message"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure of one vendor, as results.json holds it.

    `value`, `floor` and `ratio` are medians over the runs, the ratio of value to floor taken in each run; `runs` are
    the values of all runs. What is to be reached is in marks.py.
    """

    measure: str
    vendor: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    runs: list[float]


def compared(measure: str, vendor: str, unit: str, pairs: Sequence[tuple[float, float]]) -> Result:
    """Make a row of runs that each give a value and its floor."""
    return Result(
        measure=measure,
        vendor=vendor,
        value=median(value for value, _ in pairs),
        unit=unit,
        floor=median(floor for _, floor in pairs),
        ratio=median(value / floor for value, floor in pairs),
        runs=[value for value, _ in pairs],
    )


def single(measure: str, vendor: str, unit: str, runs: Sequence[float]) -> Result:
    """Make a row of runs that each give a value only."""
    return Result(
        measure=measure, vendor=vendor, value=median(runs), unit=unit, floor=None, ratio=None, runs=list(runs)
    )


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
