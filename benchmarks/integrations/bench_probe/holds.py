"""Measures how long the event loop is blocked (a hold), and where: another thread samples the stack."""

import asyncio
from collections import Counter
import gc
import sys
import threading
import time
from types import FrameType
from typing import NamedTuple, Self

RING_SECONDS = 0.005
LOOK_SECONDS = 0.01
# Shorter holds are ignored.
LEAST_SECONDS = 0.05
# The number of innermost frames in a sample.
DEPTH = 12


class Hold(NamedTuple):
    """A time during which the event loop is blocked."""

    cpu: float
    """CPU seconds of the thread of the event loop."""

    seconds: float
    """Wall time in seconds."""

    collecting: float
    """CPU seconds of garbage collection."""

    where: str
    """The most frequent stack, innermost frame first: `file:line function < ...`."""


class HoldWatch:
    """A timer of a few milliseconds in the event loop; a context manager for the thread of the event loop."""

    def __init__(self) -> None:
        """Initialize without holds."""
        self.holds: list[Hold] = []
        self._seen: Counter[str] = Counter()
        self._is_over = threading.Event()
        self._collecting = self._collection_began = 0.0

    @property
    def longest(self) -> float:
        """The CPU seconds of the longest hold, 0.0 without holds."""
        return max((hold.cpu for hold in self.holds), default=0.0)

    def __enter__(self) -> Self:
        """Start the timer and the thread."""
        self._loop = asyncio.get_running_loop()
        self._rung, self._cpu, self._collecting = time.perf_counter(), time.thread_time(), 0.0
        gc.callbacks.append(self._collect)
        threading.Thread(target=self._look, args=(threading.get_ident(),), daemon=True).start()
        self._ring()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._handle.cancel()
        gc.callbacks.remove(self._collect)
        self._is_over.set()

    def _ring(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        held = now - self._rung - RING_SECONDS
        if held >= LEAST_SECONDS:
            ((where, _),) = self._seen.most_common(1) or [("no sample", 0)]
            self.holds.append(Hold(cpu - self._cpu, held, self._collecting, where))
        self._seen = Counter()
        self._rung, self._cpu, self._collecting = now, cpu, 0.0
        self._handle = self._loop.call_later(RING_SECONDS, self._ring)

    def _collect(self, phase: str, _info: dict[str, int]) -> None:
        """Add the CPU time of a garbage collection in the thread of the event loop."""
        now = time.thread_time()
        if phase == "start":
            self._collection_began = now
        elif now >= self._collection_began:
            self._collecting += now - self._collection_began

    def _look(self, thread: int) -> None:
        """Sample the stack of the event loop while it is blocked."""
        while not self._is_over.wait(LOOK_SECONDS):
            if time.perf_counter() - self._rung > LEAST_SECONDS / 2:
                self._seen[_stack(sys._current_frames()[thread])] += 1


def _stack(frame: FrameType | None) -> str:
    found: list[str] = []
    while frame is not None and len(found) < DEPTH:
        file = "/".join(frame.f_code.co_filename.split("/")[-3:])
        found.append(f"{file}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(found)
