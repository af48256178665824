"""The check of texts and icons in every test (tests/texts.py) finds missing ones."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from tests import texts
from tests.bundle.vendor import VENDORS

DOMAIN = VENDORS[0].domain


@pytest.fixture
def without_texts(monkeypatch: pytest.MonkeyPatch) -> texts.Watch:
    """Record missing texts, with empty translations."""
    monkeypatch.setattr(texts, "read", lambda _domain, _name: {})
    return texts.watch(monkeypatch)


@pytest.fixture
def texts_and_icons_exist() -> None:
    """Switch off the check for these tests."""


async def test_a_step_without_texts_is_found(hass: HomeAssistant, without_texts: texts.Watch) -> None:
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert any(line.startswith(f"{DOMAIN}: config.step.user.") for line in without_texts.missing)


def test_an_exception_without_text_is_found(without_texts: texts.Watch) -> None:
    HomeAssistantError(translation_domain="another", translation_key="unknown")
    assert without_texts.missing == set()
    HomeAssistantError(translation_domain=DOMAIN, translation_key="unknown")
    assert without_texts.missing == {f"{DOMAIN}: exceptions.unknown.message has no text"}


def test_a_placeholder_without_value_is_found(monkeypatch: pytest.MonkeyPatch, without_texts: texts.Watch) -> None:
    translations: dict[str, Any] = {"exceptions": {"failed": {"message": "Failed: {reason} at {time}"}}}
    monkeypatch.setattr(texts, "read", lambda _domain, _name: translations)
    HomeAssistantError(
        translation_domain=DOMAIN, translation_key="failed", translation_placeholders={"reason": "no route"}
    )
    assert without_texts.missing == {f"{DOMAIN}: exceptions.failed.message needs time"}


async def test_a_repair_without_text_is_found(hass: HomeAssistant, without_texts: texts.Watch) -> None:
    ir.async_create_issue(
        hass, DOMAIN, "one", is_fixable=False, severity=ir.IssueSeverity.WARNING, translation_key="certificate"
    )
    assert without_texts.missing == {
        f"{DOMAIN}: issues.certificate.title has no text",
        f"{DOMAIN}: issues.certificate.description has no text",
    }


async def test_an_entity_without_text_and_icon_is_found(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, without_texts: texts.Watch
) -> None:
    without_texts.entity(entity_registry.async_get_or_create("sensor", DOMAIN, "1", translation_key="pressure"))
    without_texts.entity(entity_registry.async_get_or_create("sensor", "another", "1", translation_key="pressure"))
    assert without_texts.missing == {
        f"{DOMAIN}: entity.sensor.pressure has neither text nor icon",
        f"{DOMAIN}: sensor.pressure has no icon",
    }
