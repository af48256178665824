"""The order of things: simulators, Home Assistant, entries, dashboard."""

import asyncio
from dataclasses import dataclass
from typing import Any

from .client import Client
from .dashboard import show
from .errors import DemoError
from .exhibit import Exhibit, Flow
from .hass import confirm_http, run_flow, wait_until_running
from .house import arrange, automate, import_history, set_up_energy
from .simulators import Simulators

FLOWS = "/api/config/config_entries/flow"
LOAD_SECONDS = 60
SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A Home Assistant that runs, with the vendors in it."""

    client: Client
    simulators: Simulators
    exhibits: list[Exhibit]


async def furnish(demo: Demo, *, bare: bool = False) -> None:
    """Add what an earlier run has not added yet, unless it is to stay bare, and make the dashboard."""
    await confirm_http(demo.client)
    await wait_until_running(demo.client)
    if not bare:
        await asyncio.gather(*(add(demo, exhibit) for exhibit in demo.exhibits))
        await live_in(demo)
    await show(demo.client, demo.exhibits)


async def live_in(demo: Demo) -> None:
    """Make a home of what was added: rooms, energy, automations, a past, and something that is on."""
    await arrange(demo.client, demo.exhibits)
    await set_up_energy(demo.client, demo.exhibits)
    await automate(demo.client, demo.exhibits)
    await asyncio.gather(
        import_history(demo.client, demo.exhibits),
        *(one.enliven(demo.client, demo.simulators) for one in demo.exhibits if one.enliven is not None),
    )


async def add(demo: Demo, exhibit: Exhibit) -> None:
    """Add a vendor's entries through its config flow, anew where its simulators could not keep their ports."""
    entries = await entries_of(demo.client, exhibit)
    moved = demo.simulators.moved & {endpoint.name for endpoint in exhibit.endpoints}
    if len(entries) != len(exhibit.flows) or moved:
        for entry in entries:
            await demo.client.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
        for flow in exhibit.flows:
            await go_through(demo, exhibit, flow)
    if exhibit.prepare is not None:
        await exhibit.prepare(demo.client, demo.simulators)


async def go_through(demo: Demo, exhibit: Exhibit, flow: Flow) -> None:
    """Run a config flow, and the flows of the subentries that belong to its entry."""
    created = await run_flow(demo.client, FLOWS, exhibit.domain, flow.answers(demo.simulators))
    entry_id = created["result"]["entry_id"]
    for kind, flows in flow.subentries.items():
        for subentry in flows:
            await wait_until_loaded(demo.client, exhibit)
            await run_flow(demo.client, SUBENTRY_FLOWS, [entry_id, kind], subentry.answers(demo.simulators))


async def wait_until_loaded(client: Client, exhibit: Exhibit) -> list[dict[str, Any]]:
    """Return a vendor's config entries once all are loaded; adding a subentry makes Home Assistant load them anew."""
    for _ in range(LOAD_SECONDS * 5):
        entries = await entries_of(client, exhibit)
        if entries and all(entry["state"] == "loaded" for entry in entries):
            return entries
        await asyncio.sleep(0.2)
    states = ", ".join(f"{entry['state']} ({entry['reason'] or 'no reason given'})" for entry in entries) or "absent"
    raise DemoError(f"{exhibit.domain} is not loaded within {LOAD_SECONDS} s: {states}")


async def entries_of(client: Client, exhibit: Exhibit) -> list[dict[str, Any]]:
    """Return a vendor's config entries."""
    entries: list[dict[str, Any]] = await client.call("config_entries/get", domain=exhibit.domain)
    return [entry for entry in entries if entry["source"] != "ignore"]
