"""How long the event loop was held, and what it was in: another thread looks at its stack meanwhile."""

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
# Shorter holds are not looked at.
LEAST_SECONDS = 0.05
# Innermost frames that are kept of a stack.
DEPTH = 12


class Hold(NamedTuple):
    """A time during which the loop came to nothing else."""

    cpu: float
    """Seconds of the loop's own thread: what other threads and programs took meanwhile does not count."""

    seconds: float
    """By the clock."""

    collecting: float
    """CPU seconds of these that went into collecting garbage: Python goes through all objects there are."""

    where: str
    """What it was mostly in, innermost first: `file:line function < ...`."""


class HoldWatch:
    """Rings in the loop every few milliseconds; use it as a context manager in the loop's thread."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.holds: list[Hold] = []
        self._seen: Counter[str] = Counter()
        self._is_over = threading.Event()
        self._collecting = self._collection_began = 0.0

    @property
    def longest(self) -> float:
        """The longest hold in CPU seconds; 0.0 if none was worth looking at."""
        return max((hold.cpu for hold in self.holds), default=0.0)

    def __enter__(self) -> Self:
        """Watch from now on."""
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
            ((where, _),) = self._seen.most_common(1) or [("nobody looked", 0)]
            self.holds.append(Hold(cpu - self._cpu, held, self._collecting, where))
        self._seen = Counter()
        self._rung, self._cpu, self._collecting = now, cpu, 0.0
        self._handle = self._loop.call_later(RING_SECONDS, self._ring)

    def _collect(self, phase: str, _info: dict[str, int]) -> None:
        """Count a collection in the loop's thread; those of other threads hold it too, but take none of its CPU."""
        now = time.thread_time()
        if phase == "start":
            self._collection_began = now
        elif now >= self._collection_began:
            self._collecting += now - self._collection_began

    def _look(self, thread: int) -> None:
        """Note where the loop is, as long as it is held."""
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
