"""The order of things: simulators, Home Assistant, entries, dashboard."""

import asyncio
from dataclasses import dataclass
from typing import Any

from .client import Client
from .dashboard import show
from .errors import DemoError
from .hass import confirm_http, run_flow, wait_until_running
from .simulators import Simulators
from .vendor import Flow, Vendor

FLOWS = "/api/config/config_entries/flow"
LOAD_SECONDS = 60
SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"


@dataclass(frozen=True, kw_only=True)
class House:
    """A Home Assistant that runs, with the vendors in it."""

    client: Client
    simulators: Simulators
    vendors: list[Vendor]


async def furnish(house: House, *, bare: bool = False) -> None:
    """Add what an earlier run has not added yet, unless it is to stay bare, and make the dashboard."""
    await confirm_http(house.client)
    await wait_until_running(house.client)
    if not bare:
        await asyncio.gather(*(add(house, vendor) for vendor in house.vendors))
    await show(house.client, house.vendors)


async def add(house: House, vendor: Vendor) -> None:
    """Add a vendor's entries through its config flow, anew where its simulators could not keep their ports."""
    entries = await entries_of(house.client, vendor)
    moved = house.simulators.moved & {process.name for process in vendor.simulators}
    if len(entries) != len(vendor.flows) or moved:
        for entry in entries:
            await house.client.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
        for flow in vendor.flows:
            await go_through(house, vendor, flow)
    if vendor.prepare is not None:
        await vendor.prepare(house.client, house.simulators)


async def go_through(house: House, vendor: Vendor, flow: Flow) -> None:
    """Run a config flow, and the flows of the subentries that belong to its entry."""
    created = await run_flow(house.client, FLOWS, vendor.domain, answers(house, flow))
    entry_id = created["result"]["entry_id"]
    for kind, flows in flow.subentries.items():
        for subentry in flows:
            await wait_until_loaded(house.client, vendor)
            await run_flow(house.client, SUBENTRY_FLOWS, [entry_id, kind], answers(house, subentry))


def answers(house: House, flow: Flow) -> dict[str, Any]:
    """Return what is typed on each page, now that the simulators' addresses are known."""
    return {step: inputs(house.simulators) for step, inputs in flow.steps.items()}


async def wait_until_loaded(client: Client, vendor: Vendor) -> list[dict[str, Any]]:
    """Return a vendor's config entries once all are loaded; adding a subentry makes Home Assistant load them anew."""
    for _ in range(LOAD_SECONDS * 5):
        entries = await entries_of(client, vendor)
        if entries and all(entry["state"] == "loaded" for entry in entries):
            return entries
        await asyncio.sleep(0.2)
    states = ", ".join(f"{entry['state']} ({entry['reason'] or 'no reason given'})" for entry in entries) or "absent"
    raise DemoError(f"{vendor.domain} is not loaded within {LOAD_SECONDS} s: {states}")


async def entries_of(client: Client, vendor: Vendor) -> list[dict[str, Any]]:
    """Return a vendor's config entries."""
    entries: list[dict[str, Any]] = await client.call("config_entries/get", domain=vendor.domain)
    return [entry for entry in entries if entry["source"] != "ignore"]
