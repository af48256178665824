"""What a person does to Home Assistant while a device is away."""

import asyncio
from collections.abc import Awaitable, Callable
import random

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError

from .faults import Scene
from .promise import HOLD, SETUP_SECONDS, SLACK, clean_end, scene_of
from .result import Row
from .vendor import BACKOFF_LONGEST, Vendor

STOP_SECONDS = 3.0


async def _stop_during_reconnect(scene: Scene, row: Row) -> None:
    """Stop Home Assistant while the device refuses every connection."""
    ours, side = scene.home, scene.side
    await side.call(side.proxy.refuse)
    row.unavailable = await ours.until(lambda: not ours.is_available, ours.vendor.loses + SLACK)
    await asyncio.sleep(HOLD)
    began = ours.hass.loop.time()
    await ours.stop()
    row.demand(ours.hass.loop.time() - began < STOP_SECONDS + SLACK, "Home Assistant stops slowly")
    tasks = await ours.left_tasks()
    row.left = len(tasks)
    row.demand(not tasks, f"tasks left: {tasks}")


async def _reload_during_reconnect(scene: Scene, row: Row) -> None:
    """Reload while the device is silent, and again when it is back."""
    ours, side, vendor = scene.home, scene.side, scene.home.vendor
    await side.call(side.proxy.hold)
    await side.call(side.proxy.reset)
    row.unavailable = await ours.until(lambda: not ours.is_available, vendor.notices + SLACK)
    try:
        async with asyncio.timeout(SETUP_SECONDS + SLACK):
            await ours.reload()
    except TimeoutError:
        row.broken.append("the reload hangs")
    row.demand(ours.entry.state is ConfigEntryState.SETUP_RETRY, f"the entry is in {ours.entry.state}")
    wanted = vendor.first + 1
    await side.call(vendor.change, side.simulator, wanted)
    await side.call(side.proxy.resume)
    began = ours.hass.loop.time()
    await ours.reload()
    row.converge_limit = BACKOFF_LONGEST + vendor.notices
    if await ours.until(lambda: ours.shows(wanted), row.converge_limit + SLACK) is None:
        row.broken.append(f"never converged: {ours.state_of(vendor.watched)}")
    else:
        row.converged = ours.hass.loop.time() - began


async def _remove_during_command(scene: Scene, row: Row) -> None:
    """Remove the entry while a command waits for an answer that does not come."""
    ours, side, vendor = scene.home, scene.side, scene.home.vendor
    await side.call(side.proxy.hold)
    data = ours.call_of(vendor.first)
    command = asyncio.create_task(ours.hass.services.async_call(*vendor.service, data, blocking=True))
    await asyncio.sleep(0.2)
    try:
        async with asyncio.timeout(STOP_SECONDS + SLACK):
            await ours.hass.config_entries.async_remove(ours.entry.entry_id)
    except TimeoutError:
        row.broken.append("removing the entry hangs")
    row.sent = 1
    try:
        async with asyncio.timeout(SETUP_SECONDS):
            await command
    except HomeAssistantError:
        row.failed = 1
    except TimeoutError:
        row.lost = 1
        row.broken.append("the command never ends")
    else:
        await side.call(side.proxy.resume)
        row.lost = int(not await side.call(vendor.received, side.simulator, vendor.first))
        row.demand(not row.lost, "the command was lost silently")
    await side.call(side.proxy.resume)


LIFECYCLE: dict[str, Callable[[Scene, Row], Awaitable[None]]] = {
    "stop": _stop_during_reconnect,
    "reload": _reload_during_reconnect,
    "remove": _remove_during_command,
}
DURING = {"stop": "reconnect", "reload": "reconnect", "remove": "a command"}


async def lifecycle(vendor: Vendor, name: str, rng: random.Random) -> Row:
    """Run one of `LIFECYCLE` and return its row."""
    row = Row(vendor.name, name, DURING[name])
    async with scene_of(vendor, "idle", rng) as (scene, ours):
        row.demand(await ours.set_up(), "the setup failed without any fault")
        await LIFECYCLE[name](scene, row)
        await clean_end(scene, row)
    row.down, row.up = (ours.lines.count(vendor.domain, words) for words in ("is unavailable", "is available again"))
    row.broken.extend(ours.lines.loud())
    return row
