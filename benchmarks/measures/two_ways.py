"""Time of the setup of devices that both the cloud and the gateway report. Floor: the same devices by the cloud only.

Each side is measured by `once` in a child process.
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
from ..session import TIMEOUT_SECONDS, Session, session
from ..workloads.instathings_cloud import PER_DEVICE
from .setting_up import import_everything


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure a project with and without its local gateway."""
    both, one = await asyncio.gather(*(in_child(__name__, name, ways, str(size)) for ways in ("both", "one")))
    return [compared(f"setting up {size // PER_DEVICE} devices both ways", name, "CPU s", both, one)]


async def once(name: str, ways: str, size: int) -> float:
    """Set up the project, with the gateway if `ways` is "both"; return the CPU seconds until all are connected."""
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
            # With all entities enabled there would be more than Home Assistant supports for one entry.
            subentries = (subentry,) if ways == "both" else ()
            entry = await one.home.add(wanted, subentries=subentries, enable_all=False)
            if ways == "both":
                await _connected(one, f"{entry.unique_id}/{HUB}//local_connection")
        return watch.cpu


async def _connected(one: Session, unique_id: str) -> None:
    entity_id = one.home.entity_id(CLOUD.domain, "binary_sensor", unique_id)
    assert entity_id is not None, f"{GATEWAY.name} has no sensor"
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not one.hass.states.is_state(entity_id, "on"):
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(once(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
