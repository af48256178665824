"""script/package and script/install make what HACS and the Marketplace require, and Home Assistant loads it.

HACS (hacs/integration, custom_components/hacs/validate) also checks the description, the topics and the issues of the
repository on GitHub, which are in no file. The Marketplace (homeassistant/components/marketplace) reads the first
directory in custom_components. Its catalogue requires that the repository has one manifest.json only.
"""

import json
from pathlib import Path
import re
import subprocess
import sys
import zipfile

from awesomeversion import AwesomeVersion
from homeassistant.helpers import config_validation as cv
from homeassistant.util.yaml import load_yaml
import pytest
import voluptuous as vol

from tests.bundle.vendor import ROOT, VENDORS, Vendor, expect_none

PACKAGED = [vendor for vendor in VENDORS if (ROOT / "docs" / f"{vendor.domain}.md").exists()]

HACS_JSON = vol.Schema(
    {vol.Required("name"): str, vol.Required("homeassistant"): vol.All(str, vol.Coerce(AwesomeVersion))}
)
HACS_MANIFEST = vol.Schema(
    {
        vol.Required("codeowners"): list,
        vol.Required("documentation"): cv.url,
        vol.Required("domain"): vol.All(str, vol.Match(r"^[a-z0-9_-]+$")),
        vol.Required("issue_tracker"): cv.url,
        vol.Required("name"): str,
        vol.Required("version"): vol.All(str, vol.Coerce(AwesomeVersion)),
    },
    extra=vol.ALLOW_EXTRA,
)

# Loads an integration like Home Assistant, without access to this repository.
LOAD = """
import asyncio, importlib, pathlib, sys
from homeassistant import loader
from homeassistant.core import HomeAssistant

async def main(config, domain):
    hass = HomeAssistant(config)
    loader.async_setup(hass)
    integration = await loader.async_get_integration(hass, domain)
    assert not integration.is_built_in
    assert integration.file_path.is_relative_to(config), integration.file_path
    component = await integration.async_get_component()
    platforms = [p.stem for p in integration.file_path.glob("*.py") if integration.platforms_exists([p.stem])]
    await integration.async_get_platforms(platforms)
    for file in integration.file_path.rglob("*.py"):
        importlib.import_module(".".join(file.relative_to(config).with_suffix("").parts))
    print(integration.name, integration.version, len(platforms))
    await hass.async_stop(force=True)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command that must succeed. Return its output."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all packages once."""
    output = tmp_path_factory.mktemp("dist")
    run(ROOT / "script" / "package", *[vendor.domain for vendor in PACKAGED], "--output", output)
    return output


@pytest.fixture(params=PACKAGED, ids=[vendor.domain for vendor in PACKAGED])
def packaged(request: pytest.FixtureRequest) -> Vendor:
    """Return an integration with a page in docs/, which becomes the README."""
    found: Vendor = request.param
    return found


@pytest.fixture
def repository(dist: Path, packaged: Vendor) -> Path:
    """Return the generated repository of an integration."""
    return dist / packaged.domain


def test_every_integration_can_be_packaged() -> None:
    assert [vendor.domain for vendor in PACKAGED] == [vendor.domain for vendor in VENDORS], (
        "docs/<vendor>.md is missing"
    )


def test_a_package_has_one_integration_and_one_manifest(repository: Path, packaged: Vendor) -> None:
    assert [path.name for path in (repository / "custom_components").iterdir()] == [packaged.domain]
    manifests = [
        str(path.relative_to(repository)) for path in repository.rglob("*") if path.name.endswith("manifest.json")
    ]
    assert manifests == [f"custom_components/{packaged.domain}/manifest.json"]


def test_hacs_json_and_manifest_are_valid(repository: Path, packaged: Vendor) -> None:
    HACS_JSON(json.loads((repository / "hacs.json").read_text()))
    manifest = HACS_MANIFEST(
        json.loads((repository / "custom_components" / packaged.domain / "manifest.json").read_text())
    )
    assert manifest["domain"] == packaged.domain


def test_a_package_has_an_icon_a_licence_and_workflows(repository: Path, packaged: Vendor) -> None:
    assert (repository / "custom_components" / packaged.domain / "brand" / "icon.png").is_file()
    for licence in (repository / "LICENSE", repository / "custom_components" / packaged.domain / "LICENSE"):
        assert "Apache License" in licence.read_text()
    workflow = load_yaml(repository / ".github" / "workflows" / "validate.yml")
    assert isinstance(workflow, dict)
    used = [step.get("uses", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(name.startswith("home-assistant/actions/hassfest@") for name in used)
    assert any(name.startswith("hacs/action@") for name in used)


def test_pictures_and_links_of_the_readme_exist(repository: Path) -> None:
    readme = (repository / "README.md").read_text()
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", readme) if "://" not in target]
    expect_none(target for target in targets if not (repository / target).exists())
    assert any(target.startswith("images/") for target in targets), "the page has no picture of docs/images"


def test_the_package_has_all_files_of_the_integration(dist: Path, repository: Path, packaged: Vendor) -> None:
    with zipfile.ZipFile(dist / f"{packaged.domain}.zip") as package:
        names = set(package.namelist())
    files = {str(path.relative_to(packaged.path)) for path in packaged.path.rglob("*") if path.is_file()}
    wanted = {f"custom_components/{packaged.domain}/{name}" for name in files if "__pycache__" not in name}
    assert wanted <= names
    expect_none(name for name in names if "__pycache__" in name or name.endswith(".pyc"))
    assert {name.split("/")[0] for name in names} <= {"custom_components", "blueprints"}


def test_a_second_build_makes_an_equal_package(dist: Path, tmp_path: Path) -> None:
    vendor = PACKAGED[0].domain
    run(ROOT / "script" / "package", vendor, "--output", tmp_path)
    assert (tmp_path / f"{vendor}.zip").read_bytes() == (dist / f"{vendor}.zip").read_bytes()


def test_an_unpacked_package_loads(dist: Path, packaged: Vendor, tmp_path: Path) -> None:
    with zipfile.ZipFile(dist / f"{packaged.domain}.zip") as package:
        package.extractall(tmp_path)
    output = run(sys.executable, "-c", LOAD, tmp_path, packaged.domain, cwd=tmp_path)
    assert output.startswith(f"{packaged.json('manifest.json')['name']} ")


@pytest.mark.parametrize(
    ("domain", "module", "is_used"),
    [
        ("rotoclear", "push/coordinator.py", True),
        ("rotoclear", "history/statistics.py", False),
        ("iottly", "client/socketio.py", False),
        ("pimatic", "client/socketio.py", True),
    ],
)
def test_a_package_has_only_the_shared_modules_that_it_uses(
    dist: Path, domain: str, module: str, is_used: bool
) -> None:
    common = dist / domain / "custom_components" / domain / "common"
    assert not common.is_symlink()
    assert (common / module).exists() is is_used


@pytest.mark.parametrize("existing", ["sources", "clone", "configuration", "link"])
def test_package_refuses_to_replace_other_directories(tmp_path: Path, existing: str) -> None:
    """Otherwise `--output custom_components` would remove the sources, and another path a clone with its history.

    A configuration of Home Assistant has the integration, too.
    """
    target = tmp_path / "misty"
    own = target / ("manifest.json" if existing == "sources" else "custom_components/misty/manifest.json")
    own.parent.mkdir(parents=True)
    own.touch()
    if existing == "clone":
        (target / ".git").mkdir()
    if existing == "configuration":
        (target / "configuration.yaml").touch()
    if existing == "link":
        target.rename(tmp_path / "own")
        target.symlink_to(tmp_path / "own")
        (target / "hacs.json").touch()
    done = subprocess.run(
        [ROOT / "script" / "package", "--output", tmp_path, "misty"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is not a package and is not replaced" in done.stderr
    assert own.exists()


# script/install ---------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a configuration directory of Home Assistant."""
    (tmp_path / "configuration.yaml").touch()
    (tmp_path / ".HA_VERSION").write_text("2026.11.0")
    return tmp_path


def test_install_replaces_an_older_version(vendor: Vendor, config: Path) -> None:
    old = config / "custom_components" / vendor.domain / "removed.py"
    old.parent.mkdir(parents=True)
    old.touch()
    run(ROOT / "script" / "install", config, vendor.domain)
    assert not old.exists()
    assert [path.name for path in (config / "custom_components").iterdir()] == [vendor.domain]
    blueprints = sorted((ROOT / "blueprints").glob(f"*/{vendor.domain}/*.yaml"))
    expect_none(path.name for path in blueprints if not (config / path.relative_to(ROOT)).exists())


def test_install_without_names_installs_all_integrations(config: Path) -> None:
    run(ROOT / "script" / "install", config)
    installed = sorted(path.name for path in (config / "custom_components").iterdir())
    assert installed == [vendor.domain for vendor in VENDORS]


def test_install_replaces_a_link_and_keeps_its_target(tmp_path: Path) -> None:
    """Developers link to their integration. The script used to fail and leave half of a copy."""
    config, own = tmp_path / 'it\'s my "home" $HOME', tmp_path / "own"
    (config / "custom_components").mkdir(parents=True)
    (config / "configuration.yaml").touch()
    own.mkdir()
    (own / "manifest.json").write_text("{}")
    target = config / "custom_components" / "misty"
    target.symlink_to(own)
    run(ROOT / "script" / "install", config, "misty")
    assert not target.is_symlink()
    assert (target / "coordinator.py").is_file()
    assert [path.name for path in own.iterdir()] == ["manifest.json"]
    assert [path.name for path in (config / "custom_components").iterdir()] == ["misty"]


def test_install_refuses_a_link_to_this_repository(tmp_path: Path) -> None:
    """It would remove its own sources through the link."""
    (tmp_path / "configuration.yaml").touch()
    (tmp_path / "custom_components").symlink_to(ROOT / "custom_components")
    done = subprocess.run([ROOT / "script" / "install", tmp_path, "misty"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "link to this repository" in done.stderr
    assert (ROOT / "custom_components" / "misty" / "common").is_symlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda config: (config / "configuration.yaml").unlink(), "contains no configuration.yaml"),
        (lambda config: (config / ".HA_VERSION").write_text("2026.9.3"), "is too old"),
        (lambda config: (config / ".HA_VERSION").write_bytes(b"\xff\xfe"), "contains no version"),
        (lambda config: (config / "configuration.yaml").unlink() or config.rmdir(), "is not a directory"),
    ],
    ids=["not a configuration", "too old", "no version", "not there"],
)
def test_install_refuses_an_unsuitable_directory(tmp_path: Path, spoil: object, message: str) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "configuration.yaml").touch()
    assert callable(spoil)
    spoil(config)
    done = subprocess.run([ROOT / "script" / "install", config], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert message in done.stderr
    assert not (config / "custom_components").exists()


def test_install_runs_no_modules_of_the_current_directory(config: Path) -> None:
    """Other programs may write to the configuration, from where the script is often called."""
    (config / "json.py").write_text("raise SystemExit('another json')")
    run(ROOT / "script" / "install", ".", "misty", cwd=config)
    assert (config / "custom_components" / "misty" / "manifest.json").is_file()


def test_install_writes_through_no_links(config: Path) -> None:
    own, folder = config / "own.yaml", config / "blueprints/automation/iottly"
    own.write_text("own")
    folder.mkdir(parents=True)
    for source in (ROOT / "blueprints/automation/iottly").iterdir():
        (folder / source.name).symlink_to(own)
    (config / "custom_components").mkdir()
    (config / "elsewhere").mkdir()
    (config / "custom_components" / ".iottly.new").symlink_to(config / "elsewhere")
    run(ROOT / "script" / "install", config, "iottly")
    assert own.read_text() == "own"
    assert not any((config / "elsewhere").iterdir())
    assert [path.name for path in (config / "custom_components").iterdir()] == ["iottly"]


def test_install_that_fails_says_so_in_one_line(config: Path) -> None:
    (config / "custom_components").touch()
    done = subprocess.run([ROOT / "script" / "install", config], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("script/install: ")
    assert done.stderr.count("\n") == 1
