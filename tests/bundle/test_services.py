"""Actions: each one is registered, described and translated, and has an icon."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import validate_selector
from homeassistant.setup import async_setup_component
import pytest

from tests.bundle.vendor import Vendor, expect_none

FIELD_KEYS = {"required", "default", "example", "selector", "filter", "advanced"}


@pytest.fixture
async def registered(hass: HomeAssistant, vendor: Vendor) -> set[str]:
    """Return the actions that exist before any config entry is set up."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, vendor.domain, {})
    await hass.async_block_till_done()
    return set(hass.services.async_services().get(vendor.domain, {}))


async def test_actions_are_described_and_translated_and_have_icons(vendor: Vendor, registered: set[str]) -> None:
    described = {name for name in vendor.yaml("services.yaml") if not name.startswith(".")}
    assert described == registered, "services.yaml and the actions of async_setup differ"
    assert set(vendor.json("translations/en.json").get("services", {})) == registered, "the translations differ"
    assert set(vendor.json("icons.json").get("services", {})) == registered, "icons.json differs"


def fields_of(action: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return the fields of an action, also those in sections."""
    fields: dict[str, dict[str, Any]] = {}
    for name, field in (action or {}).get("fields", {}).items():
        fields |= fields_of(field) if "fields" in field else {name: field}
    return fields


def test_fields_of_actions_have_a_name_and_a_description(vendor: Vendor) -> None:
    texts = vendor.json("translations/en.json").get("services", {})
    wrong = []
    for action, description in vendor.yaml("services.yaml").items():
        if action.startswith("."):
            continue
        text = texts.get(action, {})
        wrong += [f"{action}: no {key}" for key in ("name", "description") if not text.get(key)]
        fields, described = fields_of(description), text.get("fields", {})
        wrong += [
            f"{action}.{field}: only in services.yaml or only in the translations"
            for field in sorted(fields.keys() ^ described.keys())
        ]
        wrong += [
            f"{action}.{field}: no {key}"
            for field, words in described.items()
            for key in ("name", "description")
            if not words.get(key)
        ]
        wrong += [
            f"{action}.{name}: unknown key {key}"
            for name, field in fields.items()
            for key in field
            if key not in FIELD_KEYS
        ]
    expect_none(wrong)


def test_selectors_of_actions_are_valid(vendor: Vendor) -> None:
    for action, description in vendor.yaml("services.yaml").items():
        for name, field in fields_of(description).items():
            assert "selector" in field, f"{action}.{name} has no selector"
            validate_selector(field["selector"])
