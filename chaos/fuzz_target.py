"""A fuzz target: a part of a vendor's `api/` that parses received data."""

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
    """Inputs by Hypothesis and by the mutator, and the function that is tested. It may raise only `errors`."""

    inputs: st.SearchStrategy[Any]
    mutated: Callable[[Mutator], Any]
    take: Callable[[Any], Awaitable[Any] | Any]
    errors: tuple[type[Exception], ...]


def fuzz_targets_of(domain: str) -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets of a vendor by name, and the counters of the dropped input."""
    module = importlib.import_module(f"{fuzz_targets.__name__}.{domain}")
    found: tuple[dict[str, FuzzTarget], list[Any]] = module.fuzz_targets()
    return found


def all_domains() -> list[str]:
    """Return the vendors with fuzz targets."""
    return sorted(module.name for module in pkgutil.iter_modules(fuzz_targets.__path__))


def feed(target: FuzzTarget, value: Any, loop: asyncio.AbstractEventLoop) -> float:
    """Run a fuzz target with one input; return the CPU seconds.

    Raises all errors that are not expected, and AssertionError if it took too long.
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
    """Yield an event loop. Raises AssertionError if a task is left on it, or an error was logged."""
    loop, errors = asyncio.new_event_loop(), _Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield loop
        loop.run_until_complete(loop.shutdown_asyncgens())
        # asyncio logs the exceptions of tasks that were not awaited when the tasks are collected.
        gc.collect()
        left = asyncio.all_tasks(loop)
        assert not left, f"{len(left)} tasks left"
        assert not errors.seen, f"logged: {errors.seen[0]}"
    finally:
        logging.getLogger().removeHandler(errors)
        # `close` does not wait for the threads of the executor.
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


class _Errors(logging.Handler):
    """Keeps the logged errors, which include exceptions of tasks that were not awaited."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))
