"""Running a blueprint of this repository in Home Assistant."""

from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

BLUEPRINTS = Path(__file__).parent.parent.parent / "blueprints" / "automation"


async def run_blueprint(hass: HomeAssistant, tmp_path: Path, path: str, inputs: dict[str, Any]) -> None:
    """Set up an automation made of a blueprint (`<vendor>/<name>.yaml`) with these inputs."""
    hass.config.config_dir = str(tmp_path)
    target = tmp_path / "blueprints" / "automation" / path
    target.parent.mkdir(parents=True)
    shutil.copyfile(BLUEPRINTS / path, target)
    automation = {"id": "1", "alias": "Under test", "use_blueprint": {"path": path, "input": inputs}}
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    state = hass.states.get("automation.under_test")
    assert state is not None
    assert state.state == "on"
