"""Makes the packages of the integrations: dist/<vendor>.zip, and dist/<vendor>/, a repository with one integration.

HACS and the Marketplace support one integration in a repository: they use the first directory in custom_components.
"""

import argparse
import json
from pathlib import Path
import re
import shutil
import sys
import zipfile

from script.lib.integrations import (
    OLDEST_HOME_ASSISTANT,
    ROOT,
    copy_blueprints,
    copy_integration,
    manifest,
    vendors,
)

LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")

# The oldest time in a zip file. With a fixed time, the same files result in the same package.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)

VALIDATE = """\
name: Validate

on:
  push:
  pull_request:
  schedule:
    - cron: "0 4 * * 1"
  workflow_dispatch:

permissions:
  contents: read

jobs:
  hassfest:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: home-assistant/actions/hassfest@e91ad1948e57189485b9c1ad608af0c303946f89 # master of 2026-06-11

  hacs:
    runs-on: ubuntu-latest
    steps:
      - uses: hacs/action@285e417a83cc9c6a99806236b7f22414c209ef10 # main of 2025-05-06
        with:
          category: integration
"""


def is_taken(directory: Path, vendor: str) -> bool:
    """Return True if a directory exists and is not an earlier package, which can be replaced."""
    is_package = all(
        (directory / name).is_file() for name in (f"custom_components/{vendor}/manifest.json", "hacs.json")
    )
    is_other = any((directory / name).exists() for name in (".git", "configuration.yaml"))
    return directory.is_symlink() or (directory.exists() and not (is_package and not is_other))


def make_repository(vendor: str, directory: Path) -> None:
    """Write the repository of an integration."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / "custom_components").mkdir()
    copy_integration(vendor, directory)
    copy_blueprints(vendor, directory)
    shutil.copyfile(ROOT / "LICENSE", directory / "LICENSE")
    (directory / "README.md").write_text(make_readme(vendor, directory))
    hacs = {"name": manifest(vendor)["name"], "homeassistant": OLDEST_HOME_ASSISTANT}
    (directory / "hacs.json").write_text(json.dumps(hacs, indent=2) + "\n")
    workflows = directory / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "validate.yml").write_text(VALIDATE)


def make_readme(vendor: str, directory: Path) -> str:
    """Return the page of the vendor as README; copy linked images and examples, and remove links to other files."""
    page = ROOT / "docs" / f"{vendor}.md"

    def relink(match: re.Match[str]) -> str:
        target = match["target"]
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        linked = (page.parent / target).resolve()
        if linked.is_relative_to(ROOT) and (directory / linked.relative_to(ROOT)).exists():
            return f"{match['image']}[{match['text']}]({linked.relative_to(ROOT)}{match['anchor'] or ''})"
        if not linked.is_file() or linked.suffix not in (".png", ".jpg", ".svg", ".yaml"):
            return match["text"]
        place = "images" if match["image"] else "examples"
        (directory / place).mkdir(exist_ok=True)
        shutil.copyfile(linked, directory / place / linked.name)
        return f"{match['image']}[{match['text']}]({place}/{linked.name})"

    return LINK.sub(relink, page.read_text())


def make_zip(repository: Path, file: Path) -> None:
    """Write the package, which can be unpacked into a Home Assistant configuration."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for folder in ("custom_components", "blueprints"):
            for path in sorted((repository / folder).rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(str(path.relative_to(repository)), ZIP_TIME)
                    entry.external_attr = 0o644 << 16
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    package.writestr(entry, path.read_bytes())


def main() -> int:
    """Make the packages; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/package", description=__doc__.splitlines()[0])
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", help=f"{', '.join(vendors())} (default: all)")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where to write (default: dist)")
    options = parser.parse_args()
    if unknown := sorted(set(options.vendors) - set(vendors())):
        parser.error(f"no such integration: {', '.join(unknown)}")
    chosen = options.vendors or vendors()
    if missing := [vendor for vendor in chosen if not (ROOT / "docs" / f"{vendor}.md").exists()]:
        print(f"script/package: docs/{missing[0]}.md is missing, which becomes the README", file=sys.stderr)
        return 1
    if taken := [vendor for vendor in chosen if is_taken(options.output / vendor, vendor)]:
        print(f"script/package: {options.output / taken[0]} is not a package and is not replaced", file=sys.stderr)
        return 1
    for vendor in chosen:
        repository = options.output / vendor
        make_repository(vendor, repository)
        make_zip(repository, options.output / f"{vendor}.zip")
        print(f"{vendor} {manifest(vendor)['version']}: {repository}.zip, {repository}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
