"""PushCoordinator compared with Home Assistant's DataUpdateCoordinator, which calls all entities for each message.

The value is the time of `async_set_updated_data` alone; the floor is the time of ours, including socket and JSON.
"""

from harness.vendor import Entry

from ..clocks import Stopwatch
from ..results import CPU_US, Result, compared
from ..session import no_collection, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure at one size."""
    messages = 20 if quick else 100
    ours, fan_out = Stopwatch(), Stopwatch()
    async with session(name, size) as one:
        stock = await one.home.add(Entry(domain="core_path", title="Stock", data={"kind": "stock", "entities": size}))
        coordinator = stock.runtime_data
        await one.write_each_once()
        async with no_collection():
            for number in range(messages):
                await one.prepare("change", 20)
                with ours:
                    await one.until_marked()
                with fan_out:
                    coordinator.async_set_updated_data({**coordinator.data, f"k{number}": True})
                await one.hass.async_block_till_done()
    return [
        compared(
            f"Home Assistant's own coordinator, one changed key ({size} entities)",
            name,
            CPU_US,
            fan_out.cpu / messages * 1e6,
            ours.cpu / messages / 21 * 1e6,
        )
    ]
