"""The dashboard of the demo: an overview, and a view for each vendor from dashboards/<vendor>.yaml."""

from collections.abc import Iterator
from typing import Any

import yaml

from .client import Client
from .exhibit import Exhibit
from .vendors import OVERVIEW, REPOSITORY

URL_PATH = "demo-home"
# Keys in a dashboard whose values are entities, or may contain entities.
NAMING = {
    "badges",
    "camera_image",
    "card",
    "cards",
    "conditions",
    "elements",
    "entities",
    "entity",
    "entity_id",
    "image_entity",
    "sections",
    "target",
    "visibility",
}
NOTHING = {"type": "markdown", "content": "All vendors were left out. The terminal shows the reasons."}


async def show(client: Client, exhibits: list[Exhibit]) -> None:
    """Create or update the dashboard, and make it the default one."""
    dashboards = await client.call("lovelace/dashboards/list")
    if all(dashboard["url_path"] != URL_PATH for dashboard in dashboards):
        await client.call(
            "lovelace/dashboards/create", url_path=URL_PATH, title="Demo", icon="mdi:view-dashboard", mode="storage"
        )
    await client.call("lovelace/config/save", url_path=URL_PATH, config={"views": views(exhibits)})
    await client.call("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


def views(exhibits: list[Exhibit]) -> list[dict[str, Any]]:
    """Return the overview and the views of the vendors."""
    # The tab of a view has its name only if there is no icon.
    own = [{name: value for name, value in view(exhibit).items() if name != "icon"} for exhibit in exhibits]
    shown = {exhibit.domain: exhibit for exhibit in exhibits}
    sections = [section(shown[domain]) for domain in OVERVIEW if domain in shown]
    overview = {
        "title": "Overview",
        "path": "overview",
        "type": "sections",
        "max_columns": 3,
        "sections": [*sections, OVERVIEW["house"]] if sections else [{"type": "grid", "cards": [NOTHING]}],
    }
    return [overview, *own]


def section(exhibit: Exhibit) -> dict[str, Any]:
    """Return the section of a vendor in the overview: a heading, which opens its view, a picture and tiles."""
    part = OVERVIEW[exhibit.domain]
    badges = [{"type": "entity", "show_state": True, "show_icon": True, **badge} for badge in part["badges"]]
    heading = {
        "type": "heading",
        "heading": exhibit.vendor.title,
        "icon": part["icon"],
        "badges": badges,
        "tap_action": {"action": "navigate", "navigation_path": f"/{URL_PATH}/{exhibit.domain}"},
    }
    tiles = [{"type": "tile", "grid_options": {"columns": 6}, **tile} for tile in part["tiles"]]
    return {"type": "grid", "cards": [heading, part["picture"], *tiles]}


def view(exhibit: Exhibit) -> dict[str, Any]:
    """Return the view of a vendor."""
    path = REPOSITORY / "dashboards" / f"{exhibit.domain}.yaml"
    parsed: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return parsed


def entities_in(part: Any) -> Iterator[str]:
    """Yield the entities in a part of a dashboard."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from entities_in(one)
    elif isinstance(part, dict):
        for key in NAMING & part.keys():
            yield from entities_in(part[key])
