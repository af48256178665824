"""Prints the requirements of the demo, so that Home Assistant installs nothing at its first start.

Home Assistant installs the requirements of a component when it is first needed, including those of its dependencies and
after_dependencies, even if the latter are not loaded. This module does the same with the manifests of the installed
Home Assistant.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
import json
from pathlib import Path
from typing import Any

# The components in the configuration.yaml of the demo, in addition to the defaults of Home Assistant. Components that
# use the internet (cloud, my, homeassistant_alerts ...) or the whole network (zeroconf, dhcp, ssdp, usb, bluetooth) are
# left out.
COMPONENTS = (
    "assist_pipeline",
    "config",
    "conversation",
    "energy",
    "ffmpeg",
    "history",
    "isal",
    "logbook",
    "media_source",
    "stream",
    "sun",
    "webhook",
)

# The keys in a manifest for which Home Assistant installs a discovery component (homeassistant/requirements.py).
DISCOVERY = {"dhcp": ("dhcp",), "mqtt": ("mqtt",), "ssdp": ("ssdp",), "zeroconf": ("zeroconf", "homekit")}

CUSTOM_COMPONENTS = Path(__file__).parent.parent / "custom_components"


def main() -> None:
    """Print the requirements."""
    print("\n".join(sorted(requirements())))


def requirements() -> set[str]:
    """Return the requirements of all components that the demo can load."""
    custom = {path.parent.name for path in CUSTOM_COMPONENTS.glob("*/manifest.json")}
    domains = reachable({*COMPONENTS, *default_components(), *platforms(), *custom})
    of_components = {requirement for domain in domains for requirement in manifest(domain).get("requirements", ())}
    return of_components | set(literals("auth/mfa_modules/totp.py", "REQUIREMENTS"))


def reachable(domains: Iterable[str]) -> set[str]:
    """Return the components, and all others that they need."""
    found: set[str] = set()
    waiting = list(domains)
    while waiting:
        if (domain := waiting.pop()) not in found:
            found.add(domain)
            waiting.extend(needed(manifest(domain)))
    return found


def needed(component: dict[str, Any]) -> Iterator[str]:
    """Yield the components whose requirements are installed with those of a component."""
    yield from component.get("dependencies", ())
    yield from component.get("after_dependencies", ())
    yield from (domain for domain, keys in DISCOVERY.items() if any(key in component for key in keys))


def default_components() -> set[str]:
    """Return the default components of Home Assistant, from the source of its bootstrap.

    It is not imported, because that takes seconds and needs some of the requirements that are not installed yet.
    """
    named = (*literals("bootstrap.py", "CORE_INTEGRATIONS"), *literals("bootstrap.py", "DEFAULT_INTEGRATIONS"))
    return {name for name in named if manifest(name)}


def literals(file: str, name: str) -> Iterator[str]:
    """Yield the texts in a constant of a source file of Home Assistant."""
    for node in ast.parse((homeassistant() / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def platforms() -> set[str]:
    """Return the entity platforms, which Home Assistant always loads."""
    from homeassistant.const import Platform

    return {platform.value for platform in Platform}


@cache
def manifest(domain: str) -> dict[str, Any]:
    """Return the manifest of a component, or an empty dict if there is none."""
    for folder in (CUSTOM_COMPONENTS, homeassistant() / "components"):
        try:
            found: dict[str, Any] = json.loads((folder / domain / "manifest.json").read_text(encoding="utf-8"))
        except OSError:
            continue
        return found
    return {}


@cache
def homeassistant() -> Path:
    """Return the directory of the installed Home Assistant."""
    spec = find_spec("homeassistant")
    if spec is None or spec.origin is None:
        raise SystemExit("requirements: Home Assistant is not installed in this environment")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
