"""The setup of the demo in a running Home Assistant: entries, home and dashboard."""

import asyncio
from dataclasses import dataclass
from typing import Any

from .client import Client
from .dashboard import show
from .errors import DemoError
from .exhibit import Exhibit, Flow
from .hass import confirm_http, run_flow, wait_until_running
from .house import create_automations, import_history, set_up_areas, set_up_energy
from .simulators import Simulators

FLOWS = "/api/config/config_entries/flow"
LOAD_SECONDS = 60
SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A running Home Assistant with its simulators and vendors."""

    client: Client
    simulators: Simulators
    exhibits: list[Exhibit]


async def set_up(demo: Demo, *, bare: bool = False) -> None:
    """Add everything that earlier runs have not added, or nothing if `bare`, and create the dashboard."""
    await confirm_http(demo.client)
    await wait_until_running(demo.client)
    if not bare:
        await asyncio.gather(*(add(demo, exhibit) for exhibit in demo.exhibits))
        await set_up_home(demo)
    await show(demo.client, demo.exhibits)


async def set_up_home(demo: Demo) -> None:
    """Set up areas, the energy dashboard, automations and history, and switch on some devices."""
    await set_up_areas(demo.client, demo.exhibits)
    await set_up_energy(demo.client, demo.exhibits)
    await create_automations(demo.client, demo.exhibits)
    await asyncio.gather(
        import_history(demo.client, demo.exhibits),
        *(one.activate(demo.client, demo.simulators) for one in demo.exhibits if one.activate is not None),
    )


async def add(demo: Demo, exhibit: Exhibit) -> None:
    """Add the entries of a vendor by its config flow, if they are missing or the port of a simulator has changed."""
    entries = await entries_of(demo.client, exhibit)
    moved = demo.simulators.moved & {endpoint.name for endpoint in exhibit.endpoints}
    if len(entries) != len(exhibit.flows) or moved:
        for entry in entries:
            await demo.client.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
        for flow in exhibit.flows:
            await add_entry(demo, exhibit, flow)
    if exhibit.prepare is not None:
        await exhibit.prepare(demo.client, demo.simulators)


async def add_entry(demo: Demo, exhibit: Exhibit, flow: Flow) -> None:
    """Run a config flow, and then the flows of its subentries."""
    created = await run_flow(demo.client, FLOWS, exhibit.domain, flow.answers(demo.simulators))
    entry_id = created["result"]["entry_id"]
    for kind, flows in flow.subentries.items():
        for subentry in flows:
            await wait_until_loaded(demo.client, exhibit)
            await run_flow(demo.client, SUBENTRY_FLOWS, [entry_id, kind], subentry.answers(demo.simulators))


async def wait_until_loaded(client: Client, exhibit: Exhibit) -> list[dict[str, Any]]:
    """Wait until all config entries of a vendor are loaded, and return them. Raises DemoError after a minute.

    Home Assistant reloads an entry when a subentry is added.
    """
    for _ in range(LOAD_SECONDS * 5):
        entries = await entries_of(client, exhibit)
        if entries and all(entry["state"] == "loaded" for entry in entries):
            return entries
        await asyncio.sleep(0.2)
    states = ", ".join(f"{entry['state']} ({entry['reason'] or 'no reason given'})" for entry in entries) or "absent"
    raise DemoError(f"{exhibit.domain} is not loaded within {LOAD_SECONDS} s: {states}")


async def entries_of(client: Client, exhibit: Exhibit) -> list[dict[str, Any]]:
    """Return the config entries of a vendor."""
    entries: list[dict[str, Any]] = await client.call("config_entries/get", domain=exhibit.domain)
    return [entry for entry in entries if entry["source"] != "ignore"]
