"""Shared code of script/package and script/install. As a script it prints the integrations as JSON, for the workflows.

It uses only the standard library of Python 3.11, so that the scripts need no environment.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import shutil

ROOT = Path(__file__).resolve().parents[2]

# The oldest version that the integrations are tested with.
OLDEST_HOME_ASSISTANT = "2026.10.0"

# A pattern and not `ast`, because the syntax of the integrations is newer than Python 3.11.
RELATIVE_IMPORT = re.compile(r"^[ \t]*from (\.+)([\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def vendors() -> list[str]:
    """Return the domains of all integrations."""
    return sorted(path.parent.name for path in (ROOT / "custom_components").glob("*/manifest.json"))


def manifest(vendor: str) -> dict[str, object]:
    """Return an integration's manifest."""
    found: dict[str, object] = json.loads((ROOT / "custom_components" / vendor / "manifest.json").read_text())
    return found


def copy_integration(vendor: str, config: Path) -> Path:
    """Copy an integration and the license to a configuration; replace an older copy. Return the new directory."""
    source = ROOT / "custom_components" / vendor
    target = config / "custom_components" / vendor
    new, old = target.with_name(f".{vendor}.new"), target.with_name(f".{vendor}.old")
    remove(new)
    remove(old)
    shutil.copytree(source, new, ignore=LEFT_OUT)
    leave_out_unused_shared_modules(new)
    shutil.copyfile(ROOT / "LICENSE", new / "LICENSE")
    # The older copy is removed when the new one is in its place.
    if target.is_symlink() or target.exists():
        target.rename(old)
    new.rename(target)
    remove(old)
    return target


def remove(path: Path) -> None:
    """Remove a file or a directory if it exists; of a link only the link, not its target."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def leave_out_unused_shared_modules(integration: Path) -> None:
    """Remove the modules of `common/` that the integration does not import, directly or indirectly."""
    common = integration / "common"
    shared = set(common.rglob("*.py"))
    used: set[Path] = set()
    new = set(integration.rglob("*.py")) - shared
    while new:
        used |= new
        new = {module for file in new for module in imported_modules(file)} - used
    for module in shared - used:
        module.unlink()
    for folder in [path for path in common.iterdir() if path.is_dir() and not any(path.glob("*.py"))]:
        folder.rmdir()


def imported_modules(file: Path) -> Iterator[Path]:
    """Yield the files that the relative imports of a module load, including those of the packages."""
    for level, module, names in RELATIVE_IMPORT.findall(file.read_text()):
        base = file.parents[len(level) - 1]
        for name in module.split("."):
            yield base / "__init__.py"
            base = base / name if name else base
        yield from (path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file())
        yield from (path for name in re.findall(r"\w+", names) if (path := base / f"{name}.py").is_file())


def copy_blueprints(vendor: str, config: Path) -> list[Path]:
    """Copy the blueprints of an integration to a configuration; return the copies."""
    copies = []
    for source in blueprints(vendor):
        target = config / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        shutil.copyfile(source, target)
        copies.append(target)
    return copies


def blueprints(vendor: str) -> Iterator[Path]:
    """Yield the blueprints of an integration, for automations and scripts."""
    yield from sorted((ROOT / "blueprints").glob(f"*/{vendor}/*.yaml"))


if __name__ == "__main__":
    print(json.dumps(vendors()))
