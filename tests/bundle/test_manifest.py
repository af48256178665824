"""manifest.json follows the rules of hassfest, HACS and the Marketplace."""

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
    """Check a host name. Discovery compares lower case."""
    if value != value.lower():
        raise vol.Invalid(f"{value!r} must be lower case")
    return value


def uppercase(value: str) -> str:
    """Check a pattern of MAC addresses."""
    if value != value.upper() or "*" not in value:
        raise vol.Invalid(f"{value!r} must be upper case, with a *")
    return value


def https(value: str) -> str:
    """Check a link."""
    if not value.startswith("https://"):
        raise vol.Invalid(f"{value!r} must begin with https://")
    return str(cv.url(value))


def owner(value: str) -> str:
    """Check the name of a GitHub account."""
    if not value.startswith("@"):
        raise vol.Invalid(f"{value!r} must begin with @")
    return value


def version(value: str) -> str:
    """Check a version. The loader refuses other formats."""
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

# Integrations that need no dependency in the manifest. Hassfest has the same list.
NEED_NO_DEPENDENCY = {
    *(str(platform) for platform in Platform),
    "automation", "blueprint", "diagnostics", "homeassistant", "labs", "logbook", "media_source",
    "persistent_notification", "recorder.const", "repairs", "script", "system_health", "system_log",
    "webhook", "websocket_api", "zone",
}  # fmt: skip


@pytest.fixture
def manifest(vendor: Vendor) -> dict[str, Any]:
    """Return the manifest of the integration."""
    return vendor.json("manifest.json")


def test_the_manifest_is_valid(manifest: dict[str, Any]) -> None:
    SCHEMA(manifest)


def test_keys_are_in_order(manifest: dict[str, Any]) -> None:
    keys = list(manifest)
    wanted = ["domain", "name", *sorted(key for key in keys if key not in ("domain", "name"))]
    assert keys == wanted, "domain and name come first, then the others in alphabetical order"


def test_the_domain_is_the_directory_and_is_not_used_by_home_assistant(
    vendor: Vendor, manifest: dict[str, Any]
) -> None:
    assert manifest["domain"] == vendor.domain
    assert not (CORE / vendor.domain).exists(), "Home Assistant has an integration of this name"


def test_dependencies_exist(manifest: dict[str, Any]) -> None:
    named = [*manifest.get("dependencies", []), *manifest.get("after_dependencies", [])]
    expect_none([domain for domain in named if not (CORE / domain).is_dir()])


def test_imported_integrations_are_dependencies(vendor: Vendor, manifest: dict[str, Any]) -> None:
    """Home Assistant sets the dependencies up before the integration."""
    named = {*manifest.get("dependencies", []), *manifest.get("after_dependencies", []), *NEED_NO_DEPENDENCY}
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
    expect_none(wrong, "missing in dependencies or after_dependencies:")


def test_each_kind_of_discovery_has_a_step(vendor: Vendor, manifest: dict[str, Any]) -> None:
    flow = (vendor.path / "config_flow.py").read_text()
    missing = [kind for kind in ("dhcp", "ssdp", "zeroconf") if kind in manifest and f"async_step_{kind}" not in flow]
    expect_none(missing)
