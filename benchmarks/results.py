"""What a measurement found, as a row of the table and an object of results.json."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
import os
from pathlib import Path
import platform
from statistics import median
from typing import Any

from homeassistant.const import __version__ as homeassistant_version


class WrongCount(Exception):
    """Something was written, opened or left behind another number of times than it must be."""


@dataclass(kw_only=True)
class Result:
    """One measure of one vendor.

    `value`, `floor` and `ratio` are medians of the runs; a ratio above 1 is better than the floor where more is better
    (`reach` says "at least"), worse where less is ("at most").
    """

    measure: str
    vendor: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    runs: list[float] = field(default_factory=list)
    """What each run found: the ratio where there is one, else the value."""

    cpu_us: float | None = None
    """CPU microseconds per message, and the floor's."""

    floor_cpu_us: float | None = None
    reach: str = ""
    reached: bool | None = None
    note: str = ""


def compared(
    measure: str,
    vendor: str,
    unit: str,
    pairs: Sequence[tuple[float, float]],
    *,
    least: float | None = None,
    most: float | None = None,
    **more: Any,
) -> Result:
    """Make a row of runs that each give a value and its floor; `least` or `most` is what the ratio must reach."""
    ratios = [value / floor for value, floor in pairs]
    ratio = median(ratios)
    result = Result(
        measure=measure,
        vendor=vendor,
        value=median(value for value, _ in pairs),
        unit=unit,
        floor=median(floor for _, floor in pairs),
        ratio=ratio,
        runs=ratios,
        **more,
    )
    if least is not None:
        result.reach, result.reached = f"ratio at least {least:g}", ratio >= least
    elif most is not None:
        result.reach, result.reached = f"ratio at most {most:g}", ratio <= most
    return result


def single(
    measure: str, vendor: str, unit: str, runs: Sequence[float], *, below: float | None = None, **more: Any
) -> Result:
    """Make a row of runs that each give a value; `below` is what it must stay under."""
    result = Result(measure=measure, vendor=vendor, value=median(runs), unit=unit, runs=list(runs), **more)
    if below is not None:
        result.reach, result.reached = f"under {below:g} {unit}", result.value < below
    return result


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


def as_objects(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Return the rows as results.json holds them."""
    return [asdict(result) for result in results]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
