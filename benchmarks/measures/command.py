"""A command's way to its echo as a state. Floor: the same over raw sockets to the same simulator, in turn."""

import asyncio
from contextlib import suppress
from statistics import median
import time
from typing import Any

import aiohttp
from homeassistant.core import Event, callback
from homeassistant.helpers.event import async_track_state_change_event

from ..clocks import percentile
from ..results import Result
from ..session import Session, session

MOST_MS_MORE = 3


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    count = 10 if quick else 60
    halves, tails, floors, floor_tails = [], [], [], []
    async with session(name, size) as one:
        websocket = await one.connect_floor()
        with suppress(TimeoutError):  # it may be off already, and then nothing is told
            async with asyncio.timeout(1):
                await _raw(one, websocket)
        for _ in range(1 if quick else 5):
            ours, floor = [], []
            # One switches on, the other off: each time there is a change to tell.
            for _ in range(count):
                ours.append(await _through_home_assistant(one))
                floor.append(await _raw(one, websocket))
            halves.append(percentile(ours, 0.5))
            tails.append(percentile(ours, 0.99))
            floors.append(percentile(floor, 0.5))
            floor_tails.append(percentile(floor, 0.99))
    more = median(halves) - median(floors)
    return [
        Result(
            measure="command to echo to state, p50",
            vendor=name,
            value=median(halves),
            unit="ms",
            floor=median(floors),
            ratio=median(halves) / median(floors),
            runs=halves,
            reach=f"at most {MOST_MS_MORE} ms more",
            reached=more <= MOST_MS_MORE,
        ),
        Result(
            measure="command to echo to state, p99",
            vendor=name,
            value=median(tails),
            unit="ms",
            floor=median(floor_tails),
            ratio=median(tails) / median(floor_tails),
            runs=tails,
        ),
    ]


async def _through_home_assistant(one: Session) -> float:
    assert one.vendor.command is not None
    entity_id = one.entity_id(one.vendor.command.entity)
    arrived = asyncio.Event()

    @callback
    def on_change(event: Event[Any]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state == "on":
            arrived.set()

    domain, _, service = one.vendor.command.service.partition(".")
    stop = async_track_state_change_event(one.hass, [entity_id], on_change)
    start = time.perf_counter()
    await one.hass.services.async_call(domain, service.format("on"), {"entity_id": entity_id}, blocking=True)
    async with asyncio.timeout(10):
        await arrived.wait()
    took = time.perf_counter() - start
    stop()
    return took * 1000


async def _raw(one: Session, websocket: aiohttp.ClientWebSocketResponse) -> float:
    assert one.vendor.command is not None
    start = time.perf_counter()
    await one.vendor.command.raw(one.client, one.feeder.ports, websocket, False)
    return (time.perf_counter() - start) * 1000
