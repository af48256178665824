"""What script/package and script/install share; by itself it prints the vendors as JSON, for the workflows.

Standard library only: the scripts run on any Python 3.11 or newer.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import shutil

ROOT = Path(__file__).resolve().parents[2]

# The oldest Home Assistant the integrations are tested with.
OLDEST_HOME_ASSISTANT = "2026.10.0"

# Not parsed: the integrations use syntax that is newer than the Python which packages them.
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
    """Copy an integration with its licence below a configuration; what was there before is replaced."""
    source = ROOT / "custom_components" / vendor
    target = config / "custom_components" / vendor
    new = target.with_name(f".{vendor}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new, ignore=LEFT_OUT)
    leave_out_unused_shared_modules(new)
    shutil.copyfile(ROOT / "LICENSE", new / "LICENSE")
    if target.is_symlink():
        # What it leads to is somebody's own copy.
        target.unlink()
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return target


def leave_out_unused_shared_modules(integration: Path) -> None:
    """Remove the modules of `common/` that neither the integration nor what it imports imports."""
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
    """Go through the files that a module's relative imports load, the packages on the way included."""
    for level, module, names in RELATIVE_IMPORT.findall(file.read_text()):
        base = file.parents[len(level) - 1]
        for name in module.split("."):
            yield base / "__init__.py"
            base = base / name if name else base
        yield from (path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file())
        yield from (path for name in re.findall(r"\w+", names) if (path := base / f"{name}.py").is_file())


def copy_blueprints(vendor: str, config: Path) -> list[Path]:
    """Copy the blueprints of an integration below a configuration; return the copies."""
    copies = []
    for source in blueprints(vendor):
        target = config / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        copies.append(target)
    return copies


def blueprints(vendor: str) -> Iterator[Path]:
    """Go through the blueprints of an integration: of automations, of scripts."""
    yield from sorted((ROOT / "blueprints").glob(f"*/{vendor}/*.yaml"))


if __name__ == "__main__":
    print(json.dumps(vendors()))
