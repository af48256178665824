"""A fuzz target: one piece of a vendor's `api/` that reads bytes from outside, and how it is fed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import gc
import importlib
import logging
import pkgutil
import time
from typing import Any, override

from hypothesis import strategies as st

from . import fuzz_targets
from .mutate import Mutator

MOST_SECONDS = 5.0


@dataclass(frozen=True)
class FuzzTarget:
    """What Hypothesis and the mutator make for it, and what takes that; only `errors` may be raised."""

    inputs: st.SearchStrategy[Any]
    mutated: Callable[[Mutator], Any]
    take: Callable[[Any], Awaitable[Any] | Any]
    errors: tuple[type[Exception], ...]


def fuzz_targets_of(domain: str) -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return a vendor's fuzz targets by name, and the counters of the input that they drop."""
    module = importlib.import_module(f"{fuzz_targets.__name__}.{domain}")
    found: tuple[dict[str, FuzzTarget], list[Any]] = module.fuzz_targets()
    return found


def all_domains() -> list[str]:
    """Return the vendors that have fuzz targets."""
    return sorted(module.name for module in pkgutil.iter_modules(fuzz_targets.__path__))


def feed(target: FuzzTarget, value: Any, loop: asyncio.AbstractEventLoop) -> float:
    """Feed one input; return the CPU seconds that it took.

    Raises every other error than the expected ones, and AssertionError when it took too long.
    """
    began = time.thread_time()
    try:
        result = target.take(value)
        if asyncio.iscoroutine(result):
            loop.run_until_complete(result)
    except target.errors:
        pass
    seconds = time.thread_time() - began
    assert seconds < MOST_SECONDS, "the event loop was blocked"
    return seconds


@contextmanager
def quiet_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Give an event loop. Raises AssertionError when a task is left on it, or something was logged as an error."""
    loop, errors = asyncio.new_event_loop(), _Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield loop
        loop.run_until_complete(loop.shutdown_asyncgens())
        # Only now errors of tasks are logged that were not awaited.
        gc.collect()
        left = asyncio.all_tasks(loop)
        assert not left, f"{len(left)} tasks left"
        assert not errors.seen, f"logged: {errors.seen[0]}"
    finally:
        logging.getLogger().removeHandler(errors)
        loop.close()


class _Errors(logging.Handler):
    """Keeps what is logged as an error: that is how a task's error ends that was not awaited."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))
