"""The fixture `vendor`, with which a test runs for each integration."""

import pytest

from tests.bundle.vendor import VENDORS, Vendor


@pytest.fixture(params=VENDORS, ids=[vendor.domain for vendor in VENDORS])
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Return an integration."""
    found: Vendor = request.param
    return found
