"""Drafts of the rules of rules.txt, made with the test house."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.moving.automation import Draft, Source, draft_rules
from custom_components.pimatic.moving.services import house_of, places_of
from tests.pimatic.conftest import entity_of, entry, loaded, simulator, survives

from .corpus import rules

__all__ = ["entity_of", "entry", "loaded", "simulator", "survives"]


@pytest.fixture
def drafts(hass: HomeAssistant, everything_enabled: None, loaded: MockConfigEntry) -> list[Draft]:
    """Return the drafts of all rules."""
    coordinator = loaded.runtime_data
    sources = [Source(f"rule-{number}", f"Rule {number}", rule) for number, rule in enumerate(rules(), 1)]
    return list(draft_rules(house_of(coordinator), places_of(coordinator, {}), sources))
