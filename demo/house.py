"""The home of the demo: floors, areas, energy dashboard, automations and history."""

import asyncio
from typing import Any

from .client import Client, Refused
from .exhibit import Exhibit

AUTOMATIONS = "/api/config/automation/config"
# Level, icon, and the areas with their icons.
FLOORS: dict[str, tuple[int, str, dict[str, str]]] = {
    "Ground floor": (
        0,
        "mdi:home-floor-0",
        {"Living Room": "mdi:sofa", "Kitchen": "mdi:stove", "Entrance": "mdi:door", "Workshop": "mdi:saw-blade"},
    ),
    "Upper floor": (1, "mdi:home-floor-1", {"Bedroom": "mdi:bed", "Study": "mdi:desk"}),
    "Basement": (-1, "mdi:home-floor-b", {"Cellar": "mdi:stairs-down", "Utility Room": "mdi:meter-electric"}),
    "Outside": (0, "mdi:tree", {"Garden": "mdi:flower", "Greenhouse": "mdi:greenhouse"}),
}


async def set_up_areas(client: Client, exhibits: list[Exhibit]) -> None:
    """Create the floors and areas, and assign the devices without an area to them."""
    area_ids = await make_areas(client)
    room_of = {
        (exhibit.domain, name): area_ids[area]
        for exhibit in exhibits
        for area, names in exhibit.rooms.items()
        for name in names
    }
    for domain, device in await devices(client):
        area_id = room_of.get((domain, device["name"]))
        if area_id is not None and device["area_id"] is None:
            await client.call("config/device_registry/update", device_id=device["id"], area_id=area_id)


async def devices(client: Client) -> list[tuple[str, dict[str, Any]]]:
    """Return all devices with the domains of their integrations."""
    domains = {entry["entry_id"]: entry["domain"] for entry in await client.call("config_entries/get")}
    found = await client.call("config/device_registry/list")
    return [(domains.get(device["config_entry_id"], ""), device) for device in found]


async def make_areas(client: Client) -> dict[str, str]:
    """Create the missing floors and areas; return the ids of the areas by name."""
    floors = {floor["name"]: floor["floor_id"] for floor in await client.call("config/floor_registry/list")}
    areas = {area["name"]: area for area in await client.call("config/area_registry/list")}
    for name, (level, icon, inside) in FLOORS.items():
        if name not in floors:
            made = await client.call("config/floor_registry/create", name=name, level=level, icon=icon)
            floors[name] = made["floor_id"]
        for area, area_icon in inside.items():
            place = {"floor_id": floors[name], "icon": area_icon}
            if area not in areas:
                areas[area] = await client.call("config/area_registry/create", name=area, **place)
            elif areas[area]["floor_id"] is None:
                await client.call("config/area_registry/update", area_id=areas[area]["area_id"], **place)
    return {name: area["area_id"] for name, area in areas.items()}


async def set_up_energy(client: Client, exhibits: list[Exhibit]) -> None:
    """Set up the energy dashboard, if it is not set up yet."""
    try:
        await client.call("energy/get_prefs")
    except Refused:
        await client.call(
            "energy/save_prefs",
            energy_sources=[dict(source) for exhibit in exhibits for source in exhibit.energy.sources],
            device_consumption=[dict(device) for exhibit in exhibits for device in exhibit.energy.devices],
        )


async def create_automations(client: Client, exhibits: list[Exhibit]) -> None:
    """Create an automation from each blueprint, if it does not exist yet."""
    for exhibit in exhibits:
        for automation in exhibit.automations:
            path = f"{AUTOMATIONS}/{exhibit.domain}_{automation.blueprint}"
            try:
                await client.get(path)
            except Refused:
                blueprint = {"path": f"{exhibit.domain}/{automation.blueprint}.yaml", "input": dict(automation.inputs)}
                await client.post(path, {"alias": automation.alias, "use_blueprint": blueprint})


async def import_history(client: Client, exhibits: list[Exhibit]) -> None:
    """Import the stored readings of devices, so that the graphs have a history."""
    ids = {(domain, device["name"]): device["id"] for domain, device in await devices(client)}
    wanted = [(exhibit.domain, name) for exhibit in exhibits if (name := exhibit.history_of)]
    await asyncio.gather(
        *(
            client.call(
                "call_service",
                domain=domain,
                service="import_history",
                service_data={"device_id": ids[domain, name]},
                return_response=True,
            )
            for domain, name in wanted
        )
    )
    await client.call("call_service", domain="persistent_notification", service="dismiss_all", service_data={})
