"""What people take ready-made: the blueprint and the dashboard."""

from collections.abc import Callable
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.components import automation
from homeassistant.const import CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]


async def test_button_blueprint(
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


async def test_the_dashboards_entities_are_there(hass: HomeAssistant, user_input: dict[str, Any]) -> None:
    simulator = PimaticSimulator(lived_in=True)
    port = await simulator.start()
    entry = MockConfigEntry(domain=DOMAIN, title="pimatic", data={**user_input, CONF_PORT: port})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    text = (ROOT / "dashboards" / "pimatic.yaml").read_text("utf-8")
    named = set(re.findall(r"\b(?:[a-z_]+)\.[a-z0-9_]+\b", text)) - {"e.g"}
    assert sorted(one for one in named if hass.states.get(one) is None) == []
    assert await hass.config_entries.async_unload(entry.entry_id)
    await simulator.stop()
