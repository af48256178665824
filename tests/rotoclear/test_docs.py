"""docs/rotoclear.md says what the integration has."""

from pathlib import Path
import re

from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rotoclear.md").read_text()
ACTIONS = load_yaml_dict(str(ROOT / "custom_components" / "rotoclear" / "services.yaml"))
BLUEPRINTS = sorted((ROOT / "blueprints" / "automation" / "rotoclear").glob("*.yaml"))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_field_of_an_action_is_explained(action: str) -> None:
    row = re.search(rf"^\| `rotoclear\.{action}` \|.*$", PAGE, re.MULTILINE)
    assert row is not None
    named = set(re.findall(r"`(\w+)`", row[0]))
    assert set(ACTIONS[action]["fields"]) - {"device_id"} <= named


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_every_blueprint_can_be_imported_from_the_page(path: Path) -> None:
    address = re.search(r"^  source_url: (\S+)$", path.read_text(), re.MULTILINE)
    assert address is not None
    assert address[1].endswith(f"/{path.relative_to(ROOT)}")
    assert f"]({address[1]})" in PAGE
    assert f"blueprint_url={address[1].replace(':', '%3A').replace('/', '%2F')})" in PAGE
