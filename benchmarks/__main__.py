"""script/bench: runs the measurements one after the other and prints a table.

It writes benchmarks/results/<version of Home Assistant>.json and the summary and picture in docs/performance.md.
"""

import argparse
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
import subprocess
import sys
import time
from typing import Any

from homeassistant.const import __version__ as homeassistant_version

from .growth import growth_lines
from .jobs import RUNS, SIDE_BY_SIDE, Job, duration, jobs
from .marks import is_short
from .results import machine, merged
from .summary import write_page
from .table import HEAD, RULE, line

# One file for each Home Assistant, to be committed: `script/bench --docs` makes the page of it.
RESULTS = Path(__file__).parent / "results" / f"{homeassistant_version}.json"
# A measure that hangs must not take the time of all others.
PATIENCE_SECONDS = 600

type Row = dict[str, Any]


def main() -> int:
    """Measure; the exit status is 1 for wrong counts and for what did not run, never for times."""
    options = _options()
    if options.docs:
        write_page(RESULTS.parent)
        return 0
    about = machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    wanted = [
        job._replace(most_runs=options.runs)
        for job in jobs(options.only, quick=options.quick)
        if not options.measure or job.measure in options.measure
    ]
    if not options.quick:
        print(f"{len(wanted)} measurements, about {max(1, round(duration(wanted) / 60))} minutes on two cores")
    print(f"{HEAD}\n{RULE}", flush=True)
    known = _known()
    part = bool(options.only or options.measure)
    rows: list[Row] = []
    failures: list[str] = []
    start = time.monotonic()
    for job, found, failure in _run_all(wanted, quick=options.quick):
        for row in found:
            print(line(row), flush=True)
        rows += found
        if not (options.quick or options.no_write):
            # After each, so that a run that is cut short keeps what it found, and what was known before.
            _write([*_merged(known, rows), about])
        if failure:
            print(f"{job.measure} of {job.vendor}: {failure}", flush=True)
            failures.append(failure)
    if not (options.quick or options.no_write or part):
        _write([*rows, about])
    for text in growth_lines(rows):
        print(text)
    minutes = (time.monotonic() - start) / 60
    print(
        f"{len(rows)} measured in {minutes:.1f} minutes, {sum(map(is_short, rows))} short of what they should reach, "
        f"{len(failures)} wrong or failed"
    )
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="under a minute: what counts something, and a glance at times"
    )
    parser.add_argument("--docs", action="store_true", help="only write the summary of the last results")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="VENDOR",
        help="only this vendor or endpoint; keep the other rows",
    )
    parser.add_argument("--measure", action="append", default=[], help="take only this measure (see jobs.py)")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"processes for each measure (default: {RUNS})")
    parser.add_argument("--no-write", action="store_true", help="print only")
    return parser.parse_args()


def _known() -> list[Row]:
    """Return the last results."""
    if not RESULTS.exists():
        return []
    return [row for row in json.loads(RESULTS.read_text(encoding="utf-8")) if "measure" in row]


def _merged(known: list[Row], rows: list[Row]) -> list[Row]:
    """Return the last results with what was measured again in its place, and what is new at the end."""
    fresh = {(row["measure"], row["vendor"]): row for row in rows}
    return [fresh.pop((row["measure"], row["vendor"]), row) for row in known] + list(fresh.values())


def _write(results: list[Row]) -> None:
    """Write both files; a run that is cut short in the middle of it leaves the results as they were."""
    RESULTS.parent.mkdir(exist_ok=True)
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(RESULTS)
    write_page(RESULTS.parent)


def _run_all(wanted: Iterable[Job], *, quick: bool) -> Iterator[tuple[Job, list[Row], str]]:
    """Run what measures time one by one, then what only counts two at a time."""
    side_by_side = [job for job in wanted if job.measure in SIDE_BY_SIDE]
    for job in wanted:
        if job not in side_by_side:
            yield (job, *_run(job, quick=quick))
    with ThreadPoolExecutor(2) as pool:
        for job, (found, failure) in zip(
            side_by_side, pool.map(lambda job: _run(job, quick=quick), side_by_side), strict=True
        ):
            yield job, found, failure


def _run(job: Job, *, quick: bool) -> tuple[list[Row], str]:
    """Return the rows of one job over its runs, and what went wrong."""
    runs: list[list[Row]] = []
    for _ in range(1 if quick else job.runs):
        rows, failure = _run_once(job, quick=quick)
        if failure:
            return [], failure
        runs.append(rows)
    return [merged(same) for same in zip(*runs, strict=True)], ""


def _run_once(job: Job, *, quick: bool) -> tuple[list[Row], str]:
    """Return the rows that one process found, and what went wrong."""
    command = [sys.executable, "-m", "benchmarks.run_measure", job.measure, job.vendor, str(job.size)]
    try:
        done = subprocess.run(
            [*command, *(["--quick"] if quick else [])],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [], f"did not end within {PATIENCE_SECONDS} s"
    if done.returncode:
        return [], f"failed: {(done.stderr.strip().splitlines() or ['no output'])[-1]}"
    found = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    wrong = [row["wrong"] for row in found if "wrong" in row]
    return [row for row in found if "wrong" not in row], "; ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
