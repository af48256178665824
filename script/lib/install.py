"""Copies integrations and their blueprints into a Home Assistant configuration."""

import argparse
from pathlib import Path
import re
import sys

from script.lib.integrations import (
    OLDEST_HOME_ASSISTANT,
    ROOT,
    copy_blueprints,
    copy_integration,
    manifest,
    vendors,
)

VERSION = re.compile(r"(\d+)\.(\d+)")


def year_and_month(version: str) -> tuple[int, int] | None:
    """Return the year and the month of a version, which are compared; None if it is not one."""
    found = VERSION.match(version)
    return (int(found[1]), int(found[2])) if found else None


def refusal(config: Path) -> str | None:
    """Return the reason why the integrations cannot be copied to this directory, or None."""
    if not config.is_dir():
        return f"{config} is not a directory; use the one that contains Home Assistant's configuration.yaml"
    if not (config / "configuration.yaml").is_file():
        return f"{config} is not a Home Assistant configuration: it contains no configuration.yaml"
    if (config / "custom_components").resolve() == ROOT / "custom_components":
        return f"{config / 'custom_components'} is a link to this repository, so it has all integrations already"
    marker = config / ".HA_VERSION"
    version = marker.read_text(errors="replace").strip() if marker.is_file() else OLDEST_HOME_ASSISTANT
    if (known := year_and_month(version)) is None:
        return f"{marker} contains no version of Home Assistant"
    if known < (year_and_month(OLDEST_HOME_ASSISTANT) or known):
        return f"Home Assistant {version} is too old; version {OLDEST_HOME_ASSISTANT} or newer is required"
    return None


def copy(chosen: list[str], config: Path) -> None:
    """Copy these integrations and their blueprints. Raises OSError."""
    (config / "custom_components").mkdir(exist_ok=True)
    for vendor in chosen:
        target = copy_integration(vendor, config)
        copies = copy_blueprints(vendor, config)
        with_blueprints = f" and {len(copies)} blueprint{'s' * (len(copies) > 1)}" if copies else ""
        print(f"{manifest(vendor)['name']} {manifest(vendor)['version']}: {target}{with_blueprints}")


def main() -> int:
    """Copy the integrations; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/install", description=__doc__)
    parser.add_argument("config", type=Path, metavar="CONFIG_DIR", help="where configuration.yaml is")
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", help=f"{', '.join(vendors())} (default: all)")
    options = parser.parse_args()
    if unknown := sorted(set(options.vendors) - set(vendors())):
        parser.error(f"no such integration: {', '.join(unknown)}; choose from {', '.join(vendors())}")
    if reason := refusal(options.config):
        print(f"script/install: {reason}", file=sys.stderr)
        return 1
    try:
        copy(options.vendors or vendors(), options.config)
    except OSError as error:
        print(f"script/install: {error}", file=sys.stderr)
        return 1
    print("Restart Home Assistant, then add the integration under Settings > Devices & services.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
