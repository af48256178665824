"""The vendors' entries. A vendor joins with one line here, its module beside this one and dashboards/<vendor>.yaml."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from simulators.__main__ import VENDORS as SIMULATORS

from ..errors import DemoError
from ..vendor import Vendor

VENDORS = ("rotoclear", "pimatic", "misty", "instathings", "iottly")
REPOSITORY = Path(__file__).parent.parent.parent


def find_vendors(only: list[str]) -> tuple[list[Vendor], list[str]]:
    """Return the vendors that can be shown, all or the named ones, and one sentence for each that cannot."""
    if unknown := [name for name in only if name not in VENDORS]:
        raise DemoError(f"there is no vendor {unknown[0]}; there are {', '.join(VENDORS)}")
    found, left_out = [], []
    for name in only or VENDORS:
        if reason := missing(name):
            left_out.append(f"{name} is left out: {reason}")
        else:
            vendor: Vendor = import_module(f"{__name__}.{name}").VENDOR
            found.append(vendor)
    return found, left_out


def missing(name: str) -> str:
    """Return what a vendor lacks to be shown, empty if nothing."""
    if find_spec(f"{__name__}.{name}") is None:
        return f"there is no demo/vendors/{name}.py"
    integration = REPOSITORY / "custom_components" / name
    if not all((integration / file).exists() for file in ("manifest.json", "config_flow.py", "translations/en.json")):
        return f"custom_components/{name} is not complete"
    vendor: Vendor = import_module(f"{__name__}.{name}").VENDOR
    for process in vendor.simulators:
        if not is_there(SIMULATORS[process.name]):
            return f"its simulator {process.name} does not exist"
    if not (REPOSITORY / "dashboards" / f"{name}.yaml").exists():
        return f"there is no dashboards/{name}.yaml"
    return ""


def is_there(module: str) -> bool:
    """Tell whether a module exists, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
