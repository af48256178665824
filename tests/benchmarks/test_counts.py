"""The bench's own counts: they hold for the shared push code, and a wrong one fails the run."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.feeder import encode
from benchmarks.jobs import jobs
from benchmarks.results import compared, single
from benchmarks.table import HEAD, line

ROOT = Path(__file__).parents[2]


def counted(code: str = "") -> list[dict[str, Any]]:
    """Count the core path in a process of its own, after some code has spoiled something."""
    command = f"{code}\nimport sys\nsys.argv = ['one', 'counts', 'core_path', '50', '--quick']\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{command}from benchmarks.one import main\nmain()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=110,
        check=True,
    )
    return [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]


def test_the_shared_push_code_writes_what_changed_and_leaves_nothing_behind() -> None:
    rows = counted()
    assert [row for row in rows if "wrong" in row] == []
    assert [row["vendor"] for row in rows] == ["core_path", "core_path"]


def test_a_write_too_many_is_told() -> None:
    spoiled = """
from shared_push.entity import PushEntity
once = PushEntity._handle_coordinator_update
def twice(self):
    once(self)
    self.async_write_ha_state()
PushEntity._handle_coordinator_update = twice
"""
    rows = counted(spoiled)
    assert "writes" in rows[-1]["wrong"]


def test_every_vendor_that_is_there_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = [job.vendor for job in jobs([], quick=True)]
    assert {"core_path", "rotoclear", "pimatic"} <= set(found)
    assert all(job.measure == "counts" for job in jobs([], quick=True))


def test_a_row_says_whether_it_reaches_its_mark() -> None:
    row = compared("m", "v", "us", [(2.0, 1.0), (3.0, 1.0), (1.0, 1.0)], most=1.5)
    assert (row.ratio, row.reached, row.runs) == (2.0, False, [2.0, 3.0, 1.0])
    assert single("m", "v", "ms", [1.0, 9.0, 2.0], below=3).reached is True
    text = line(vars(row))
    assert "short" in text
    assert text.count("|") == HEAD.count("|")


def test_frames_of_every_length() -> None:
    assert encode("a") == b"\x81\x01a"
    assert encode("a" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert encode("a" * 65536)[:10] == b"\x81\x7f" + (65536).to_bytes(8)
