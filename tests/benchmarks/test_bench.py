"""The benchmark: its counts are right, a wrong one fails the run, and all endpoints are measured."""

from dataclasses import asdict
import json
from pathlib import Path
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import __main__ as bench
from benchmarks.feeder import encode
from benchmarks.growth import growth_lines, growths
from benchmarks.jobs import Job, jobs
from benchmarks.marks import is_short
from benchmarks.picture import picture
from benchmarks.results import compared, machine, merged, single
from benchmarks.summary import hall, summary
from benchmarks.table import HEAD, line
from benchmarks.workloads import CORE_PATH, WORKLOADS, workload_named
from harness.vendors import endpoints

FIELDS = frozenset({"measure", "vendor", "value", "unit", "floor", "ratio", "runs"})
ROOT = Path(__file__).parents[2]


def counted(code: str = "") -> list[dict[str, Any]]:
    """Count the core path in a separate process, after running some code."""
    command = f"{code}\nimport sys\nsys.argv = ['run_measure', 'counts', 'core_path', '50', '--quick']\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{command}from benchmarks.run_measure import main\nmain()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=110,
        check=True,
    )
    return [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]


def test_the_counts_of_the_shared_code_are_right() -> None:
    rows = counted()
    assert [row for row in rows if "wrong" in row] == []
    assert {row["vendor"] for row in rows} == {"core_path"}
    assert {frozenset(row) for row in rows} == {FIELDS}


def test_a_second_write_of_a_state_is_reported() -> None:
    code = """
from common.push.entity import PushEntity
once = PushEntity._handle_coordinator_update
def twice(self):
    once(self)
    self.async_write_ha_state()
PushEntity._handle_coordinator_update = twice
"""
    rows = counted(code)
    assert "writes" in rows[-1]["wrong"]


def test_a_quick_run_counts_every_endpoint() -> None:
    found = list(jobs([], quick=True))
    assert {job.measure for job in found} == {"counts"}
    assert {job.vendor for job in found} == {CORE_PATH, *endpoints()}


@pytest.mark.parametrize("name", [name for name in WORKLOADS if workload_named(name).connect])
def test_a_workload_with_a_socket_is_measured_at_every_size(name: str) -> None:
    found = [job for job in jobs([name], quick=False) if job.vendor == name]
    assert {job.size for job in found if job.measure == "messages"} == {50, 500, 5000}
    assert {"flat", "fan_out", "flood", "connect", "setting_up"} <= {job.measure for job in found}


def test_the_name_of_a_vendor_selects_all_its_endpoints() -> None:
    assert {job.vendor for job in jobs(["instathings"], quick=True)} == {"instathings_cloud", "instathings_gateway"}


def test_a_row_that_misses_its_mark_is_short() -> None:
    row = asdict(compared("a flood of 5000", "v", "us", 4.0, 2.0))
    assert row.keys() == FIELDS
    assert (row["value"], row["floor"], row["ratio"], row["runs"]) == (4.0, 2.0, 2.0, [4.0])
    assert is_short(row)
    assert not is_short(asdict(single("last value of the flood", "v", "ms", 90.0)))
    text = line(row)
    assert "short" in text
    assert text.count("|") == HEAD.count("|")


def test_a_row_of_several_runs_has_their_medians() -> None:
    runs = [asdict(compared("a flood", "v", "us", *pair)) for pair in ((4.0, 2.0), (9.0, 3.0), (1.0, 1.0))]
    row = merged(runs)
    assert row.keys() == FIELDS
    assert (row["value"], row["floor"], row["ratio"], row["runs"]) == (4.0, 2.0, 2.0, [4.0, 9.0, 1.0])
    alone = merged([asdict(single("import", "v", "s", value)) for value in (1.0, 900.0, 2.0)])
    assert (alone["value"], alone["floor"], alone["ratio"], alone["runs"]) == (2.0, None, None, [1.0, 900.0, 2.0])


def test_a_wrong_count_in_one_of_several_runs_fails_the_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = Job("command", "misty", 50)
    values = iter([1.0, 5.0, 2.0, 4.0, 3.0])

    def once(_job: Job, *, quick: bool) -> tuple[list[dict[str, Any]], str]:
        return [asdict(single("import", "misty", "s", next(values)))], ""

    monkeypatch.setattr(bench, "_run_once", once)
    ((row,), failure) = bench._run(job, quick=False)
    assert (row["value"], row["runs"], failure) == (3.0, [1.0, 5.0, 2.0, 4.0, 3.0], "")
    wrong = iter([([row], ""), ([row], "two writes too many")])
    monkeypatch.setattr(bench, "_run_once", lambda _job, quick: next(wrong))
    assert bench._run(job, quick=False) == ([], "two writes too many")


@pytest.mark.parametrize(
    ("measure", "value", "floor", "short"),
    [
        ("one changed key per message, as fast as they come (50 entities)", 51.0, 100.0, False),
        ("one changed key per message, as fast as they come (50 entities)", 49.0, 100.0, True),
        ("one changed key per message, 5000 a second (50 entities)", 69.0, 100.0, True),
        ("MJPEG, 1 viewer, bytes per CPU second", 0.75, 1.0, False),
        ("MJPEG, 8 viewers, bytes per CPU second", 0.75, 1.0, True),
        ("one changed key per message, 5000 entities against 50", 1.2, 1.0, True),
        ("a message that changes nothing, 5000 a second (50 entities)", 0.79, 1.0, True),
        ("command to echo to state, p50", 3.9, 1.0, False),
        ("command to echo to state, p50", 4.1, 1.0, True),
        ("a message that changes nothing, as fast as they come (50 entities)", 0.1, 1.0, False),
    ],
)
def test_a_value_is_compared_with_its_mark(measure: str, value: float, floor: float, short: bool) -> None:
    row = {"measure": measure, "value": value, "floor": floor, "ratio": value / floor}
    assert is_short(row) is short


def test_each_size_of_the_hall_has_a_row() -> None:
    rows = [
        {"measure": "a hall of 20 units, a tick a second each", "value": 9.0},
        {"measure": "latest state in the hall (20 units)", "value": 0.001},
        {"measure": "memory of a hall of 200 units, 12800 entities", "value": 245.0},
        {"measure": "setting up the hall's 20 units", "value": 1.0},
    ]
    *_, small, large = hall(rows).splitlines()
    assert small == "| 20 | 0.9 % | 1 ms | - | - | - |"
    assert large == "| 200 | - | - | - | - | 245 MB |"


def test_the_summary_has_the_worst_row_of_each_mark() -> None:
    rows = [
        asdict(compared("a flood of 5000", "quiet", "us", 2.0, 2.0)),
        asdict(compared("a flood of 5000", "loud", "us", 4.0, 2.0)),
        asdict(compared("one changed key per message, 5000 a second (50 entities)", "fast", "m", 9.0, 10.0)),
        asdict(compared("one changed key per message, 5000 a second (50 entities)", "slow", "m", 8.0, 10.0)),
        asdict(single("for information", "quiet", "s", 1.0)),
    ]
    _, _, *lines = summary([*rows, machine()]).splitlines()[2:]
    assert [[cell.strip() for cell in line.split("|")[3:6]] for line in lines] == [
        ["0.8", "slow", "yes"],
        ["2", "loud", "not by 1 of 2"],
    ]


def test_results_of_other_jobs_are_stored_when_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "results.json"
    old = asdict(single("import", "misty", "s", 0.2))
    results.write_text(json.dumps([old, {"python": "3"}]), encoding="utf-8")
    new = asdict(single("import", "rotoclear", "s", 0.1))
    results_at_start: list[list[dict[str, Any]]] = []

    def run(job: Job, *, quick: bool) -> tuple[list[dict[str, Any]], str]:
        results_at_start.append(json.loads(results.read_text(encoding="utf-8")))
        return ([new], "") if job.vendor == "rotoclear" else ([], "failed: on purpose")

    monkeypatch.setattr(bench, "RESULTS", results)
    monkeypatch.setattr(bench, "write_page", lambda _folder: None)
    monkeypatch.setattr(bench, "jobs", lambda *_, **__: [Job("command", name, 50) for name in ("rotoclear", "misty")])
    monkeypatch.setattr(bench, "_run", run)
    monkeypatch.setattr(sys, "argv", ["bench"])
    assert bench.main() == 1
    *rows, about = json.loads(results.read_text(encoding="utf-8"))
    assert rows == [new]
    assert {"machine", "python", "homeassistant"} <= about.keys()
    # New results are stored at once. Old ones stay until the run has ended.
    assert results_at_start[1][:-1] == [old, new]


def test_the_growth_of_a_measure_is_an_exponent() -> None:
    rows = [
        asdict(single(f"setting up {size} entities", vendor, "s", size**power * 0.3))
        for vendor, power in (("flat", 0), ("even", 1), ("square", 2))
        for size in (50, 500, 5000)
    ]
    few = [asdict(single(f"a hall of {units} units", "two sizes", "ms", 1.0)) for units in (2, 20)]
    assert {one.vendor: round(one.exponent, 6) for one in growths([*rows, *few])} == {"flat": 0, "even": 1, "square": 2}
    assert growth_lines([*rows, *few])[-1] == "| setting up N entities | square | 2.00 |"
    assert growth_lines(few) == []


def test_the_picture_has_a_dot_for_each_size() -> None:
    svg = ElementTree.fromstring(picture([(2, 0.1), (20, 1), (200, 10)], [(2, 0.05), (20, 0.5), (200, 5)]))
    dots = [dot.attrib for dot in svg.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(dots) == 6
    # The axes are logarithmic, so that each factor of ten has the same distance.
    across = [float(dot["cx"]) for dot in dots[:3]]
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.2)
    assert float(dots[0]["cy"]) > float(dots[1]["cy"]) > float(dots[2]["cy"])


def test_frames_are_encoded_for_every_length() -> None:
    assert encode("a") == b"\x81\x01a"
    assert encode("a" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert encode("a" * 65536)[:10] == b"\x81\x7f" + (65536).to_bytes(8)
