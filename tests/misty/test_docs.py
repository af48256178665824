"""docs/misty.md has the existing actions, entities and blueprints, and its sentences work."""

from collections.abc import Callable
from pathlib import Path
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

from simulators.misty import MistySimulator
from tests.entries import set_up
from tests.voice.speaking import listen, say

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "misty.md").read_text()
NAME = "Misty 0123"


def section(heading: str) -> str:
    """Return the text below a heading of the page."""
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_every_field_of_an_action_is_documented() -> None:
    """Each action has a row with its fields, or refers to the row of another action."""
    rows = {name: line for line in section("Actions").splitlines() for name in re.findall(r"^\| `misty\.(\w+)`", line)}
    services = yaml.safe_load((ROOT / "custom_components/misty/services.yaml").read_text())
    assert set(rows) == set(services)
    # These rows refer to the fields of another action.
    rows["drive_time"] += rows["drive"]
    rows["follow_path"] += rows["drive_to"]
    missing = [
        f"{action}.{field}"
        for action, description in services.items()
        for field in description["fields"]
        if field != "device_id" and f"`{field}`" not in rows[action]
    ]
    assert not missing


@pytest.fixture
async def robot(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the loaded entry, which has the name of the page."""
    hass.config_entries.async_update_entry(entry, title=NAME)
    return await set_up(hass, entry)


SENTENCES = re.findall(r'^\| "([^"]+)" \|', section("What you can say"), re.MULTILINE)


async def test_every_sentence_of_the_page_works(
    hass: HomeAssistant, robot: MockConfigEntry, simulator: MistySimulator
) -> None:
    await listen(hass)
    checks: list[Callable[[], bool]] = [
        lambda: simulator.robot.display.flashlight,
        lambda: simulator.robot.display.led == (255, 0, 0),
        lambda: simulator.robot.display.led == (0, 0, 0),
        lambda: simulator.robot.voice.volume == 40,
        lambda: simulator.robot.voice.listening is not None,
    ]
    for sentence, is_done in zip(SENTENCES, checks, strict=True):
        assert not is_done(), sentence
        await say(hass, sentence)
        assert is_done(), sentence


@pytest.mark.usefixtures("everything_enabled")
async def test_entities_of_page_and_dashboard_exist(hass: HomeAssistant, robot: MockConfigEntry) -> None:
    known = set(er.async_get(hass).entities)
    for path in (ROOT / "docs" / "misty.md", ROOT / "dashboards" / "misty.yaml"):
        named = set(re.findall(r"\b[a-z_]+\.misty_0123_\w+", path.read_text()))
        assert named, path
        assert named <= known, path


def test_every_blueprint_has_an_import_link() -> None:
    for path in (ROOT / "blueprints" / "automation" / "misty").glob("*.yaml"):
        address = f"https://github.com/home-integrations/misty/blob/main/blueprints/automation/misty/{path.name}"
        assert f"source_url: {address}" in path.read_text()
        assert address in PAGE
        assert f"blueprint_url={address.replace(':', '%3A').replace('/', '%2F')}" in PAGE
