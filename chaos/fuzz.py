"""Arbitrary input at every door of every vendor's `api/`: nothing but its own errors may come out.

Each vendor's doors are in `doors/`. `script/chaos --fuzz` makes 100,000 cases per vendor, the tests
a few hundred; a failing case is shrunk and printed, and becomes a named regression test.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import gc
import importlib
import pkgutil
import time
import traceback
import tracemalloc
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

from . import doors

# How many kinds of dropped input there may be: a kind that holds what was sent would grow for ever.
MOST_KINDS = 150
POOL = 300
MEMORY_ROUNDS = 15
MOST_GROWTH = 512 * 1024
MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Door:
    """One way in: what is thrown at it, and what takes it. `errors` may come out, nothing else."""

    inputs: st.SearchStrategy[Any]
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


def pass_through(door: Door, value: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Throw one input. Raises what must not come out, or AssertionError when it took too long."""
    began = time.monotonic()
    try:
        result = door.take(value)
        if asyncio.iscoroutine(result):
            loop.run_until_complete(result)
    except door.errors:
        pass
    assert time.monotonic() - began < MOST_SECONDS, "the door was blocked"


def fuzz(domain: str, name: str, cases: int, number: int | None = None) -> None:
    """Throw many inputs at one door. Raises at the first that comes through, shrunk.

    Without a number the cases are always the same ones.
    """
    door = doors_of(domain)[0][name]
    loop = asyncio.new_event_loop()

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=number is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(door.inputs)
    def throw(value: Any) -> None:
        pass_through(door, value, loop)

    try:
        (seed(number)(throw) if number is not None else throw)()
    finally:
        loop.close()


def inputs_of(door: Door, count: int) -> list[Any]:
    """Return inputs for a door, always the same ones."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(door.inputs)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def memory_growth(domain: str, pool: int = POOL, rounds: int = MEMORY_ROUNDS) -> int:
    """Return by how many bytes a vendor's memory grew while the same inputs came again and again."""
    found, _ = doors_of(domain)
    loop = asyncio.new_event_loop()
    thrown: list[tuple[Door, Any]] = []
    for door in found.values():
        thrown += [(door, value) for value in inputs_of(door, pool // len(found) + 1)]

    def throw_all() -> None:
        for door, value in thrown:
            pass_through(door, value, loop)

    throw_all()
    throw_all()
    gc.collect()
    tracemalloc.start()
    try:
        throw_all()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(rounds):
            throw_all()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        loop.close()


def kinds_of_dropped(domain: str, cases: int = 2000) -> set[str]:
    """Return the kinds of dropped input after many different ones."""
    found, counters = doors_of(domain)
    loop = asyncio.new_event_loop()
    for door in found.values():
        for value in inputs_of(door, cases // len(found) + 1):
            pass_through(door, value, loop)
    loop.close()
    return {kind for counter in counters for kind in counter.as_dict()}


def run_fuzz(chosen: list[str], cases: int, number: int) -> int:
    """Fuzz the vendors for the command line; return the exit status."""
    broken = 0
    for domain in chosen or all_domains():
        names = list(doors_of(domain)[0])
        each = -(-cases // len(names))
        for name in names:
            began = time.monotonic()
            try:
                fuzz(domain, name, each, number)
                verdict = "nothing came through"
            except Exception:  # noqa: BLE001 - whatever comes through is what is looked for
                broken += 1
                verdict = "BROKEN\n" + traceback.format_exc()
            print(f"{domain:12} {name:28} {each:8} cases {time.monotonic() - began:6.0f} s  {verdict}", flush=True)
        growth, kinds = memory_growth(domain), len(kinds_of_dropped(domain))
        fine = growth < MOST_GROWTH and kinds < MOST_KINDS
        broken += not fine
        print(f"{domain:12} memory +{growth / 1024:.0f} KiB, {kinds} kinds dropped  {'kept' if fine else 'BROKEN'}")
    print(f"chaos: fuzz {'BROKEN' if broken else 'OK'}, seed {number}")
    return int(bool(broken))
