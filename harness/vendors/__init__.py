"""The records of the vendors: each module has one, `VENDOR`. There is no other list of the vendors."""

from functools import cache
import importlib
import pkgutil

from ..vendor import Endpoint, Vendor


@cache
def vendors() -> dict[str, Vendor]:
    """Return all vendors by domain."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").VENDOR for name in names}


@cache
def endpoints() -> dict[str, Endpoint]:
    """Return the endpoints of all vendors by name."""
    return {endpoint.name: endpoint for vendor in vendors().values() for endpoint in vendor.endpoints}


def named(names: list[str]) -> set[str]:
    """Return the names of the endpoints for names of endpoints or vendors; of all endpoints if there are no names.

    Raises KeyError with the first unknown name.
    """
    found: set[str] = set()
    for name in names or vendors():
        if name in endpoints():
            found.add(name)
        else:
            found.update(endpoint.name for endpoint in vendors()[name].endpoints)
    return found
