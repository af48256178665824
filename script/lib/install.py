"""Copies integrations and their blueprints into a Home Assistant configuration."""

import argparse
from pathlib import Path
import sys

from script.lib.integrations import (
    OLDEST_HOME_ASSISTANT,
    ROOT,
    copy_blueprints,
    copy_integration,
    manifest,
    vendors,
)


def is_older(version: str, oldest: str) -> bool:
    """Compare the year and the month of two versions."""
    return [int(part) for part in version.split(".")[:2]] < [int(part) for part in oldest.split(".")[:2]]


def refusal(config: Path) -> str | None:
    """Return why nothing should be copied there."""
    if not config.is_dir():
        return f"{config} is no directory; give the one that holds Home Assistant's configuration.yaml"
    if not (config / "configuration.yaml").is_file():
        return f"{config} holds no configuration.yaml, so it is no Home Assistant configuration"
    if (config / "custom_components").resolve() == ROOT / "custom_components":
        return f"{config / 'custom_components'} is a link to this very repository: it has all integrations already"
    marker = config / ".HA_VERSION"
    version = marker.read_text().strip() if marker.is_file() else OLDEST_HOME_ASSISTANT
    if is_older(version, OLDEST_HOME_ASSISTANT):
        return f"Home Assistant {version} is too old; {OLDEST_HOME_ASSISTANT} or newer is needed"
    return None


def main() -> int:
    """Copy what was asked for."""
    parser = argparse.ArgumentParser(prog="script/install", description=__doc__)
    parser.add_argument("config", type=Path, metavar="CONFIG_DIR", help="where configuration.yaml is")
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", help=f"{', '.join(vendors())} (default: all)")
    options = parser.parse_args()
    if unknown := sorted(set(options.vendors) - set(vendors())):
        parser.error(f"no such integration: {', '.join(unknown)}; there are {', '.join(vendors())}")
    if reason := refusal(options.config):
        print(f"script/install: {reason}", file=sys.stderr)
        return 1
    (options.config / "custom_components").mkdir(exist_ok=True)
    for vendor in options.vendors or vendors():
        target = copy_integration(vendor, options.config)
        copies = copy_blueprints(vendor, options.config)
        with_blueprints = f" and {len(copies)} blueprint{'s' * (len(copies) > 1)}" if copies else ""
        print(f"{manifest(vendor)['name']} {manifest(vendor)['version']}: {target}{with_blueprints}")
    print("Restart Home Assistant, then add the integration under Settings > Devices & services.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
