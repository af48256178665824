"""Automations and scripts from the blueprints of this repository."""

from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

BLUEPRINTS = Path(__file__).parent.parent.parent / "blueprints"


async def run_blueprint(hass: HomeAssistant, tmp_path: Path, path: str, inputs: dict[str, Any]) -> None:
    """Set up an automation from a blueprint (`<vendor>/<name>.yaml`) with these inputs."""
    copy_blueprint(hass, tmp_path, "automation", path)
    automation = {"id": "1", "alias": "Under test", "use_blueprint": {"path": path, "input": inputs}}
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    state = hass.states.get("automation.under_test")
    assert state is not None
    assert state.state == "on"


async def run_script_blueprint(hass: HomeAssistant, tmp_path: Path, path: str, inputs: dict[str, Any]) -> str:
    """Set up a script from a blueprint (`<vendor>/<name>.yaml`) with these inputs. Return the name of its action."""
    copy_blueprint(hass, tmp_path, "script", path)
    script = {"alias": "Under test", "use_blueprint": {"path": path, "input": inputs}}
    assert await async_setup_component(hass, "script", {"script": {"under_test": script}})
    await hass.async_block_till_done()
    assert hass.services.has_service("script", "under_test")
    return "under_test"


def copy_blueprint(hass: HomeAssistant, tmp_path: Path, domain: str, path: str) -> None:
    """Copy a blueprint into the configuration directory of Home Assistant."""
    hass.config.config_dir = str(tmp_path)
    target = tmp_path / "blueprints" / domain / path
    target.parent.mkdir(parents=True)
    shutil.copyfile(BLUEPRINTS / domain / path, target)
