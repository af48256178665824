"""One changed value compared with ESPHome: ours from bytes to state, ESPHome's from value to state, in turn.

The second row adds to ESPHome's time a bare WebSocket, which receives and decodes a frame for each value.
"""

import asyncio
from collections.abc import Iterator, Sequence
import itertools
from typing import Any

import aiohttp

from harness.vendor import Entry

from ..clocks import Stopwatch
from ..results import CPU_US, Result, WrongCount, compared
from ..session import Session, Writes, no_collection, session


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor at one size."""
    blocks, count = (2, 200) if quick else (20, 250)
    ours, peer, fed_peer = Stopwatch(), Stopwatch(), Stopwatch()
    async with session(name, size) as one:
        (websocket,) = await one.connect_floor()
        entry = await one.home.add(Entry(domain="core_path", title="Peer", data={"kind": "esphome", "entities": size}))
        data, values = entry.runtime_data, _changes(size)
        await one.write_each_once()
        with Writes(one) as writes:
            for value in itertools.islice(values, size):
                data.async_update_state(value)
        if writes.total != size:
            raise WrongCount(f"{size} values of ESPHome wrote {writes.total} states")
        async with no_collection():
            for _ in range(blocks):
                await one.prepare("change", count)
                with ours:
                    await one.until_marked()
                block = list(itertools.islice(values, count))
                with peer:
                    for value in block:
                        data.async_update_state(value)
                await one.prepare("change", count, to_floor=True)
                block = list(itertools.islice(values, count))
                reader = asyncio.create_task(_feed(one, websocket, data, block))
                with fed_peer:
                    await one.send()
                    await reader
    sent = blocks * count
    mine, its, fed = (watch.cpu / sent * 1e6 for watch in (ours, peer, fed_peer))
    return [
        compared(f"one changed value beside ESPHome's ({size} entities)", name, CPU_US, mine, its),
        compared(
            f"one changed value; ESPHome's sensors fed by as many frames ({size} entities)", name, CPU_US, mine, fed
        ),
    ]


async def _feed(one: Session, websocket: aiohttp.ClientWebSocketResponse, data: Any, values: Sequence[Any]) -> None:
    """Receive and decode a frame for each value, and then the marker."""
    for value in values:
        one.workload.decode((await websocket.receive()).data)
        data.async_update_state(value)
    one.workload.decode((await websocket.receive()).data)


def _changes(count: int) -> Iterator[Any]:
    """Yield changes of `count` sensors in turn, without an end."""
    # It is only installed for the full benchmarks.
    from aioesphomeapi import BinarySensorState

    for turn in itertools.count():
        for key in range(count):
            yield BinarySensorState(key=key, state=turn % 2 == 0)
