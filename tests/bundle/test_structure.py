"""The structure of an integration: its imports, the length of its files, its images and its log messages."""

import ast
import json
from pathlib import Path
import re
import subprocess
import sys

from homeassistant.const import Platform
from PIL import Image
import pytest
import yaml

from tests.bundle.vendor import ROOT, VENDORS, Vendor, expect_none

MOST_LINES = 450

# The shared modules that must not import Home Assistant.
SHARED_CLIENT = sorted(file for folder in ("client", "names") for file in (ROOT / "common" / folder).glob("*.py"))

BRAND_SIZES = {
    f"{theme}{name}{scale}.png": (height, square)
    for theme in ("", "dark_")
    for name, square in (("icon", True), ("logo", False))
    for scale, height in (("", 256), ("@2x", 512))
}

SECRET = re.compile(r"(?i)token|passw|secret|credential|authorization|api_?key|headers|\burl\b|entry\.data")
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def imports(tree: ast.Module) -> list[tuple[int, str, int]]:
    """Return the imports of a file: the line, the module, and the number of dots of a relative import."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.module or "", node.level))
        elif isinstance(node, ast.Import):
            found.extend((node.lineno, name.name, 0) for name in node.names)
    return found


def levels_above(vendor: Vendor, file: Path) -> int:
    """Return the number of dots from this file to the directory of the integration."""
    return len(file.relative_to(vendor.path).parts)


def test_an_integration_imports_nothing_from_outside(vendor: Vendor) -> None:
    """HACS and the Marketplace install one directory only."""
    ours = ("custom_components", "common", "simulators", "tests", "demo", "benchmarks")
    wrong = [
        f"{vendor.name_of(file)}:{line} imports {'.' * level}{module}"
        for file, tree in vendor.trees.items()
        for line, module, level in imports(tree)
        if level > levels_above(vendor, file) or (level == 0 and module.split(".")[0] in ours)
    ]
    expect_none(wrong)


def test_the_client_imports_no_home_assistant(vendor: Vendor) -> None:
    wrong = []
    for file in sorted((vendor.path / "api").rglob("*.py")):
        up = levels_above(vendor, file)
        for line, module, level in imports(vendor.trees[file]):
            if level == 0 and module.split(".")[0] in ("homeassistant", "voluptuous", "probatio"):
                wrong.append(f"{vendor.name_of(file)}:{line} imports {module}")
            if level == up and not module.startswith(("api", "common.client", "common.names")):
                wrong.append(f"{vendor.name_of(file)}:{line} imports {'.' * level}{module}")
    expect_none(wrong)


@pytest.mark.parametrize("file", SHARED_CLIENT, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_shared_client_imports_no_home_assistant(file: Path) -> None:
    modules = [(module, level) for _, module, level in imports(ast.parse(file.read_text()))]
    expect_none([module for module, level in modules if module.startswith("homeassistant") or level > 1])


def test_the_shared_code_is_a_link(vendor: Vendor) -> None:
    """A copy would not get later changes."""
    link = vendor.path / "common"
    assert link.is_symlink()
    assert link.resolve() == ROOT / "common"


def test_platforms_set_parallel_updates(vendor: Vendor) -> None:
    platforms = {f"{platform}.py" for platform in Platform}
    files = [file for file in vendor.path.glob("*.py") if file.name in platforms]
    assert files
    missing = [
        file.name for file in files if not re.search(r"^PARALLEL_UPDATES = [01]$", file.read_text(), re.MULTILINE)
    ]
    expect_none(missing)


def test_files_have_at_most_450_lines(vendor: Vendor) -> None:
    long = {
        vendor.name_of(file): lines
        for file in vendor.path.rglob("*.py")
        if (lines := len(file.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("name", sorted(BRAND_SIZES))
def test_brand_images_have_the_right_format(vendor: Vendor, name: str) -> None:
    height, square = BRAND_SIZES[name]
    file = vendor.path / "brand" / name
    assert file.exists(), "add a motif of the vendor to script/lib/brand.py and run script/brand"
    with Image.open(file) as image:
        assert image.format == "PNG"
        assert image.height == height
        assert (image.width == height) == square
        assert image.mode == "RGBA"
        assert image.getchannel("A").getextrema() == (0, 255), "the image must have transparent and opaque pixels"


def test_no_log_message_can_contain_a_secret(vendor: Vendor) -> None:
    wrong = []
    for file, node in vendor.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=logger, attr=method)) if method in LOG_METHODS:
                if "logger" in ast.unparse(logger).lower():
                    wrong += [
                        f"{vendor.name_of(file)}:{node.lineno} logs {ast.unparse(argument)}"
                        for argument in node.args[1:]
                        if SECRET.search(ast.unparse(argument))
                    ]
                    if not isinstance(node.args[0], ast.Constant | ast.Name):
                        wrong.append(f"{vendor.name_of(file)}:{node.lineno} logs a computed text")
    expect_none(wrong)


def test_no_machine_path_no_todo_and_no_print(vendor: Vendor) -> None:
    wrong = [
        f"{vendor.name_of(file)}: {match[0]}"
        for file in vendor.modules
        if (match := re.search(r"/(root|tmp|work|home)/\w+|\bTODO\b|\bFIXME\b|\bprint\(", file.read_text()))
    ]
    expect_none(wrong)


def test_every_integration_has_a_manifest() -> None:
    directories = {path.parent.name for path in (ROOT / "custom_components").glob("*/__init__.py")}
    assert {vendor.domain for vendor in VENDORS} == directories, "a directory without manifest.json"


@pytest.mark.parametrize("name", ["validate.yml", "release.yml"])
def test_workflows_compute_the_list_of_integrations(name: str) -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())["jobs"]
    matrices = [job["strategy"]["matrix"]["vendor"] for job in jobs.values() if "strategy" in job]
    assert matrices
    expect_none(str(vendors) for vendors in matrices if not str(vendors).startswith("${{ fromJSON("))


def test_the_script_of_the_workflows_lists_every_integration() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "script.lib.integrations"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [vendor.domain for vendor in VENDORS]
