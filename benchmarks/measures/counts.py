"""The quick measure: all counts of a vendor in one Home Assistant, with rough times.

It raises WrongCount for a wrong count; the times are not checked.
"""

from ..results import Result
from ..session import Session, session
from . import command, flood, messages, mjpeg, reloads, webhook


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    rows: list[Result] = []
    async with session(name, size) as one:
        vendor = one.workload
        if vendor.command:  # first, because the messages below change states without the simulated devices
            rows += await command.measure(one, count=5)
        if "change" in vendor.messages:
            rows += await _messages(one, quick)
        if vendor.flooded:
            await flood.count_writes(one, seconds=0.5)
        if vendor.camera:
            await mjpeg.count_upstreams(one, viewers=8)
        if vendor.webhook:
            rows += await webhook.measure(one, count=20)
        await reloads.reload(one, 2)
        await reloads.count_left(one, 4)
    return rows


async def _messages(one: Session, quick: bool) -> list[Result]:
    await messages.count_writes(one)
    (websocket,) = await one.connect_floor()
    try:
        rows = [await messages.measure(one, websocket, kind, 0, quick) for kind in ("change", "same")]
    finally:
        await websocket.close()
    return [row for kind in rows for row in kind]
