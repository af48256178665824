"""manifest.json: hassfest's, HACS's and the Marketplace's rules."""

import ast
from pathlib import Path
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import homeassistant
from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
import pytest
import voluptuous as vol

from tests.bundle.vendor import Vendor, expect_none

CORE = Path(homeassistant.__file__).parent / "components"

VERSIONS = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]
INTEGRATION_TYPES = ("device", "hub", "service")
IOT_CLASSES = ("cloud_polling", "cloud_push", "local_polling", "local_push")


def lowercase(value: str) -> str:
    """Discovery compares in lower case."""
    if value != value.lower():
        raise vol.Invalid(f"{value!r} must be lower case")
    return value


def uppercase(value: str) -> str:
    """A MAC address pattern, as Home Assistant's table has them."""
    if value != value.upper() or "*" not in value:
        raise vol.Invalid(f"{value!r} must be upper case, with a *")
    return value


def https(value: str) -> str:
    """People follow these addresses."""
    if not value.startswith("https://"):
        raise vol.Invalid(f"{value!r} must begin with https://")
    return str(cv.url(value))


def owner(value: str) -> str:
    """A GitHub name."""
    if not value.startswith("@"):
        raise vol.Invalid(f"{value!r} must begin with @")
    return value


def version(value: str) -> str:
    """The loader refuses others."""
    return str(AwesomeVersion(value, ensure_strategy=VERSIONS))


SCHEMA = vol.Schema(
    {
        vol.Required("domain"): cv.slug,
        vol.Required("name"): vol.All(str, vol.Length(min=1)),
        vol.Optional("after_dependencies"): [str],
        vol.Required("codeowners"): vol.All([owner], vol.Length(min=1)),
        vol.Required("config_flow"): True,
        vol.Required("dependencies", default=[]): [str],
        vol.Optional("dhcp"): [
            {
                vol.Optional("hostname"): lowercase,
                vol.Optional("macaddress"): uppercase,
                vol.Optional("registered_devices"): True,
            }
        ],
        vol.Required("documentation"): https,
        vol.Required("integration_type"): vol.In(INTEGRATION_TYPES),
        vol.Required("iot_class"): vol.In(IOT_CLASSES),
        vol.Required("issue_tracker"): https,
        vol.Optional("loggers"): [str],
        vol.Required("quality_scale"): "platinum",
        vol.Optional("requirements"): [],
        vol.Optional("single_config_entry"): bool,
        vol.Optional("ssdp"): [{str: str}],
        vol.Required("version"): version,
        vol.Optional("zeroconf"): [
            vol.Any(str, {vol.Required("type"): str, vol.Optional("name"): lowercase, vol.Optional("properties"): dict})
        ],
    }
)

# What every integration may import without naming it: hassfest has the same list.
ALWAYS_THERE = {
    *(str(platform) for platform in Platform),
    "automation", "blueprint", "diagnostics", "homeassistant", "labs", "logbook", "media_source",
    "persistent_notification", "recorder.const", "repairs", "script", "system_health", "system_log",
    "webhook", "websocket_api", "zone",
}  # fmt: skip


@pytest.fixture
def manifest(vendor: Vendor) -> dict[str, Any]:
    """Return the manifest."""
    return vendor.json("manifest.json")


def test_keys_and_values(manifest: dict[str, Any]) -> None:
    SCHEMA(manifest)


def test_keys_are_in_order(manifest: dict[str, Any]) -> None:
    keys = list(manifest)
    wanted = ["domain", "name", *sorted(key for key in keys if key not in ("domain", "name"))]
    assert keys == wanted, "domain and name first, then by the alphabet"


def test_domain_is_the_directory_and_nobody_elses(vendor: Vendor, manifest: dict[str, Any]) -> None:
    assert manifest["domain"] == vendor.domain
    assert not (CORE / vendor.domain).exists(), "Home Assistant has an integration of this name"


def test_what_it_depends_on_exists(manifest: dict[str, Any]) -> None:
    named = [*manifest.get("dependencies", []), *manifest.get("after_dependencies", [])]
    expect_none([domain for domain in named if not (CORE / domain).is_dir()])


def test_what_it_imports_is_named(vendor: Vendor, manifest: dict[str, Any]) -> None:
    """Home Assistant sets up only what is named before it sets up the integration."""
    named = {*manifest.get("dependencies", []), *manifest.get("after_dependencies", []), *ALWAYS_THERE}
    wrong = set()
    for file, node in vendor.nodes:
        imported: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module == "homeassistant.components":
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeassistant.components."):
            imported = [(node.module or "").split(".")[2]]
        elif isinstance(node, ast.Import):
            imported = [a.name.split(".")[2] for a in node.names if a.name.startswith("homeassistant.components.")]
        wrong |= {f"{vendor.name_of(file)} imports {domain}" for domain in imported if domain not in named}
    expect_none(wrong, "to be named in dependencies or after_dependencies")


def test_discovery_has_its_step(vendor: Vendor, manifest: dict[str, Any]) -> None:
    flow = (vendor.path / "config_flow.py").read_text()
    missing = [kind for kind in ("dhcp", "ssdp", "zeroconf") if kind in manifest and f"async_step_{kind}" not in flow]
    expect_none(missing)
