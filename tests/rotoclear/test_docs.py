"""docs/rotoclear.md describes the actions, blueprints and dashboard that exist."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rotoclear.md").read_text()
ACTIONS = load_yaml_dict(str(ROOT / "custom_components" / "rotoclear" / "services.yaml"))
BLUEPRINTS = sorted((ROOT / "blueprints" / "automation" / "rotoclear").glob("*.yaml"))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_field_of_an_action_is_documented(action: str) -> None:
    row = re.search(rf"^\| `rotoclear\.{action}` \|.*$", PAGE, re.MULTILINE)
    assert row is not None
    named = set(re.findall(r"`(\w+)`", row[0]))
    assert set(ACTIONS[action]["fields"]) - {"device_id", "entity_id"} <= named


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_every_blueprint_has_an_import_link(path: Path) -> None:
    address = re.search(r"^  source_url: (\S+)$", path.read_text(), re.MULTILINE)
    assert address is not None
    assert address[1].endswith(f"/{path.relative_to(ROOT)}")
    assert f"]({address[1]})" in PAGE
    assert f"blueprint_url={address[1].replace(':', '%3A').replace('/', '%2F')})" in PAGE


def elements(value: Any) -> list[dict[str, Any]]:
    """Return the cards and elements of a dashboard at any depth."""
    if isinstance(value, list):
        return [one for item in value for one in elements(item)]
    if isinstance(value, dict):
        return [value, *(one for item in value.values() for one in elements(item))]
    return []


def test_the_joystick_moves_the_shown_head() -> None:
    dashboard = load_yaml_dict(str(ROOT / "dashboards" / "rotoclear.yaml"))
    (card,) = [one for one in elements(dashboard) if one.get("type") == "picture-elements"]
    assert card["camera_view"] == "live"
    shown = {"first_head": "select.rotoclear_head_1_view", "second_head": "select.rotoclear_head_2_view"}
    assert len(card["elements"]) == len(shown)
    for part in card["elements"]:
        (condition,) = part["conditions"]
        assert condition["entity"] == "select.rotoclear_shown_head"
        taps = [one["tap_action"]["data"] for one in part["elements"]]
        holds = [one["hold_action"]["data"] for one in part["elements"]]
        assert {tap["entity_id"] for tap in (*taps, *holds)} == {shown[condition["state"]]}
        for axis in ("x", "y", "zoom"):
            tap = sorted(tap[axis] for tap in taps if axis in tap)
            hold = sorted(hold[axis] for hold in holds if axis in hold)
            assert tap == [-tap[1], tap[1]], f"{axis} does not move in both directions"
            assert hold == [4 * step for step in tap]
