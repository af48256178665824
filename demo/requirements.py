"""What must be installed so that Home Assistant installs nothing at its first start: one requirement per line.

Home Assistant installs a component's requirements when it first asks for the component, and with them those of its
dependencies and after_dependencies, whether the latter get loaded or not. This walks the same way through the
manifests of the Home Assistant installed beside the interpreter that runs it.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
import json
from pathlib import Path
from typing import Any

# What the demo's configuration.yaml names beyond Home Assistant's own defaults. Left out is what talks to the
# internet (cloud, my, homeassistant_alerts, ...) or to the whole network (zeroconf, dhcp, ssdp, usb, bluetooth).
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

# A manifest key that makes Home Assistant install a discovery component's requirements (homeassistant/requirements.py).
DISCOVERY = {"dhcp": ("dhcp",), "mqtt": ("mqtt",), "ssdp": ("ssdp",), "zeroconf": ("zeroconf", "homekit")}

CUSTOM_COMPONENTS = Path(__file__).parent.parent / "custom_components"


def main() -> None:
    """Print the requirements."""
    print("\n".join(sorted(requirements())))


def requirements() -> set[str]:
    """Return the requirements of everything the demo can load."""
    custom = {path.parent.name for path in CUSTOM_COMPONENTS.glob("*/manifest.json")}
    domains = reachable({*COMPONENTS, *default_components(), *platforms(), *custom})
    of_components = {requirement for domain in domains for requirement in manifest(domain).get("requirements", ())}
    return of_components | set(literals("auth/mfa_modules/totp.py", "REQUIREMENTS"))


def reachable(domains: Iterable[str]) -> set[str]:
    """Return the components and whatever Home Assistant asks for with them."""
    found: set[str] = set()
    waiting = list(domains)
    while waiting:
        if (domain := waiting.pop()) not in found:
            found.add(domain)
            waiting.extend(needed(manifest(domain)))
    return found


def needed(component: dict[str, Any]) -> Iterator[str]:
    """Name the components whose requirements come with this one's."""
    yield from component.get("dependencies", ())
    yield from component.get("after_dependencies", ())
    yield from (domain for domain, keys in DISCOVERY.items() if any(key in component for key in keys))


def default_components() -> set[str]:
    """Return what Home Assistant loads without being asked, read from its bootstrap's source.

    Importing the bootstrap takes seconds and needs some of the requirements that are only about to be installed.
    """
    named = (*literals("bootstrap.py", "CORE_INTEGRATIONS"), *literals("bootstrap.py", "DEFAULT_INTEGRATIONS"))
    return {name for name in named if manifest(name)}


def literals(file: str, name: str) -> Iterator[str]:
    """Return the texts in a constant of one of Home Assistant's source files."""
    for node in ast.parse((homeassistant() / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def platforms() -> set[str]:
    """Return the entity platforms, which every Home Assistant loads."""
    from homeassistant.const import Platform

    return {platform.value for platform in Platform}


@cache
def manifest(domain: str) -> dict[str, Any]:
    """Return a component's manifest, empty where there is none."""
    for folder in (CUSTOM_COMPONENTS, homeassistant() / "components"):
        try:
            found: dict[str, Any] = json.loads((folder / domain / "manifest.json").read_text(encoding="utf-8"))
        except OSError:
            continue
        return found
    return {}


@cache
def homeassistant() -> Path:
    """Return the folder of the installed Home Assistant."""
    spec = find_spec("homeassistant")
    if spec is None or spec.origin is None:
        raise SystemExit("requirements: Home Assistant is not installed beside this Python")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
