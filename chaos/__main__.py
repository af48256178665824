"""The command line: `script/chaos`. Each endpoint has its own process, so that tasks left in it are of that vendor."""

import argparse
import asyncio
import json
import os
from pathlib import Path
import random
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from harness.vendors import named

from .result import Row, head

if TYPE_CHECKING:
    from .subject import Subject

MEANING = """\
unavailable, converged: seconds and their limit (a busy machine has 2 s more); "-": did not happen.
log: lines down- and up+.  commands: sent / failed with an error (e) / lost.  left: tasks and sockets.
grew: memory during a flood.  blocked: the longest turn of the event loop during a flood, in CPU seconds.
Shortened constants:"""

# A broken row is retried if the machine stalled for so long, because most promises are in seconds.
STALLED_SECONDS = 0.3
TRIES = 3


def main() -> None:
    """Run the experiments of the options; exit with 1 if a promise is broken."""
    options = parser().parse_args()
    if options.fuzz is not None:
        from .fuzz import run_fuzz

        sys.exit(run_fuzz(options.vendor, options.fuzz, options.seed))
    if options.guided is not None:
        from .guided import run_guided

        sys.exit(run_guided(options.vendor, options.guided))
    if options.child:
        asyncio.run(child(options))
        return
    sys.exit(asyncio.run(parent(options)))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    new = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    new.add_argument("--quick", action="store_true", help="each fault once per vendor, under three minutes")
    new.add_argument("--soak", type=float, metavar="MINUTES", help="random experiments for some minutes")
    new.add_argument(
        "--fuzz",
        type=int,
        nargs="?",
        const=100_000,
        metavar="CASES",
        help="run the fuzz targets of each vendor with this number of inputs in total (100,000), and check its memory: "
        "one in 20 by Hypothesis, the others mutated messages, one in 200 huge; half to two minutes per vendor",
    )
    new.add_argument(
        "--guided",
        type=int,
        nargs="?",
        const=60,
        metavar="SECONDS",
        help="coverage-guided fuzzing for some seconds (60) per fuzz target; requires atheris, on Linux",
    )
    new.add_argument("--seed", type=int, default=random.randrange(2**31), help="the seed that an earlier run printed")
    new.add_argument("--vendor", action="append", default=[], help="only this vendor or endpoint; repeatable")
    new.add_argument("--fault", action="append", default=[], help="only this fault; repeatable")
    new.add_argument("--phase", action="append", default=[], help="only this phase; repeatable")
    new.add_argument("--times", type=int, default=1, metavar="N", help="repeat each flood N times")
    new.add_argument(
        "--flapping",
        type=float,
        metavar="MINUTES",
        help="for everything that can appear and disappear: the changes of some minutes at 200 per second, but faster",
    )
    new.add_argument("--corpus", action="store_true", help=argparse.SUPPRESS)
    new.add_argument("--child", help=argparse.SUPPRESS)
    return new


# The process that prints the table ---------------------------------------------------------------


async def parent(options: argparse.Namespace) -> int:
    """Start a process for each vendor, print the rows, and return the exit status."""
    from .vendors import all_subjects

    began = time.monotonic()
    subjects, missing = all_subjects()
    for sentence in missing:
        print(f"chaos: {sentence}")
    wanted = named(options.vendor)
    chosen = [name for name in subjects if name in wanted]
    print(f"chaos: seed {options.seed}; vendors: {', '.join(chosen)}")
    print(MEANING)
    for name in chosen:
        constants = ", ".join(f"{place} {value}" for place, value in subjects[name].all_shortened.items())
        print(f"  {name}: {constants}")
    print(head(), flush=True)
    rows: list[Row] = []
    # More processes than cores, because experiments mostly wait.
    turn = asyncio.Semaphore(max((os.cpu_count() or 2) + 3, len(chosen) if options.soak else 1))
    failed = await asyncio.gather(*(_vendor_process(name, options, rows, turn) for name in chosen))
    broken = [row for row in rows if row.broken]
    print(f"chaos: {len(rows)} rows, {len(broken)} broken, {time.monotonic() - began:.0f} s, seed {options.seed}")
    for row in broken:
        print(f"  to repeat: script/chaos --vendor {row.vendor} --fault '{row.fault}' --phase '{row.phase}'")
    return int(bool(broken) or any(failed) or not rows)


async def _vendor_process(name: str, options: argparse.Namespace, rows: list[Row], turn: asyncio.Semaphore) -> bool:
    """Run the experiments of one endpoint; return True if the process failed."""
    arguments = ["--child", name, "--seed", str(options.seed), "--times", str(options.times)]
    arguments += ["--quick"] if options.quick else []
    arguments += ["--corpus"] if options.corpus else []
    arguments += ["--soak", str(options.soak)] if options.soak else []
    arguments += ["--flapping", str(options.flapping)] if options.flapping else []
    for fault in options.fault:
        arguments += ["--fault", fault]
    for phase in options.phase:
        arguments += ["--phase", phase]
    async with turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chaos", *arguments, stdout=asyncio.subprocess.PIPE, limit=1024 * 1024
        )
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                row = Row.from_dict(json.loads(line))
                rows.append(row)
                print(row.line(), flush=True)
            failed = await process.wait() != 0
        finally:
            if process.returncode is None:
                process.terminate()
    if failed:
        print(f"chaos: {name}: the process failed")
    return failed


# The process that runs the experiments -----------------------------------------------------------


async def child(options: argparse.Namespace) -> None:
    """Run the experiments of one endpoint, and print each row as a line of JSON."""
    rng = random.Random(f"{options.seed} {options.child}")
    with tempfile.TemporaryDirectory(prefix="chaos-certificates-") as folder:
        from .certificates import Certificates
        from .subject import HOST

        certificates = Certificates(Path(folder), HOST)
        # Home Assistant reads this at its import, and then trusts only this authority.
        os.environ["REQUESTS_CA_BUNDLE"] = str(certificates.authority)
        from .experiment import use_certificates

        use_certificates(certificates)
        await _experiments(options, rng)


async def _experiments(options: argparse.Namespace, rng: random.Random) -> None:
    from . import plan
    from .vendors import all_subjects

    subject = all_subjects()[0][options.child]
    if options.corpus:
        from .corpus import record

        row = Row(subject.name, f"{await record(subject)} messages", "kept")
        print(json.dumps(row.as_dict()), flush=True)
        return
    if options.flapping:
        await _flap(subject, options, rng)
        return
    if options.soak:
        until = time.monotonic() + options.soak * 60
        experiments = plan.at_random(subject, rng)
    else:
        until = float("inf")
        experiments = iter(plan.quick(subject) if options.quick else plan.everything(subject))
    for name, phase in experiments:
        if time.monotonic() > until:
            return
        if (options.fault and name not in options.fault) or (options.phase and phase not in options.phase):
            continue
        row = await _until_measured(subject, name, phase, rng, options.times)
        print(json.dumps(row.as_dict()), flush=True)


async def _flap(subject: Subject, options: argparse.Namespace, rng: random.Random) -> None:
    from .flapping import flapping, flaps

    for flood in flaps(subject):
        if not options.fault or flood.name in options.fault:
            row = await flapping(subject, flood, rng, options.flapping)
            print(json.dumps(row.as_dict()), flush=True)


async def _until_measured(subject: Subject, name: str, phase: str, rng: random.Random, times: int) -> Row:
    """Run an experiment; retry it if a promise in seconds is broken and the machine stalled."""
    from .stall_monitor import StallMonitor

    for tries in range(1, TRIES + 1):
        monitor = StallMonitor()
        try:
            row = await _experiment(subject, name, phase, rng, times)
        finally:
            stalled = monitor.end()
        if not row.broken or row.is_certain or stalled < STALLED_SECONDS or tries == TRIES:
            break
        why = f"the machine stalled for {stalled:.1f} s; {'; '.join(row.broken)}"
        print(f"chaos: retry of {subject.name}, {name}, {phase}: {why}", file=sys.stderr, flush=True)
    return row


async def _experiment(subject: Subject, name: str, phase: str, rng: random.Random, times: int) -> Row:
    from .experiment import experiment
    from .faults import FAULTS
    from .floods import flood
    from .lifecycle import LIFECYCLE, lifecycle

    faults = {fault.name: fault for fault in FAULTS}
    floods = {one.name: one for one in subject.floods}
    try:
        if name in floods:
            return await flood(subject, floods[name], rng, times)
        if name in subject.trials:
            return await subject.trials[name](subject, rng)
        if name in LIFECYCLE:
            return await lifecycle(subject, name, phase, rng)
        return await experiment(subject, faults[name], phase, rng)
    except Exception as error:  # the other experiments have to run, too
        if os.environ.get("CHAOS_DEBUG"):
            raise
        return Row(subject.name, name, phase, broken=[f"the experiment failed: {type(error).__name__}: {error}"])


if __name__ == "__main__":
    main()
