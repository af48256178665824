"""The shell scripts: what they download, what they hide, and what they print if something is missing."""

from pathlib import Path
import re
import shutil
import subprocess

import pytest

from demo.check import log_faults
from demo.system import FFMPEG, TURBOJPEG
from tests.bundle.vendor import ROOT

LIBRARY = ROOT / "script" / "lib"
NOT_ALLOWED = 77
NEEDED_BY_SCRIPTS = ("bash", "dirname", "env", "grep", "id", "mkdir", "mktemp", "rm", "touch")


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the repository with this environment only."""
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder for PATH with a shell and the few programs that the scripts need."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in NEEDED_BY_SCRIPTS:
        found = shutil.which(name)
        assert found is not None, name
        (folder / name).symlink_to(found)
    return folder


def add_program(folder: Path, name: str, text: str) -> None:
    """Write a shell script into a folder of PATH."""
    (folder / name).write_text(f"#!/usr/bin/env bash\n{text}\n")
    (folder / name).chmod(0o755)


def source(programs: Path, cache: Path, script: str) -> str:
    """Load the libraries of script/setup, and run some lines of shell. Return the output."""
    libraries = "".join(f". script/lib/{name}.sh; " for name in ("cache", "python", "system"))
    done = run("bash", "-euc", libraries + script, PATH=str(programs), XDG_CACHE_HOME=str(cache))
    assert done.returncode == 0, done.stderr
    return done.stdout


# Downloads -----------------------------------------------------------------------------------------


def test_every_downloaded_wheel_is_pinned_by_hash() -> None:
    lines = [line for line in (LIBRARY / "pinned.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z-]+==[\d.]+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines)
    text = "".join(file.read_text() for file in LIBRARY.glob("*.sh"))
    used = {"uv", *re.findall(r"(?:pinned|get_wheel) ([a-z][a-z-]+)", text)}
    assert {line.partition("==")[0] for line in lines} == used


def test_ffmpeg_of_the_system_is_preferred(programs: Path, tmp_path: Path) -> None:
    fetched = tmp_path / "home-integrations" / "bin"
    fetched.mkdir(parents=True)
    add_program(fetched, "ffmpeg", "echo fetched")
    script = "use_fetched_programs; ffmpeg"
    assert source(programs, tmp_path, script) == "fetched\n"
    add_program(programs, "ffmpeg", "echo of the system")
    assert source(programs, tmp_path, script) == "of the system\n"


def test_ffmpeg_is_downloaded_only_if_the_system_has_none(programs: Path, tmp_path: Path) -> None:
    script = "get_ffmpeg() { echo fetching; }; has_turbojpeg() { true; }; get_system_parts python"
    assert source(programs, tmp_path, script) == "fetching\n"
    add_program(programs, "ffmpeg", "")
    assert source(programs, tmp_path, script) == ""


def test_the_library_path_is_set_only_if_the_library_was_downloaded(programs: Path, tmp_path: Path) -> None:
    script = 'use_fetched_programs; echo "${LD_LIBRARY_PATH:-}"'
    assert source(programs, tmp_path, script) == "\n"
    library = tmp_path / "home-integrations" / "lib" / "libturbojpeg.so.0"
    library.parent.mkdir(parents=True)
    library.touch()
    assert source(programs, tmp_path, script) == f"{library.parent}\n"


# Accepted log messages ---------------------------------------------------------------------------


def test_the_check_accepts_only_the_message_about_turbojpeg(tmp_path: Path) -> None:
    assert TURBOJPEG.complaint is not None
    assert FFMPEG.complaint is None
    expected = f"2026-11-01 12:00:00.000 ERROR (MainThread) {TURBOJPEG.complaint}"
    other = "2026-11-01 12:00:00.000 ERROR (MainThread) [homeassistant.components.camera.img_util] Something else"
    log = tmp_path / "home-assistant.log"
    log.write_text(f"{expected}\n{other}\n")
    assert log_faults(log, (TURBOJPEG.complaint,)) == [f"an error: {other}"]
    assert len(log_faults(log)) == 2


def test_home_assistant_logs_the_accepted_message() -> None:
    from homeassistant.components.camera import img_util

    assert img_util.__file__ is not None
    text = Path(img_util.__file__).read_text().replace('"\n                "', "")
    assert TURBOJPEG.complaint is not None
    name, _, words = TURBOJPEG.complaint.partition("] ")
    assert name == f"[{img_util.__name__}"
    assert words in text


# script/bare --------------------------------------------------------------------------------------


def test_bare_fails_without_mount_namespaces(programs: Path, tmp_path: Path) -> None:
    add_program(programs, "unshare", "exit 1")
    done = run(ROOT / "script" / "bare", "echo", "ran", PATH=str(programs), TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (NOT_ALLOWED, "")
    assert done.stderr == "bare: this machine does not allow mount namespaces, which are needed to hide programs\n"
    assert list(tmp_path.glob("bare-*")) == []


@pytest.mark.parametrize(
    ("bare", "status", "output"),
    [
        ("echo hidden", 0, "hidden\n"),
        ("exit 1", 1, ""),
        (f"exit {NOT_ALLOWED}", 3, "plainly\n"),
    ],
    ids=["allowed", "a step failed", "not allowed"],
)
def test_ci_runs_its_steps_directly_only_without_mount_namespaces(
    tmp_path: Path, bare: str, status: int, output: str
) -> None:
    for folder in ("script", ".ci"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    add_program(tmp_path / "script", "bare", bare)
    add_program(tmp_path / ".ci", "steps", "echo plainly; exit 3")
    done = run(tmp_path / ".ci" / "run", PATH="/usr/bin:/bin")
    assert done.returncode == status
    assert done.stdout.endswith(output)
    assert ("the steps run plainly" in done.stdout) == (status == 3)


def test_bare_hides_programs_and_starts_with_an_empty_cache(tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("ffmpeg", "ffprobe", "uv", "python3.14", "something"):
        add_program(folder, name, "")
    script = (
        'for name in ffmpeg ffprobe uv python3.14 something; do [ ! -x "$(type -P "$name")" ] || echo "$name"; done; '
        'ls -A "$XDG_CACHE_HOME"; git status --porcelain; git rev-parse HEAD'
    )
    path = f"{folder}:/usr/bin:/bin:/usr/sbin:/sbin"
    done = run(ROOT / "script" / "bare", "bash", "-c", script, PATH=path, HOME=str(tmp_path), TMPDIR=str(tmp_path))
    if done.returncode == NOT_ALLOWED:
        pytest.skip("this machine allows no mount namespace")
    assert done.returncode == 0, done.stderr
    head = run("git", "rev-parse", "HEAD", PATH=path, HOME=str(tmp_path)).stdout.strip()
    assert done.stdout.split() == ["something", head]
    assert list(tmp_path.glob("bare-*")) == []


# script/e2e ---------------------------------------------------------------------------------------


def test_e2e_names_the_missing_browser(programs: Path) -> None:
    done = run(ROOT / "script" / "e2e", PATH=str(programs))
    assert done.returncode == 1
    assert done.stderr == "e2e: Chromium or Chrome is missing: install the package chromium\n"
