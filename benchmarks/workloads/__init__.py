"""What is measured of each vendor. A vendor joins with its module here and one line below."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .base import Vendor

CORE_PATH = "core_path"
VENDORS = ("rotoclear", "pimatic", "misty", "instathings", "instathings_on_premise", "iottly")
_INTEGRATIONS = Path(__file__).parent.parent.parent / "custom_components"


def vendor_named(name: str) -> Vendor:
    """Return a vendor, or the bench's own integration."""
    vendor: Vendor = import_module(f"{__name__}.{name}").VENDOR
    return vendor


def missing(name: str) -> str:
    """Return what a vendor lacks to be measured, empty if nothing."""
    if find_spec(f"{__name__}.{name}") is None:
        return f"there is no benchmarks/vendors/{name}.py"
    domain = vendor_named(name).domain
    if name != CORE_PATH and not all(
        (_INTEGRATIONS / domain / file).exists() for file in ("manifest.json", "__init__.py", "config_flow.py")
    ):
        return f"custom_components/{domain} is not complete"
    return ""
