"""The vendors chaos knows: each module here has `VENDORS`, a tuple of `Vendor` records."""

import importlib
import pkgutil

from chaos.vendor import Vendor


def all_vendors() -> tuple[dict[str, Vendor], list[str]]:
    """Return the vendors by name, and a sentence for each that cannot run yet."""
    found: dict[str, Vendor] = {}
    missing: list[str] = []
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        try:
            vendors: tuple[Vendor, ...] = importlib.import_module(f"{__name__}.{module}").VENDORS
        except ImportError as error:
            missing.append(f"{module} is left out: {error.name or error} is not there")
            continue
        found.update({vendor.name: vendor for vendor in vendors})
    return found, missing
