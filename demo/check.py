"""`script/demo --check`: everything is loaded, one action per vendor works from end to end, the log is clean."""

from pathlib import Path
import time

from .client import Refused
from .dashboard import entities_in, view
from .errors import DemoError
from .session import House, wait_until_loaded
from .system import missing_parts
from .vendor import Action, Check, Vendor

ANSWER_SECONDS = 15.0
SETTLE_SECONDS = 5.0
# What a log line of Home Assistant must not hold, and what it means.
LOG_FAULTS = {
    "Attempting install of": "Home Assistant had to install something at its start",
    "Detected blocking call": "something blocks the event loop",
    "Detected that custom integration": "an integration uses something that Home Assistant advises against",
    "Setup failed for": "a component could not be set up",
}


async def check(house: House, log: Path) -> bool:
    """Check every vendor and print one line for each; tell whether all is well."""
    fine = True
    for vendor in house.vendors:
        try:
            line = await check_vendor(house, vendor)
        except DemoError as fault:
            line, fine = f"FAILED: {fault}", False
        print(f"{vendor.domain:12} {line}", flush=True)
    accepted = tuple(part.complaint for part in missing_parts() if part.complaint)
    for complaint in log_faults(log, accepted):
        print(f"log: {complaint}", flush=True)
        fine = False
    return fine


async def check_vendor(house: House, vendor: Vendor) -> str:
    """Return what is to be told of a vendor that works. Raises DemoError."""
    entries = await wait_until_loaded(house.client, vendor)
    if len(entries) != len(vendor.flows):
        raise DemoError(f"{len(entries)} entries instead of {len(vendor.flows)}")
    absent = sorted(set(entities_in(view(vendor))) - house.client.states.keys())
    if absent:
        # A camera head or a board that the simulator has just reported may still be on its way.
        await house.client.wait_until(lambda: not set(absent) - house.client.states.keys(), SETTLE_SECONDS)
        if absent := sorted(set(absent) - house.client.states.keys()):
            raise DemoError(f"the dashboard shows what does not exist: {', '.join(absent)}")
    entities = await entities_of(house, vendor)
    milliseconds = await act_and_see(house, vendor.check)
    unavailable = sum(house.client.state(entity_id) == "unavailable" for entity_id in entities)
    return (
        f"loaded, {len(entities)} entities ({unavailable} unavailable), "
        f"{vendor.check.entity_id} {vendor.check.state} in {milliseconds:.0f} ms"
    )


async def entities_of(house: House, vendor: Vendor) -> list[str]:
    """Return a vendor's enabled entities."""
    registered = await house.client.call("config/entity_registry/list")
    return [
        entity["entity_id"]
        for entity in registered
        if entity["platform"] == vendor.domain and entity["disabled_by"] is None
    ]


async def act_and_see(house: House, wanted: Check) -> float:
    """Do the action; return the milliseconds until the state came back, once the simulator has seen it too."""
    client = house.client
    await client.wait_until(
        lambda: client.state(wanted.entity_id) not in ("", "unavailable", "unknown"), SETTLE_SECONDS
    )
    if client.state(wanted.entity_id) == wanted.state:
        await act(house, wanted.before)
        if not await client.wait_until(lambda: client.state(wanted.entity_id) != wanted.state, ANSWER_SECONDS):
            raise DemoError(f"{wanted.before.name} left {wanted.entity_id} {wanted.state}")
    noted = await house.simulators.count(wanted.seen)
    started = time.perf_counter()
    await act(house, wanted.action)
    if not await client.wait_until(lambda: client.state(wanted.entity_id) == wanted.state, ANSWER_SECONDS):
        raise DemoError(
            f"after {wanted.action.name} {wanted.entity_id} is {client.state(wanted.entity_id) or 'absent'}"
        )
    milliseconds = (time.perf_counter() - started) * 1000
    if await house.simulators.count(wanted.seen) <= noted:
        raise DemoError(f"the simulator {wanted.seen.simulator} did not note {wanted.seen.kind} {wanted.seen.details}")
    await act(house, wanted.before)
    return milliseconds


async def act(house: House, action: Action) -> None:
    """Call an action; an error of its own names it."""
    try:
        await house.client.act(action)
    except Refused as refusal:
        raise DemoError(f"{action.name} failed: {refusal}") from None


def log_faults(log: Path, accepted: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong according to Home Assistant's log, but for lines with an accepted end."""
    faults = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else ():
        meaning = next((meaning for text, meaning in LOG_FAULTS.items() if text in line), None)
        if meaning is None and " ERROR " in line and not line.endswith(accepted):
            meaning = "an error"
        if meaning:
            faults.append(f"{meaning}: {line}")
    return faults
