"""`script/demo --check`: all integrations are loaded, one action of each vendor works, and the log has no errors."""

from pathlib import Path
import time

from .client import Action, Refused
from .dashboard import entities_in, section, view
from .errors import DemoError
from .exhibit import Check, Exhibit
from .session import Demo, wait_until_loaded
from .system import missing_parts

ANSWER_SECONDS = 15.0
SETTLE_SECONDS = 5.0
# Texts that Home Assistant's log must not contain, and their meanings.
LOG_FAULTS = {
    "Attempting install of": "Home Assistant installed a requirement at its start",
    "Detected blocking call": "the event loop is blocked",
    "Detected that custom integration": "Home Assistant warns about the code of an integration",
    "Setup failed for": "a component could not be set up",
}


async def check(demo: Demo, log: Path) -> bool:
    """Check all vendors and print a line for each; return True if nothing failed."""
    fine = True
    for exhibit in demo.exhibits:
        try:
            line = await check_exhibit(demo, exhibit)
        except DemoError as fault:
            line, fine = f"FAILED: {fault}", False
        print(f"{exhibit.domain:12} {line}", flush=True)
    for complaint in await faults_of_home(demo):
        print(f"house: {complaint}", flush=True)
        fine = False
    accepted = tuple(part.complaint for part in missing_parts() if part.complaint)
    for complaint in log_faults(log, accepted):
        print(f"log: {complaint}", flush=True)
        fine = False
    return fine


async def check_exhibit(demo: Demo, exhibit: Exhibit) -> str:
    """Check a vendor and return its line. Raises DemoError if something failed."""
    entries = await wait_until_loaded(demo.client, exhibit)
    if len(entries) != len(exhibit.flows):
        raise DemoError(f"{len(entries)} entries instead of {len(exhibit.flows)}")
    shown = set(entities_in([view(exhibit), section(exhibit)]))
    absent = sorted(shown - demo.client.states.keys())
    if absent:
        # A camera head or a board may be reported later.
        await demo.client.wait_until(lambda: not set(absent) - demo.client.states.keys(), SETTLE_SECONDS)
        if absent := sorted(set(absent) - demo.client.states.keys()):
            raise DemoError(f"the dashboard has entities that do not exist: {', '.join(absent)}")
    entities = await entities_of(demo, exhibit)
    milliseconds = await check_action(demo, exhibit.check)
    unavailable = sum(demo.client.state(entity_id) == "unavailable" for entity_id in entities)
    return (
        f"loaded, {len(entities)} entities ({unavailable} unavailable), "
        f"{exhibit.check.entity_id} {exhibit.check.state} in {milliseconds:.0f} ms"
    )


async def faults_of_home(demo: Demo) -> list[str]:
    """Return the faults of the automations, the repair issues and the faults of the energy dashboard."""
    states = demo.client.states
    running = {state["attributes"]["friendly_name"] for state in states.values() if state["state"] == "on"}
    wanted = {automation.alias for exhibit in demo.exhibits for automation in exhibit.automations}
    faults = [f"the automation “{alias}” is not on" for alias in sorted(wanted - running)]
    issues = await demo.client.call("repairs/list_issues")
    faults += [f"{issue['domain']} has a repair issue: {issue['issue_id']}" for issue in issues["issues"]]
    energy = await demo.client.call("energy/validate")
    return faults + [f"energy: {issue['type']}" for part in energy.values() for one in part for issue in one]


async def entities_of(demo: Demo, exhibit: Exhibit) -> list[str]:
    """Return the enabled entities of a vendor."""
    registered = await demo.client.call("config/entity_registry/list")
    return [
        entity["entity_id"]
        for entity in registered
        if entity["platform"] == exhibit.domain and entity["disabled_by"] is None
    ]


async def check_action(demo: Demo, wanted: Check) -> float:
    """Call the action, and check the state and the record of the simulator; return the milliseconds to the state."""
    client = demo.client
    await client.wait_until(
        lambda: client.state(wanted.entity_id) not in ("", "unavailable", "unknown"), SETTLE_SECONDS
    )
    if client.state(wanted.entity_id) == wanted.state:
        await act(demo, wanted.before)
        if not await client.wait_until(lambda: client.state(wanted.entity_id) != wanted.state, ANSWER_SECONDS):
            raise DemoError(f"{wanted.entity_id} is still {wanted.state} after {wanted.before.name}")
    noted = await demo.simulators.count(wanted.simulator, wanted.seen)
    started = time.perf_counter()
    await act(demo, wanted.action)
    if not await client.wait_until(lambda: client.state(wanted.entity_id) == wanted.state, ANSWER_SECONDS):
        raise DemoError(
            f"{wanted.entity_id} is {client.state(wanted.entity_id) or 'absent'} after {wanted.action.name}"
        )
    milliseconds = (time.perf_counter() - started) * 1000
    if await demo.simulators.count(wanted.simulator, wanted.seen) <= noted:
        raise DemoError(f"the simulator {wanted.simulator} did not receive {wanted.seen.kind} {wanted.seen.details}")
    await act(demo, wanted.before)
    return milliseconds


async def act(demo: Demo, action: Action) -> None:
    """Call an action. Raises DemoError with its name if it fails."""
    try:
        await demo.client.act(action)
    except Refused as refusal:
        raise DemoError(f"{action.name} failed: {refusal}") from None


def log_faults(log: Path, accepted: tuple[str, ...] = ()) -> list[str]:
    """Return the faults in Home Assistant's log, except errors in lines with an accepted end."""
    faults = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else ():
        meaning = next((meaning for text, meaning in LOG_FAULTS.items() if text in line), None)
        if meaning is None and " ERROR " in line and not line.endswith(accepted):
            meaning = "an error"
        if meaning:
            faults.append(f"{meaning}: {line}")
    return faults
