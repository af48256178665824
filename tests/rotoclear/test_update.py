"""The update entity: the installed version, and an update that runs on the unit."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.states import state_of
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("text", "running", "percentage"),
    [
        ("idle", False, None),
        ("", False, None),
        ("up to date", False, None),
        ("updated", False, None),
        ("Downloading", True, None),
        ("installing 2.9.0", True, None),
        ("update in progress", True, None),
        ("40%", True, 40),
        ("writing: 7 %", True, 7),
        ("999 %", True, 100),
    ],
)
async def test_progress_of_an_update(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    text: str,
    running: bool,
    percentage: int | None,
) -> None:
    entity_id = entity_of("update", "swVersion")
    assert state_of(hass, entity_id).state == "off"
    unit.command("change", downstat=text)
    await eventually(lambda: loaded.runtime_data.data["downstat"] == text)
    attributes = state_of(hass, entity_id).attributes
    assert attributes["in_progress"] is running
    assert attributes["update_percentage"] == percentage


async def test_the_version_is_updated_after_a_restart(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    entity_id = entity_of("update", "swVersion")
    assert state_of(hass, entity_id).attributes["installed_version"] == unit.state()["swVersion"]
    await unit.command("restart", swVersion="2.9.0")
    await eventually(lambda: state_of(hass, entity_id).attributes.get("installed_version") == "2.9.0", 5)
    assert state_of(hass, entity_id).state == "off"
