"""The demo's dashboard: an overview, and a view per vendor from dashboards/<vendor>.yaml."""

from collections.abc import Iterator
from typing import Any

import yaml

from .client import Client
from .exhibit import Exhibit
from .vendors import OVERVIEW, REPOSITORY

URL_PATH = "demo-home"
# Keys below which a dashboard names entities, or holds cards that do.
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
NOTHING = {"type": "markdown", "content": "No vendor is shown: each was left out, and the terminal shows why."}


async def show(client: Client, exhibits: list[Exhibit]) -> None:
    """Make the dashboard, and make it what a person sees after the login."""
    dashboards = await client.call("lovelace/dashboards/list")
    if all(dashboard["url_path"] != URL_PATH for dashboard in dashboards):
        await client.call(
            "lovelace/dashboards/create", url_path=URL_PATH, title="Demo", icon="mdi:view-dashboard", mode="storage"
        )
    await client.call("lovelace/config/save", url_path=URL_PATH, config={"views": views(exhibits)})
    await client.call("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


def views(exhibits: list[Exhibit]) -> list[dict[str, Any]]:
    """Return the overview and each vendor's own view."""
    # Without its icon a view's tab shows its name.
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
    """Return a vendor's part of the overview: its title, which leads to its view, a picture and equal tiles."""
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
    """Return a vendor's view, as a person would paste it into a dashboard."""
    path = REPOSITORY / "dashboards" / f"{exhibit.domain}.yaml"
    parsed: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return parsed


def entities_in(part: Any) -> Iterator[str]:
    """Name every entity that a piece of a dashboard shows."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from entities_in(one)
    elif isinstance(part, dict):
        for key in NAMING & part.keys():
            yield from entities_in(part[key])
