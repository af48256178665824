"""The paths in docs/add-a-vendor.md exist for every vendor."""

import re

from harness.vendors import vendors
from tests.bundle.vendor import ROOT, Vendor, expect_none

PAGE = (ROOT / "docs" / "add-a-vendor.md").read_text()
# The paths in backquotes. A folder ends with a slash.
PATHS = sorted(set(re.findall(r"`((?:[\w.<>-]+/)+(?:[\w.<>-]+\.\w+)?)`", PAGE)))


def paths_of(domain: str) -> set[str]:
    """Return the paths that the page requires of a vendor. A path with `<endpoint>` is required for each simulator."""
    names = [endpoint.name for endpoint in vendors()[domain].endpoints]
    return {
        path.replace("<vendor>", domain).replace("<endpoint>", name) for path in PATHS if "<" in path for name in names
    }


def test_the_page_contains_paths() -> None:
    assert sum("<" in path for path in PATHS) > 20
    assert sum("<" not in path for path in PATHS) > 5


def test_every_vendor_has_the_files_of_the_page(vendor: Vendor) -> None:
    assert vendor.domain in vendors(), f"harness/vendors/{vendor.domain}.py is missing"
    expect_none(
        (path for path in paths_of(vendor.domain) if not (ROOT / path).exists()), "docs/add-a-vendor.md requires:"
    )


def test_the_other_paths_of_the_page_exist() -> None:
    expect_none(path for path in PATHS if "<" not in path and not (ROOT / path).exists())
