"""The exhibits: each module here has the one of a vendor. Its dashboard is dashboards/<vendor>.yaml."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from harness.vendors import vendors

from ..errors import DemoError
from ..exhibit import Exhibit

REPOSITORY = Path(__file__).parent.parent.parent
# By vendor, and what goes for the whole house.
OVERVIEW: dict[str, dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / "demo" / "overview.yaml").read_text(encoding="utf-8")
)


def find_exhibits(only: list[str]) -> tuple[list[Exhibit], list[str]]:
    """Return the exhibits that can be shown, all or the named ones, and one sentence for each that cannot."""
    if unknown := [name for name in only if name not in vendors()]:
        raise DemoError(f"there is no vendor {unknown[0]}; there are {', '.join(vendors())}")
    found, left_out = [], []
    for name in only or vendors():
        if reason := missing(name):
            left_out.append(f"{name} is left out: {reason}")
        else:
            exhibit: Exhibit = import_module(f"{__name__}.{name}").EXHIBIT
            found.append(exhibit)
    return found, left_out


def missing(name: str) -> str:
    """Return what a vendor lacks to be shown, empty if nothing."""
    if find_spec(f"{__name__}.{name}") is None:
        return f"there is no demo/vendors/{name}.py"
    integration = REPOSITORY / "custom_components" / name
    if not all((integration / file).exists() for file in ("manifest.json", "config_flow.py", "translations/en.json")):
        return f"custom_components/{name} is not complete"
    for endpoint in vendors()[name].endpoints:
        if not is_there(endpoint.module):
            return f"its simulator {endpoint.name} does not exist"
    if not (REPOSITORY / "dashboards" / f"{name}.yaml").exists():
        return f"there is no dashboards/{name}.yaml"
    if name not in OVERVIEW:
        return "demo/overview.yaml does not have it"
    return ""


def is_there(module: str) -> bool:
    """Return True if a module exists; it is not imported."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
