"""The blueprint and the dashboard."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.components import automation
from homeassistant.const import CONF_PORT, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]


async def test_the_button_blueprint_runs_on_a_press(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    tmp_path: Path,
) -> None:
    hass.config.config_dir = str(tmp_path)
    target = tmp_path / "blueprints" / "automation" / "pimatic"
    await hass.async_add_executor_job(shutil.copytree, ROOT / "blueprints" / "automation" / "pimatic", target)
    calls = async_mock_service(hass, "test", "done")
    inputs: dict[str, Any] = {"buttons": entity_of("event", "dummy-buttons_buttons"), "button": "button-b"}
    inputs["actions"] = [{"action": "test.done", "data": {"button": "{{ pressed }}"}}]
    assert await async_setup_component(
        hass,
        automation.DOMAIN,
        {automation.DOMAIN: {"use_blueprint": {"path": "pimatic/button_press.yaml", "input": inputs}}},
    )
    await hass.async_block_till_done()
    for button in ("button-a", "button-b", "button-b"):
        simulator.command("press", device="dummy-buttons", button=button)
    await eventually(lambda: len(calls) == 2)
    await hass.async_block_till_done()
    assert [call.data["button"] for call in calls] == ["button-b", "button-b"]


@pytest.fixture
async def home(hass: HomeAssistant, user_input: dict[str, Any]) -> AsyncGenerator[MockConfigEntry]:
    """Connect to the simulated home of the demo."""
    simulator = PimaticSimulator(lived_in=True)
    port = await simulator.start()
    entry = MockConfigEntry(domain=DOMAIN, title="pimatic", data={**user_input, CONF_PORT: port})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    await simulator.stop()


async def test_all_entities_of_the_dashboard_exist(hass: HomeAssistant, home: MockConfigEntry) -> None:
    text = (ROOT / "dashboards" / "pimatic.yaml").read_text("utf-8")
    named = set(re.findall(r"\b(?:[a-z_]+)\.[a-z0-9_]+\b", text)) - {"e.g"}
    assert sorted(one for one in named if hass.states.get(one) is None) == []


async def test_the_demo_home_has_no_unknown_states_and_no_issues(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """Only buttons and events that were not used yet are unknown."""
    states = [state for state in hass.states.async_all() if state.domain not in ("button", "event")]
    assert [state.entity_id for state in states if state.state in (STATE_UNKNOWN, STATE_UNAVAILABLE)] == []
    assert [issue for issue in ir.async_get(hass).issues if issue[0] == DOMAIN] == []
    entities = er.async_entries_for_config_entry(er.async_get(hass), home.entry_id)
    main = Counter(one.device_id for one in entities if one.entity_category is None and one.disabled_by is None)
    assert max(main.values()) <= 12
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), home.entry_id)
    names = [one.name for one in devices]
    assert len(set(names)) == len(names)
