"""What script/package and script/install share. Standard library only: they run on any Python 3.11 or newer."""

from collections.abc import Iterator
import json
from pathlib import Path
import shutil

ROOT = Path(__file__).resolve().parents[2]

# The oldest Home Assistant the integrations are tested with.
OLDEST_HOME_ASSISTANT = "2026.10.0"

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
    shutil.copyfile(ROOT / "LICENSE", new / "LICENSE")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return target


def copy_blueprints(vendor: str, config: Path) -> list[Path]:
    """Copy the automation blueprints of an integration below a configuration; return the copies."""
    copies = []
    for source in blueprints(vendor):
        target = config / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        copies.append(target)
    return copies


def blueprints(vendor: str) -> Iterator[Path]:
    """Go through the automation blueprints of an integration."""
    yield from sorted((ROOT / "blueprints" / "automation" / vendor).glob("*.yaml"))
