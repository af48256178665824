"""The webhook URL for Iottly: of Home Assistant Cloud, or of the own installation."""

import sys
from types import ModuleType
from typing import Any

import homeassistant.components
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly import webhook

from .conftest import WEBHOOK_ID


class FakeCloud(ModuleType):
    """A fake of Home Assistant Cloud."""

    class CloudNotAvailable(HomeAssistantError):
        """Home Assistant Cloud is not available."""

    def __init__(self) -> None:
        super().__init__("homeassistant.components.cloud")
        self.is_subscribed = True
        self.is_available = True
        self.hooks: set[str] = set()

    def async_active_subscription(self, hass: HomeAssistant) -> bool:
        return self.is_subscribed

    async def async_get_or_create_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> str:
        if not self.is_available:
            raise self.CloudNotAvailable
        self.hooks.add(webhook_id)
        return f"https://hooks.nabu.casa/{webhook_id}"

    async def async_delete_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> None:
        if webhook_id not in self.hooks:
            raise ValueError(webhook_id)
        self.hooks.remove(webhook_id)


@pytest.fixture
def home_assistant_cloud(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Set up and return a fake of Home Assistant Cloud."""
    fake = FakeCloud()
    monkeypatch.setitem(sys.modules, "homeassistant.components.cloud", fake)
    monkeypatch.setattr(homeassistant.components, "cloud", fake, raising=False)
    hass.config.components.add("cloud")
    return fake


async def test_the_webhook_url_of_home_assistant_cloud(
    hass: HomeAssistant, home_assistant_cloud: FakeCloud, entry: MockConfigEntry
) -> None:
    assert await webhook.async_webhook_url(hass, WEBHOOK_ID) == f"https://hooks.nabu.casa/{WEBHOOK_ID}"
    await hass.config_entries.async_remove(entry.entry_id)
    assert home_assistant_cloud.hooks == set(), "the webhook is deleted with the entry"


async def test_home_assistant_cloud_without_a_url(
    hass: HomeAssistant, home_assistant_cloud: FakeCloud, entry: MockConfigEntry
) -> None:
    home_assistant_cloud.is_available = False
    assert (await webhook.async_webhook_url(hass, WEBHOOK_ID)).endswith(f"/api/webhook/{WEBHOOK_ID}")
    home_assistant_cloud.is_subscribed = False
    assert (await webhook.async_webhook_url(hass, WEBHOOK_ID)).endswith(f"/api/webhook/{WEBHOOK_ID}")
    await hass.config_entries.async_remove(entry.entry_id)


async def test_an_installation_without_a_url(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> str:
        raise NoURLAvailableError

    monkeypatch.setattr("homeassistant.components.webhook.async_generate_url", none)
    assert await webhook.async_webhook_url(hass, WEBHOOK_ID) == f"/api/webhook/{WEBHOOK_ID}"
