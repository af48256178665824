"""script/bench: runs the measurements one after the other, prints a table, writes results.json and the page."""

import argparse
from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

from .jobs import Job, jobs
from .page import write_page
from .results import machine
from .table import HEAD, RULE, line

RESULTS = Path(__file__).parent / "results.json"
PATIENCE_SECONDS = 900


def main() -> int:
    """Measure; the exit status tells of wrong counts and of what did not run, never of times."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="under a minute: what counts something, and a glance at times"
    )
    parser.add_argument("--docs", action="store_true", help="only put the last results into docs/performance.md")
    parser.add_argument(
        "--only", action="append", default=[], metavar="VENDOR", help="measure this vendor only, keep the other rows"
    )
    parser.add_argument("--measure", action="append", default=[], help="take only this measure (see jobs.py)")
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args()
    if options.docs:
        write_page(json.loads(RESULTS.read_text(encoding="utf-8")))
        return 0
    about = machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    wanted = [
        job for job in jobs(options.only, quick=options.quick) if not options.measure or job.measure in options.measure
    ]
    print(f"{HEAD}\n{RULE}", flush=True)
    writes = not (options.quick or options.no_write)
    part = bool(options.only or options.measure)
    rows: list[dict[str, Any]] = []
    failures: list[str] = []
    # The quick form measures nothing exactly and takes both cores.
    with ThreadPoolExecutor(2 if options.quick else 1) as pool:
        for job, (found, failure) in zip(
            wanted, pool.map(lambda job: _run(job, quick=options.quick), wanted), strict=True
        ):
            for row in found:
                print(line(row), flush=True)
            rows += found
            if writes:  # after each, so that a run that is cut short leaves what it found
                _write([*_others(rows), *rows, about] if part else [*rows, about])
            if failure:
                print(f"{job.measure} of {job.vendor}: {failure}", flush=True)
                failures.append(failure)
    missed = [row for row in rows if row["reached"] is False]
    print(f"{len(rows)} measured, {len(missed)} short of what they should reach, {len(failures)} wrong or failed")
    return 1 if failures else 0


def _others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last results but for what was measured again."""
    *known, _about = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else [{}]
    again = {(row["measure"], row["vendor"]) for row in rows}
    return [row for row in known if (row["measure"], row["vendor"]) not in again]


def _write(results: list[dict[str, Any]]) -> None:
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_page(results)


def _run(job: Job, *, quick: bool) -> tuple[list[dict[str, Any]], str]:
    """Return the rows of one job, and what went wrong."""
    command = [sys.executable, "-m", "benchmarks.one", job.measure, job.vendor, str(job.size)]
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
        return [], f"failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}"
    found = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    wrong = [row["wrong"] for row in found if "wrong" in row]
    return [row for row in found if "wrong" not in row], "; ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
