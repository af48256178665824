"""Setting up devices that are reported by two ways: time. Floor: the same devices by one way.

Each side has a process of its own, as in `setting_up`. This module's `once` runs in it.
"""

import asyncio
import json
import sys

from homeassistant.config_entries import ConfigSubentryDataWithId

from harness.vendor import LOOPBACK, Address
from harness.vendors.instathings import CLOUD, GATEWAY
from simulators.instathings.house import GATEWAY as HUB

from ..child import in_child
from ..clocks import Stopwatch
from ..results import Result, compared
from ..session import PATIENCE_SECONDS, Session, session
from ..workloads.instathings_cloud import PER_DEVICE
from .setting_up import import_everything


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a project with its gateway on the network against the project alone."""
    both, one = await asyncio.gather(*(in_child(__name__, name, ways, str(size)) for ways in ("both", "one")))
    return [compared(f"setting up {size // PER_DEVICE} devices both ways", name, "CPU s", both, one)]


async def once(name: str, ways: str, size: int) -> float:
    """Set the project up, with its gateway or without, and return the CPU seconds until all is connected."""
    async with session(name, size, load=False) as one:
        port = (await one.feeder("extra", name="gateway"))["result"]
        await import_everything(one.hass, one.workload.domain)
        wanted = one.workload.entry(one.feeder.ports[0], size, 0)
        subentry: ConfigSubentryDataWithId = {
            "subentry_id": "gateway",
            "subentry_type": "gateway",
            "title": "Gateway",
            "unique_id": HUB,
            "data": {**Address(LOOPBACK, port).fields, "gateway_id": HUB},
        }
        watch = Stopwatch()
        with watch:
            # As people have them: with all enabled there are more than Home Assistant takes of one entry.
            subentries = (subentry,) if ways == "both" else ()
            entry = await one.home.add(wanted, subentries=subentries, enable_all=False)
            if ways == "both":
                await _connected(one, f"{entry.unique_id}/{HUB}//local_connection")
        return watch.cpu


async def _connected(one: Session, unique_id: str) -> None:
    entity_id = one.home.entity_id(CLOUD.domain, "binary_sensor", unique_id)
    assert entity_id is not None, f"{GATEWAY.name} has no sensor"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not one.hass.states.is_state(entity_id, "on"):
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(once(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
