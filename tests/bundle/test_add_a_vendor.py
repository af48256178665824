"""docs/add-a-vendor.md names what there is, and every vendor has all that it asks for."""

import re

from harness.vendors import vendors
from tests.bundle.vendor import ROOT, Vendor, expect_none

PAGE = (ROOT / "docs" / "add-a-vendor.md").read_text()
# What stands in backquotes and is a path: a folder ends with a slash.
PATHS = sorted(set(re.findall(r"`((?:[\w.<>-]+/)+(?:[\w.<>-]+\.\w+)?)`", PAGE)))


def paths_of(domain: str) -> set[str]:
    """Return the paths that the page wants of a vendor; one for each simulator where it names `<endpoint>`."""
    names = [endpoint.name for endpoint in vendors()[domain].endpoints]
    return {
        path.replace("<vendor>", domain).replace("<endpoint>", name) for path in PATHS if "<" in path for name in names
    }


def test_the_page_names_paths() -> None:
    assert sum("<" in path for path in PATHS) > 20
    assert sum("<" not in path for path in PATHS) > 5


def test_every_vendor_has_what_the_page_asks_for(vendor: Vendor) -> None:
    assert vendor.domain in vendors(), f"harness/vendors/{vendor.domain}.py is missing"
    expect_none(
        (path for path in paths_of(vendor.domain) if not (ROOT / path).exists()), "docs/add-a-vendor.md asks for:"
    )


def test_what_the_page_names_exists() -> None:
    expect_none(path for path in PATHS if "<" not in path and not (ROOT / path).exists())
