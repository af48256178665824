"""The YAML examples in the docs, the blueprints and the dashboards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA, PLATFORM_SCHEMA as AUTOMATION_SCHEMA
from homeassistant.components.blueprint import BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.script.config import SCRIPT_ENTITY_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.util.yaml import load_yaml, parse_yaml
import pytest

from tests.bundle.vendor import ROOT, VENDORS, expect_none

FENCE = re.compile(r"^(?P<indent> *)```ya?ml\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
ACTIONS = {
    f"{vendor.domain}.{name}": description
    for vendor in VENDORS
    for name, description in vendor.yaml("services.yaml").items()
}


@dataclass(frozen=True)
class Example:
    """A YAML block of a page."""

    page: Path
    line: int
    text: str

    def __str__(self) -> str:
        """Return file and line."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def examples() -> Iterator[Example]:
    """Go through the YAML blocks of all pages."""
    for page in sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]):
        text = page.read_text()
        for match in FENCE.finditer(text):
            body = match["body"].replace(f"\n{match['indent']}", "\n").removeprefix(match["indent"])
            yield Example(page, text.count("\n", 0, match.start()) + 1, body)


EXAMPLES = list(examples())
BLUEPRINTS = sorted((ROOT / "blueprints").rglob("*.yaml"))
BLUEPRINT_SCHEMAS: dict[str, Callable[[Any], Any]] = {
    "automation": AUTOMATION_BLUEPRINT_SCHEMA,
    "script": BLUEPRINT_SCHEMA,
}
DASHBOARDS = sorted((ROOT / "dashboards").rglob("*.yaml"))


def check(value: Any) -> None:
    """Check an example with the schema of Home Assistant, if there is one for it."""
    match value:
        case [*items]:
            for item in items:
                check(item)
        case {"triggers": _} | {"trigger": list(), "action": _}:
            AUTOMATION_SCHEMA({"alias": "Example", **value})
        case {"automation": automations}:
            check(automations)
        case {"script": dict(scripts)}:
            for script in scripts.values():
                check(script)
        case {"sequence": _}:
            SCRIPT_ENTITY_SCHEMA(value)
        case {"action": str()}:
            cv.SCRIPT_SCHEMA([value])


def actions(value: Any) -> Iterator[dict[str, Any]]:
    """Go through the calls of actions in a YAML value."""
    if isinstance(value, list):
        for item in value:
            yield from actions(item)
    elif isinstance(value, dict):
        for key in ("action", "perform_action", "service"):
            if isinstance(value.get(key), str):
                yield {"data": {}, **value, "action": value[key]}
        for item in value.values():
            yield from actions(item)


def wrong_actions(value: Any) -> Iterator[str]:
    """Go through the invalid calls of our actions."""
    for call in actions(value):
        name = call["action"]
        if name.split(".")[0] not in {vendor.domain for vendor in VENDORS}:
            continue
        if name not in ACTIONS:
            yield f"there is no action {name}"
            continue
        fields = (ACTIONS[name] or {}).get("fields", {})
        known = {*fields, *(inner for field in fields.values() for inner in (field or {}).get("fields", {}))}
        given = call["data"] if isinstance(call["data"], dict) else {}
        yield from (
            f"{name} has no field {field}" for field in given if field not in {*known, "entity_id", "device_id"}
        )


@pytest.mark.usefixtures("hass")
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_examples_in_the_docs_are_valid(example: Example) -> None:
    value = parse_yaml(example.text)
    assert value, "an empty example"
    expect_none(wrong_actions(value), str(example))
    check(value)


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: str(path.relative_to(ROOT)))
async def test_blueprints_are_valid(hass: HomeAssistant, path: Path) -> None:
    data = load_yaml(path)
    assert isinstance(data, dict)
    domain = path.parent.parent.name
    blueprint = Blueprint(data, path=path.name, expected_domain=domain, schema=BLUEPRINT_SCHEMAS[domain])
    expect_none(blueprint.validate() or [])
    expect_none(wrong_actions(data))
    metadata = blueprint.metadata
    assert metadata.get("description")
    assert metadata.get("source_url") is None or str(metadata["source_url"]).startswith("https://")
    expect_none(name for name, details in blueprint.inputs.items() if not (details or {}).get("name"))


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_dashboards_load_and_call_existing_actions(path: Path) -> None:
    value = load_yaml(path)
    assert value, "empty"
    expect_none(wrong_actions(value))


def test_links_in_the_docs_exist() -> None:
    expect_none(
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    )
