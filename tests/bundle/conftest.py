"""Each test of the bundle runs for each integration."""

import pytest

from tests.bundle.vendor import VENDORS, Vendor


@pytest.fixture(params=VENDORS, ids=[vendor.domain for vendor in VENDORS])
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Return one integration."""
    found: Vendor = request.param
    return found
