"""Clocks for CPU time, wall time and the event loop, and the memory of the process."""

import asyncio
from collections.abc import Sequence
import gc
from pathlib import Path
import time
from typing import Self


class Stopwatch:
    """A stopwatch for CPU seconds of this thread, which is that of the event loop, and for seconds of wall time."""

    def __init__(self) -> None:
        """Initialize with 0."""
        self.cpu = 0.0
        self.wall = 0.0

    def __enter__(self) -> Self:
        """Start."""
        self._cpu, self._wall = time.thread_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and add the time since the start."""
        self.cpu += time.thread_time() - self._cpu
        self.wall += time.perf_counter() - self._wall


class LoopWatch:
    """Measures each turn of the event loop, in CPU seconds and in seconds of wall time.

    On a busy machine the wall time includes the time of other programs.
    """

    def __init__(self) -> None:
        """Initialize without turns."""
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def __enter__(self) -> Self:
        """Start: a callback in each turn reads the clocks."""
        self._loop = asyncio.get_running_loop()
        self._then = (time.thread_time(), time.perf_counter())
        self._handle = self._loop.call_soon(self._turn)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._handle.cancel()

    def _turn(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        self.cpu.append(now[0] - self._then[0])
        self.wall.append(now[1] - self._then[1])
        self._then = now
        self._handle = self._loop.call_soon(self._turn)


class LagWatch:
    """Measures how late timers of five milliseconds are, in seconds."""

    def __init__(self) -> None:
        """Initialize without timers."""
        self.late: list[float] = []

    def __enter__(self) -> Self:
        """Start the first timer."""
        self._loop = asyncio.get_running_loop()
        self._set()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._handle.cancel()

    def _set(self) -> None:
        self._due = self._loop.time() + 0.005
        self._handle = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self.late.append(self._loop.time() - self._due)
        self._set()


class GarbageWatch:
    """The longest run of Python's garbage collector, in seconds of the wall clock.

    All threads wait for it, whichever of them runs it.
    """

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.longest = 0.0
        self._began = 0.0

    def __enter__(self) -> Self:
        """Watch from now on."""
        gc.callbacks.append(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        gc.callbacks.remove(self._note)

    def _note(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.longest = max(self.longest, time.perf_counter() - self._began)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the percentile of some values; `share` is between 0 and 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def resident_bytes() -> int:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096
