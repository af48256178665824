"""The blueprints in Home Assistant, with a simulated robot."""

from collections.abc import Callable
from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulators.misty import MistySimulator
from tests.waiting import eventually

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "misty"


async def use(hass: HomeAssistant, tmp_path: Path, name: str, inputs: dict[str, Any]) -> None:
    """Make an automation from a blueprint."""
    hass.config.config_dir = str(tmp_path)
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "misty")
    config = {"automation": {"use_blueprint": {"path": f"misty/{name}", "input": inputs}}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("everything_enabled")
async def test_a_known_person_is_greeted_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    tmp_path: Path,
) -> None:
    inputs = {"face": entity_of("event", "face"), "voice": entity_of("notify", "speak"), "greeting": "Good evening"}
    await use(hass, tmp_path, "greet_person.yaml", inputs | {"again": {"seconds": 1}})
    await eventually(lambda: "FaceRecognition" in simulator.state()["subscriptions"])
    simulator.set_fault("lossless")
    simulator.command("event", type="FaceRecognition", message={"label": "unknown_person"})
    simulator.command("event", type="FaceRecognition", message={"label": "Ada"})
    simulator.command("event", type="FaceRecognition", message={"label": "Ada"})
    await simulator.record.wait_for("spoke")
    await hass.async_block_till_done()
    assert [entry["text"] for entry in simulator.record.of("spoke")] == ["Good evening Ada!"]


async def test_the_doorbell_is_announced_with_a_face(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    tmp_path: Path,
) -> None:
    """The old face is shown again afterwards."""
    hass.states.async_set("binary_sensor.bell", "off")
    inputs = {
        "bell": "binary_sensor.bell",
        "voice": entity_of("notify", "speak"),
        "face": entity_of("select", "face"),
        "duration": {"milliseconds": 200},
    }
    await use(hass, tmp_path, "doorbell.yaml", inputs)
    hass.states.async_set("binary_sensor.bell", "on")
    await simulator.record.wait_for("spoke", text="Somebody is at the door.")
    hass.states.async_set("binary_sensor.bell", "off")
    assert simulator.record.of("shown", content="e_Surprise.jpg")
    await simulator.record.wait_for("shown", content="e_DefaultContent.jpg")
