"""Fixtures: drafts of the rules in rules.txt for the test house."""

from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.moving.automation import Draft, Source, draft_rules
from custom_components.pimatic.moving.sources import entity_map_of, namespace_of
from tests.pimatic.conftest import entity_of, entry, loaded, simulator, survives

from .corpus import rules

__all__ = ["entity_of", "entry", "loaded", "simulator", "survives"]


@pytest.fixture
def drafts(hass: HomeAssistant, everything_enabled: None, loaded: MockConfigEntry) -> list[Draft]:
    """Return the drafts of all rules."""
    coordinator = loaded.runtime_data
    sources = [Source(f"rule-{number}", f"Rule {number}", rule) for number, rule in enumerate(rules(), 1)]
    return list(draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), sources))


@pytest.fixture
def draft(hass: HomeAssistant, loaded: MockConfigEntry) -> Any:
    """Return a function that drafts one rule with a mapping."""

    def make(text: str, mapped: dict[str, str] | None = None) -> Draft:
        coordinator = loaded.runtime_data
        entity_map = entity_map_of(coordinator, mapped or {})
        [result] = draft_rules(namespace_of(coordinator), entity_map, [Source("a-rule", "A rule", text)])
        return result

    return make


@pytest.fixture
async def scripts(hass: HomeAssistant) -> None:
    """Set up the integrations whose triggers and actions the drafts use."""
    for name in ("homeassistant", AUTOMATION):
        assert await async_setup_component(hass, name, {})
