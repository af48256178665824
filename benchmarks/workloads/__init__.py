"""The workloads: each module has one `WORKLOAD`, for an endpoint of a vendor or for the shared code."""

from importlib import import_module
from pathlib import Path
import pkgutil

from ..workload import Workload

CORE_PATH = "core_path"
WORKLOADS = (
    CORE_PATH,
    *sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != CORE_PATH),
)
_INTEGRATIONS = Path(__file__).parents[2] / "custom_components"


def workload_named(name: str) -> Workload:
    """Return the workload with a name."""
    workload: Workload = import_module(f"{__name__}.{name}").WORKLOAD
    return workload


def missing(name: str) -> str:
    """Return the reason why a workload cannot be measured, or an empty text."""
    domain = workload_named(name).domain
    if name != CORE_PATH and not all(
        (_INTEGRATIONS / domain / file).exists() for file in ("manifest.json", "__init__.py", "config_flow.py")
    ):
        return f"custom_components/{domain} is not complete"
    return ""
