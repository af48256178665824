"""The demo's dashboard: an overview, and a view per vendor from dashboards/<vendor>.yaml."""

from collections.abc import Iterator
from typing import Any

import yaml

from .client import Client
from .exhibit import Exhibit
from .vendors import REPOSITORY

URL_PATH = "demo-home"
# Keys below which a dashboard names entities, or holds cards that do.
NAMING = {
    "badges",
    "camera_image",
    "card",
    "cards",
    "elements",
    "entities",
    "entity",
    "entity_id",
    "image_entity",
    "sections",
    "target",
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
    sections = [first_section(exhibit) for exhibit in exhibits] or [{"type": "grid", "cards": [NOTHING]}]
    overview = {"title": "Overview", "path": "overview", "type": "sections", "max_columns": 4, "sections": sections}
    return [overview, *own]


def first_section(exhibit: Exhibit) -> dict[str, Any]:
    """Return the first section of a vendor's view, under the vendor's name."""
    section: dict[str, Any] = view(exhibit)["sections"][0]
    for card in section["cards"][:1]:
        if card["type"] == "heading":
            card["heading"] = exhibit.vendor.title
    return section


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
