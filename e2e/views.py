"""Tests of the dashboard views that the action `get_dashboard` of each integration returns."""

from collections import Counter
from typing import Any

from demo.hass import PASSWORD, USERNAME
from demo.vendors import find_exhibits

from .browser import LAPTOP, Person, Window

URL_PATH = "pasted-views"
COUNT_ERRORS = "() => e2e.bottoms('hui-error-card').length + e2e.bottoms('hui-warning').length"


async def look_at_views(window: Window) -> list[str]:
    """Create a dashboard with the view of each vendor; return the faults."""
    async with window.person(LAPTOP) as person:
        person.begin("view")
        await person.log_in(USERNAME, PASSWORD, look=False)
        views = [await view_of(person, exhibit.domain) for exhibit in find_exhibits([])[0]]
        made = await person.ask(
            type="lovelace/dashboards/create", url_path=URL_PATH, title="Pasted", show_in_sidebar=False, mode="storage"
        )
        await person.ask(type="lovelace/config/save", url_path=URL_PATH, config={"views": views})
        faults = [fault for view in views for fault in await judge(person, view)]
        await person.go("/demo-home/overview")
        await person.ask(type="lovelace/dashboards/delete", dashboard_id=made["id"])
    print(f"views        {'FAILED' if faults else f'{len(views)} views without faults'}", flush=True)
    return faults + person.complaints


async def view_of(person: Person, domain: str) -> dict[str, Any]:
    """Return the view for the device of a vendor that is the hub of most others."""
    entries = {entry["entry_id"] for entry in await person.ask(type="config_entries/get", domain=domain)}
    devices = [one for one in await person.ask(type="config/device_registry/list") if one["config_entry_id"] in entries]
    behind = Counter(device["via_device_id"] for device in devices)
    hub = max(devices, key=lambda device: behind[device["id"]])
    answer = await person.ask(
        type="call_service",
        domain=domain,
        service="get_dashboard",
        service_data={"device_id": hub["id"]},
        return_response=True,
    )
    return dict(answer["response"])


async def judge(person: Person, view: dict[str, Any]) -> list[str]:
    """Return the faults of a view, which are cards with an error and missing headings."""
    await person.go(f"/{URL_PATH}/{view['path']}")
    await person.pause(2.0)
    await person.look(view["path"])
    errors = await person.page.evaluate(COUNT_ERRORS)
    texts = await person.texts()
    headings = [section["cards"][0]["heading"] for section in view["sections"]]
    faults = [f"the view of {view['title']} has {errors} cards with an error"] if errors else []
    return faults + [f"{one} is not visible" for one in headings if one not in texts]
