"""Triggers and conditions: each one is registered, described, translated and documented, and has an icon."""

from collections.abc import Iterator
import importlib
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, trigger
from homeassistant.helpers.selector import validate_selector
from homeassistant.setup import async_setup_component
import pytest

from tests.bundle.vendor import ROOT, VENDORS, Vendor, expect_none

# The two kinds, and the names of their lists.
KINDS = {"trigger": "triggers", "condition": "conditions"}
# Fields of Home Assistant, which need no description.
OF_HOME_ASSISTANT = {"behavior", "for"}


def described(vendor: Vendor, kind: str) -> dict[str, Any]:
    """Return the content of triggers.yaml or conditions.yaml."""
    return {key: value for key, value in vendor.yaml(f"{KINDS[kind]}.yaml").items() if not key.startswith(".")}


def registered(vendor: Vendor, kind: str) -> set[str]:
    """Return the names in the table of the module."""
    if not (vendor.path / f"{kind}.py").exists():
        return set()
    module = importlib.import_module(f"custom_components.{vendor.domain}.{kind}")
    return set(getattr(module, KINDS[kind].upper()))


def everything() -> Iterator[tuple[Vendor, str, str]]:
    """Go through all triggers and conditions."""
    for vendor in VENDORS:
        for kind in KINDS:
            for name in described(vendor, kind):
                yield vendor, kind, name


EVERYTHING = [pytest.param(*one, id=f"{one[0].domain}.{one[2]}") for one in everything()]


@pytest.mark.parametrize("kind", KINDS)
def test_triggers_and_conditions_are_described_and_have_icons(vendor: Vendor, kind: str) -> None:
    names = registered(vendor, kind)
    assert set(described(vendor, kind)) == names, f"{KINDS[kind]}.yaml and the table differ"
    assert set(vendor.json("translations/en.json").get(KINDS[kind], {})) == names, "the translations differ"
    assert set(vendor.json("icons.json").get(KINDS[kind], {})) == names, "icons.json differs"


def test_every_integration_has_triggers(vendor: Vendor) -> None:
    assert registered(vendor, "trigger"), "trigger.py has no table TRIGGERS"


@pytest.mark.parametrize(("vendor", "kind", "name"), EVERYTHING)
def test_fields_of_triggers_have_texts_and_selectors(vendor: Vendor, kind: str, name: str) -> None:
    fields = described(vendor, kind)[name].get("fields", {})
    texts = vendor.json("translations/en.json")[KINDS[kind]][name]
    assert texts["name"]
    assert texts["description"]
    words = texts.get("fields", {})
    assert set(words) == set(fields)
    expect_none(field for field in words if not words[field]["name"])
    expect_none(field for field in words if field not in OF_HOME_ASSISTANT and not words[field].get("description"))
    options = vendor.json("translations/en.json").get("selector", {})
    for field in fields.values():
        validate_selector(field["selector"])
        if select := field["selector"].get("select"):
            assert set(select["options"]) == set(options[select["translation_key"]]["options"])


@pytest.mark.parametrize(("vendor", "kind", "name"), EVERYTHING)
def test_the_page_has_a_row_for_each_trigger_and_condition(vendor: Vendor, kind: str, name: str) -> None:
    page = Path(ROOT / "docs" / f"{vendor.domain}.md").read_text()
    row = re.search(rf"^\| `{vendor.domain}\.{name}` \|.*$", page, re.MULTILINE)
    assert row is not None, f"docs/{vendor.domain}.md has no row for `{vendor.domain}.{name}`"
    assert set(described(vendor, kind)[name].get("fields", {})) <= set(re.findall(r"`(\w+)`", row[0]))


async def test_home_assistant_reads_all_descriptions(hass: HomeAssistant, vendor: Vendor) -> None:
    """Home Assistant leaves out a file that does not match its schemas."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "automation", {})
    assert await async_setup_component(hass, vendor.domain, {})
    await hass.async_block_till_done()
    found = {
        "trigger": await trigger.async_get_all_descriptions(hass),
        "condition": await condition.async_get_all_descriptions(hass),
    }
    for kind, descriptions in found.items():
        ours = {key.partition(".")[2] for key in descriptions if key.startswith(f"{vendor.domain}.")}
        assert ours == registered(vendor, kind)
        assert all(descriptions[f"{vendor.domain}.{name}"] for name in ours)
