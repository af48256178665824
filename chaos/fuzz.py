"""Fuzzing: arbitrary input for the fuzz targets of all vendors, which may only raise their expected errors.

`script/chaos --fuzz` uses inputs by Hypothesis (`inputs.py`), which are slow and thorough, and many more mutated
messages (`mutate.py`), with bodies of up to 10 MB. The tests use a few hundred of both. An input that fails is shrunk
and printed, and should become a regression test.
"""

import asyncio
from collections.abc import Callable
from functools import partial
import gc
import time
import traceback
import tracemalloc
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from .fuzz_target import FuzzTarget, all_domains, feed, fuzz_targets_of, quiet_loop
from .mutate import Mutator
from .shrink import shrunk

# Limit of the kinds of dropped input. It would be exceeded if the name of a kind contained received data.
MOST_KINDS = 150
POOL = 300
MEMORY_ROUNDS = 15
MOST_GROWTH = 512 * 1024
# Hypothesis makes some hundred cases per second, the mutator some thousand.
HYPOTHESIS_ONE_IN = 20
HUGE_ONE_IN = 200
DIFFERENT = 3000
LONGEST_SHOWN = 2000


def fuzz(domain: str, name: str, cases: int, number: int | None = None) -> None:
    """Run one fuzz target with inputs by Hypothesis. Raises at the first failure, with a shrunk input.

    `number` is the seed; without it the inputs are always the same.
    """
    target = fuzz_targets_of(domain)[0][name]
    with quiet_loop() as loop:

        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            derandomize=number is None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        @given(target.inputs)
        def throw(value: Any) -> None:
            feed(target, value, loop)

        (seed(number)(throw) if number is not None else throw)()


def storm(domain: str, name: str, cases: int, number: int = 0, huge_one_in: int = HUGE_ONE_IN) -> float:
    """Run one fuzz target with mutated messages; return the CPU seconds of the slowest input.

    Raises AssertionError at the first failure, with a shrunk input.
    """
    target = fuzz_targets_of(domain)[0][name]
    mutator = Mutator(domain, f"{number} {name}")
    slowest = 0.0
    with quiet_loop() as loop:
        for case in range(cases):
            if case % huge_one_in == 0:
                mutator.next_is_huge()
            value = target.mutated(mutator)
            try:
                slowest = max(slowest, feed(target, value, loop))
            except Exception as error:
                small = shrunk(value, partial(_raises, type(error), target, loop))
                raise AssertionError(f"case {case} of seed {number}: {repr(small)[:LONGEST_SHOWN]}") from error
    return slowest


def _raises(kind: type[Exception], target: FuzzTarget, loop: asyncio.AbstractEventLoop, value: Any) -> bool:
    try:
        feed(target, value, loop)
    except Exception as error:  # another failure than the one that is shrunk does not count
        return type(error) is kind
    return False


def inputs_of(target: FuzzTarget, count: int) -> list[Any]:
    """Return inputs by Hypothesis for a fuzz target, which are always the same."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(target.inputs)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def memory_growth(domain: str, pool: int = POOL, rounds: int = MEMORY_ROUNDS) -> int:
    """Return the growth of the memory in bytes by repetitions of the same inputs."""
    found, _ = fuzz_targets_of(domain)
    thrown: list[tuple[FuzzTarget, Any]] = []
    for target in found.values():
        thrown += [(target, value) for value in inputs_of(target, pool // len(found) + 1)]
    with quiet_loop() as loop:

        def throw_all() -> None:
            for target, value in thrown:
                feed(target, value, loop)

        throw_all()
        throw_all()
        return _growth(throw_all, rounds)


def memory_growth_by_different(domain: str, cases: int = DIFFERENT, rounds: int = 4) -> int:
    """Return the growth of the memory in bytes by different inputs, which finds caches without a limit."""
    found, _ = fuzz_targets_of(domain)
    mutator = Mutator(domain, "memory")
    with quiet_loop() as loop:

        def throw_new() -> None:
            for target in found.values():
                for _ in range(cases // len(found) + 1):
                    feed(target, target.mutated(mutator), loop)

        throw_new()
        return _growth(throw_new, rounds)


def _growth(throw: Callable[[], None], rounds: int) -> int:
    """Return the growth of the memory in bytes after the first round."""
    gc.collect()
    tracemalloc.start()
    try:
        throw()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(rounds):
            throw()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def kinds_of_dropped(domain: str, cases: int = 2000) -> set[str]:
    """Return the kinds of dropped input after many inputs by Hypothesis and by the mutator."""
    found, counters = fuzz_targets_of(domain)
    mutator = Mutator(domain, "kinds")
    with quiet_loop() as loop:
        for target in found.values():
            for value in inputs_of(target, cases // len(found) + 1):
                feed(target, value, loop)
            for _ in range(cases):
                feed(target, target.mutated(mutator), loop)
    return {kind for counter in counters for kind in counter.as_dict()}


# For the command line --------------------------------------------------------------------------------


def run_fuzz(chosen: list[str], cases: int, number: int) -> int:
    """Fuzz the chosen vendors, or all; return the exit status."""
    broken = 0
    for domain in chosen or all_domains():
        began, thrown = time.monotonic(), 0
        names = list(fuzz_targets_of(domain)[0])
        each = -(-cases // len(names))
        for name in names:
            fine, done = _one_target(domain, name, each, number)
            broken += not fine
            thrown += done
        same, different = memory_growth(domain), memory_growth_by_different(domain)
        kinds = kinds_of_dropped(domain)
        fine = max(same, different) < MOST_GROWTH and len(kinds) < MOST_KINDS
        broken += not fine
        print(
            f"{domain:12} memory +{same / 1024:.0f} KiB by same inputs, +{different / 1024:.0f} KiB by different ones; "
            f"{len(kinds)} kinds dropped  {'kept' if fine else 'BROKEN'}"
        )
        print(f"{domain:12} {thrown} cases, {time.monotonic() - began:.0f} s", flush=True)
    print(f"chaos: fuzz {'BROKEN' if broken else 'OK'}, seed {number}")
    return int(bool(broken))


def _one_target(domain: str, name: str, cases: int, number: int) -> tuple[bool, int]:
    """Run one fuzz target and print the result; return True if nothing failed, and the number of cases."""
    began = time.monotonic()
    shaped = -(-cases // HYPOTHESIS_ONE_IN)
    try:
        fuzz(domain, name, shaped, number)
        slowest = storm(domain, name, cases - shaped, number)
    except Exception:  # any exception is a finding
        print(f"{domain:12} {name:18} BROKEN\n{traceback.format_exc()}", flush=True)
        return False, 0
    seconds = time.monotonic() - began
    print(
        f"{domain:12} {name:18} {shaped:6} by Hypothesis {cases - shaped:7} mutated {seconds:5.0f} s, "
        f"slowest {slowest * 1000:5.0f} ms  nothing failed",
        flush=True,
    )
    return True, cases
