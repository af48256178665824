"""Time and memory of the setup of thousands of entities. Floor: as many bare sensors with as many devices.

Each side is measured by `once` in a child process.
"""

import asyncio
import gc
import json
import sys
from typing import Any

from harness.vendor import Entry

from ..child import in_child
from ..clocks import Stopwatch, resident_bytes
from ..results import Result, compared
from ..session import session
from ..workloads import workload_named

BARE = "bare"


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor and the bare sensors."""
    # At the same time, on two cores, so that other programs disturb both.
    children = await asyncio.gather(*(in_child(__name__, side, name, str(size)) for side in (name, BARE)))
    seconds = [child["cpu"] / child["entities"] * size for child in children]
    memory = [child["bytes"] / child["entities"] for child in children]
    return [
        compared(f"setting up {size} entities", name, "CPU s", *seconds),
        compared(f"memory per entity, of {size}", name, "bytes", *memory),
    ]


async def once(name: str, vendor: str, size: int) -> dict[str, Any]:
    """Set up an entry of the vendor or of the bare sensors; return CPU seconds, bytes and entities.

    Both are set up with the components of the vendor's platforms, because some components do work for every entity, for
    example `conversation`, which is a dependency of assist satellites.
    """
    async with session("core_path" if name == BARE else name, 50 if name == BARE else size, load=False) as one:
        # The time of the imports belongs to the measure `start`.
        await import_everything(one.hass, workload_named(vendor).domain)
        before = len(one.hass.states.async_all())
        # The garbage collector ignores frozen objects, so that it does not disturb one side by chance.
        gc.collect()
        gc.freeze()
        memory = resident_bytes()
        watch = Stopwatch()
        with watch:
            # Not `Session.load`, which collects garbage.
            if name == BARE:
                await one.home.add(Entry(domain="core_path", title="Bare", data={"kind": BARE, "entities": size}))
            else:
                for unit in one.units:
                    await one.add(unit)
        gc.collect()
        return {
            "cpu": watch.cpu,
            "bytes": resident_bytes() - memory,
            "entities": len(one.hass.states.async_all()) - before,
        }


async def import_everything(hass: Any, domain: str) -> None:
    """Load the integration, its platforms and its dependencies."""
    from homeassistant.const import Platform
    from homeassistant.loader import async_get_integration
    from homeassistant.setup import async_setup_component

    for known in ("core_path", domain):
        integration = await async_get_integration(hass, known)
        await integration.async_get_component()
        platforms = integration.platforms_exists([platform.value for platform in Platform])
        await integration.async_get_platforms(platforms)
        for platform in (*integration.dependencies, *platforms):
            await async_setup_component(hass, platform, {})


if __name__ == "__main__":
    print(json.dumps(asyncio.run(once(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
