"""The records of the vendors in the demo: each module has one, `EXHIBIT`."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from harness.vendors import vendors

from ..errors import DemoError
from ..exhibit import Exhibit

REPOSITORY = Path(__file__).parent.parent.parent
# The sections of the overview by vendor, and `house`.
OVERVIEW: dict[str, dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / "demo" / "overview.yaml").read_text(encoding="utf-8")
)


def find_exhibits(only: list[str]) -> tuple[list[Exhibit], list[str]]:
    """Return the exhibits of all or the given vendors, and a message for each vendor that is left out."""
    if unknown := [name for name in only if name not in vendors()]:
        raise DemoError(f"there is no vendor {unknown[0]}; choose from {', '.join(vendors())}")
    found, left_out = [], []
    for name in only or vendors():
        if reason := missing(name):
            left_out.append(f"{name} is left out: {reason}")
        else:
            exhibit: Exhibit = import_module(f"{__name__}.{name}").EXHIBIT
            found.append(exhibit)
    return found, left_out


def missing(name: str) -> str:
    """Return the reason why a vendor cannot be in the demo, or an empty text."""
    if find_spec(f"{__name__}.{name}") is None:
        return f"there is no demo/vendors/{name}.py"
    integration = REPOSITORY / "custom_components" / name
    if not all((integration / file).exists() for file in ("manifest.json", "config_flow.py", "translations/en.json")):
        return f"custom_components/{name} is not complete"
    for endpoint in vendors()[name].endpoints:
        if not module_exists(endpoint.module):
            return f"its simulator {endpoint.name} does not exist"
    if not (REPOSITORY / "dashboards" / f"{name}.yaml").exists():
        return f"there is no dashboards/{name}.yaml"
    if name not in OVERVIEW:
        return "demo/overview.yaml has no section for it"
    return ""


def module_exists(module: str) -> bool:
    """Return True if a module exists, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
