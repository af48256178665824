"""A door: one way on which bytes from outside come into a vendor's `api/`, and how input is thrown at it."""

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

from . import doors
from .mutate import Mutator

MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Door:
    """One way in: what Hypothesis and the mutator throw at it, and what takes it.

    `errors` may come out, nothing else.
    """

    inputs: st.SearchStrategy[Any]
    mutated: Callable[[Mutator], Any]
    take: Callable[[Any], Awaitable[Any] | Any]
    errors: tuple[type[Exception], ...]


def doors_of(domain: str) -> tuple[dict[str, Door], list[Any]]:
    """Return a vendor's doors by name, and the counters of dropped input behind them."""
    module = importlib.import_module(f"{doors.__name__}.{domain}")
    found: tuple[dict[str, Door], list[Any]] = module.doors()
    return found


def all_domains() -> list[str]:
    """Return the vendors that have doors."""
    return sorted(module.name for module in pkgutil.iter_modules(doors.__path__))


def pass_through(door: Door, value: Any, loop: asyncio.AbstractEventLoop) -> float:
    """Throw one input; return the seconds of the processor that it took.

    Raises what must not come out, or AssertionError when it took too long.
    """
    began = time.thread_time()
    try:
        result = door.take(value)
        if asyncio.iscoroutine(result):
            loop.run_until_complete(result)
    except door.errors:
        pass
    seconds = time.thread_time() - began
    assert seconds < MOST_SECONDS, "the door was blocked"
    return seconds


@contextmanager
def quiet_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Give an event loop. Raises AssertionError when a task is left on it, or something was logged as an error."""
    loop, errors = asyncio.new_event_loop(), _Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield loop
        loop.run_until_complete(loop.shutdown_asyncgens())
        # Only now is logged how tasks ended that nobody waited for.
        gc.collect()
        left = asyncio.all_tasks(loop)
        assert not left, f"{len(left)} tasks left"
        assert not errors.seen, f"logged: {errors.seen[0]}"
    finally:
        logging.getLogger().removeHandler(errors)
        loop.close()


class _Errors(logging.Handler):
    """Keeps what is logged as an error: tasks end so when nobody waits for them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))
