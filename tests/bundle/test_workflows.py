"""The workflows pin their actions by commit, and give each job only the permissions that it needs."""

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
def test_a_workflow_has_read_permission_only(name: str) -> None:
    permissions = yaml.safe_load(WORKFLOWS[name])["permissions"]
    assert permissions in ({}, {"contents": "read"})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_checkout_does_not_keep_the_token(name: str) -> None:
    """A step with its own token may keep it, because it pushes."""
    for step in _steps(name, "actions/checkout@"):
        options = step.get("with", {})
        assert options.get("persist-credentials") is False or "token" in options


def test_only_the_publish_job_has_write_permission() -> None:
    rights = {name: job["permissions"] for name, job in _jobs("release.yml").items() if "permissions" in job}
    assert rights.keys() == _jobs("release.yml").keys(), "a job has no permissions of its own"
    writing = {name for name, given in rights.items() if "write" in given.values()}
    assert writing == {"publish"}


def test_jobs_that_build_packages_install_nothing() -> None:
    for name in ("release.yml", "validate.yml"):
        for job in _jobs(name).values():
            commands = "\n".join(step.get("run", "") for step in job["steps"])
            if "script/package" in commands:
                assert not INSTALLS.search(commands)
                assert not any("setup-" in step.get("uses", "") for step in job["steps"])


def test_packages_are_attested_before_they_are_published() -> None:
    steps = [step.get("uses", step.get("run", "")) for step in _jobs("release.yml")["publish"]["steps"]]
    attested = next(place for place, step in enumerate(steps) if step.startswith("actions/attest-build-provenance@"))
    published = next(place for place, step in enumerate(steps) if step.startswith("gh release create"))
    assert attested < published


def test_npm_packages_of_the_live_tests_have_hashes() -> None:
    here = Path(ROOT / "tests" / "live" / "pimatic_server")
    install = (here / "install").read_text()
    assert "npm install" not in install
    assert "npm ci" in install
    assert "sha512sum --check" in install
