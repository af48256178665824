"""docs/iottly.md is complete and correct."""

from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "iottly.md").read_text()
ACTIONS = load_yaml_dict(str(ROOT / "custom_components" / "iottly" / "services.yaml"))
BLUEPRINTS = sorted((ROOT / "blueprints").glob("*/iottly/*.yaml"))


@pytest.mark.parametrize("action", ACTIONS)
def test_the_page_explains_every_field_of_an_action(action: str) -> None:
    row = re.search(rf"^\| `iottly\.{action}` \|.*$", PAGE, re.MULTILINE)
    assert row is not None
    named = set(re.findall(r"`(\w+)`", row[0]))
    assert set(ACTIONS[action]["fields"]) - {"device_id"} <= named


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_the_page_has_an_import_link_for_every_blueprint(path: Path) -> None:
    address = re.search(r"^  source_url: (\S+)$", path.read_text(), re.MULTILINE)
    assert address is not None
    assert address[1].endswith(f"/{path.relative_to(ROOT)}")
    assert f"]({address[1]})" in PAGE
    assert f"blueprint_url={address[1].replace(':', '%3A').replace('/', '%2F')})" in PAGE


async def test_the_automations_on_the_page_are_valid(hass: HomeAssistant) -> None:
    blocks = [parse_yaml(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    automations: list[Any] = [block for block in blocks if isinstance(block, dict) and "triggers" in block]
    assert len(automations) == 3
    assert await async_setup_component(hass, "automation", {"automation": automations})
    await hass.async_block_till_done()
    states = hass.states.async_all("automation")
    assert [state.state for state in states] == ["on"] * len(automations)
