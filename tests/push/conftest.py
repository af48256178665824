"""Fixtures of the tests of `common/`."""

from collections.abc import Generator

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import mock_config_flow

from tests.push.fake import DOMAIN, FakeDevice, FakeFlow, FakeIntegration


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the coordinator reconnect within milliseconds."""
    monkeypatch.setattr("common.client.backoff.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("common.client.backoff.BACKOFF_LONGEST", 0.02)
    monkeypatch.setattr("common.push.coordinator.FALLBACK_SECONDS", 0.01)


@pytest.fixture
async def device() -> FakeDevice:
    """Return the device that the coordinator connects to."""
    return FakeDevice()


@pytest.fixture
def fake(hass: HomeAssistant, device: FakeDevice) -> Generator[FakeIntegration]:
    """Return the integration, which is not set up yet."""
    with mock_config_flow(DOMAIN, FakeFlow):
        yield FakeIntegration(hass, device)
