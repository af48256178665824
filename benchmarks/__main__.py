"""script/bench: runs the benchmarks and prints a table.

It writes benchmarks/results/<version of Home Assistant>.json, benchmarks/RESULTS.md, and the summary and the picture of
docs/performance.md.
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

# One committed file for each version of Home Assistant; `script/bench --docs` writes the pages from them.
RESULTS = Path(__file__).parent / "results" / f"{homeassistant_version}.json"
# For one process of a measure.
TIMEOUT_SECONDS = 600

type Row = dict[str, Any]


def main() -> int:
    """Measure; return 1 if a count is wrong or a measure failed. Times do not matter for the exit status."""
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
    part = bool(options.only or options.measure)
    known, machine_before = _known()
    # The page names the machine and load of the last run of everything.
    described = machine_before if part and machine_before else about
    rows: list[Row] = []
    failures: list[str] = []
    start = time.monotonic()
    for job, found, failure in _run_all(wanted, quick=options.quick):
        for row in found:
            print(line(row), flush=True)
        rows += found
        if not (options.quick or options.no_write):
            # After each job, so that an interrupted run keeps its results.
            _write([*_merged(known, rows), described])
        if failure:
            print(f"{job.measure} of {job.vendor}: {failure}", flush=True)
            failures.append(failure)
    if not (options.quick or options.no_write or part):
        _write([*rows, described])
    for text in growth_lines(rows):
        print(text)
    minutes = (time.monotonic() - start) / 60
    print(
        f"{len(rows)} rows in {minutes:.1f} minutes, {sum(map(is_short, rows))} short of their mark, "
        f"{len(failures)} jobs with wrong counts or errors"
    )
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: only checks counts; the times are rough")
    parser.add_argument("--docs", action="store_true", help="only write the pages from the last results")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="VENDOR",
        help="only this vendor or endpoint; the results of others are kept",
    )
    parser.add_argument("--measure", action="append", default=[], help="only this measure (see jobs.py)")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"processes for each measure (default: {RUNS})")
    parser.add_argument("--no-write", action="store_true", help="print only")
    return parser.parse_args()


def _known() -> tuple[list[Row], Row | None]:
    """Return the last results, and the machine that they are from."""
    if not RESULTS.exists():
        return [], None
    rows = json.loads(RESULTS.read_text(encoding="utf-8"))
    return [row for row in rows if "measure" in row], next((row for row in rows if "measure" not in row), None)


def _merged(known: list[Row], rows: list[Row]) -> list[Row]:
    """Return the last results with the new values of rows that were measured again; new rows are at the end."""
    fresh = {(row["measure"], row["vendor"]): row for row in rows}
    return [fresh.pop((row["measure"], row["vendor"]), row) for row in known] + list(fresh.values())


def _write(results: list[Row]) -> None:
    """Write the results and the pages; the results file is replaced at once, so that it is never incomplete."""
    RESULTS.parent.mkdir(exist_ok=True)
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(RESULTS)
    write_page(RESULTS.parent)


def _run_all(wanted: Iterable[Job], *, quick: bool) -> Iterator[tuple[Job, list[Row], str]]:
    """Run the jobs: first those that measure times, one at a time, then those of SIDE_BY_SIDE, two at a time."""
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
    """Return the merged rows of all runs of a job, and an error or an empty text."""
    runs: list[list[Row]] = []
    for _ in range(1 if quick else job.runs):
        rows, failure = _run_once(job, quick=quick)
        if failure:
            return [], failure
        runs.append(rows)
    return [merged(same) for same in zip(*runs, strict=True)], ""


def _run_once(job: Job, *, quick: bool) -> tuple[list[Row], str]:
    """Return the rows of one process, and an error or an empty text."""
    command = [sys.executable, "-m", "benchmarks.run_measure", job.measure, job.vendor, str(job.size)]
    try:
        done = subprocess.run(
            [*command, *(["--quick"] if quick else [])],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [], f"did not end within {TIMEOUT_SECONDS} s"
    if done.returncode:
        return [], f"failed: {(done.stderr.strip().splitlines() or ['no output'])[-1]}"
    found = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    wrong = [row["wrong"] for row in found if "wrong" in row]
    return [row for row in found if "wrong" not in row], "; ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
