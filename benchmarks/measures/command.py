"""The latency from a command to the state of its echo. Floor: the same over raw sockets, in turn."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import time
from typing import Any

import aiohttp
from homeassistant.core import Event, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_state_change_event

from ..results import Result, at_percentiles
from ..session import Session, session
from ..workload import Command


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    async with session(name, size) as one:
        return await measure(one, count=10 if quick else 60)


async def measure(one: Session, count: int) -> list[Result]:
    """Send `count` commands, ours and the floor's in turn."""
    async with raw_line(one) as line:
        rows = await _in_turn(one, line, count)
    # The last echo reaches the integration a little later than the raw socket.
    await asyncio.sleep(0.5)
    await one.hass.async_block_till_done()
    return rows


def raw_line(one: Session) -> AbstractAsyncContextManager[Any]:
    """Open the connection for raw commands."""
    assert one.workload.command is not None
    by_hand = one.workload.command.line
    return by_hand(one.wiring) if by_hand else _bare_websocket(one)


@asynccontextmanager
async def _bare_websocket(one: Session) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    (websocket,) = await one.connect_floor()
    yield websocket
    await websocket.close()


async def _in_turn(one: Session, line: Any, count: int) -> list[Result]:
    await switch_off(one, line)
    await _through_home_assistant(one)
    await _raw(one, line)
    ours, floor = [], []
    # Ours switches on, the floor switches off, so that each command changes the state.
    for _ in range(count):
        ours.append(await _through_home_assistant(one))
        floor.append(await _raw(one, line))
    return at_percentiles("command to echo to state", one.name, ours, floor)


def target_of(one: Session, command: Command) -> tuple[str, dict[str, Any]]:
    """Return the entity of a command, and the data of its action."""
    entity_id = one.entity_id(command.entity)
    if command.data is None:
        return entity_id, {"entity_id": entity_id}
    devices = dr.async_entries_for_config_entry(dr.async_get(one.hass), one.entry.entry_id)
    return entity_id, {"device_id": devices[0].id, **command.data}


async def switch_off(one: Session, line: Any) -> None:
    """Switch on by Home Assistant, and then off by a raw command.

    After a load of changes Home Assistant may have another state than the simulator, and the simulator sends no echo if
    a command changes nothing.
    """
    assert one.workload.command is not None
    _, data = target_of(one, one.workload.command)
    domain, _, service = one.workload.command.service.partition(".")
    await one.hass.services.async_call(domain, service, data, blocking=True)
    await _raw(one, line)


async def _through_home_assistant(one: Session) -> float:
    command = one.workload.command
    assert command is not None
    entity_id, data = target_of(one, command)
    arrived = asyncio.Event()

    @callback
    def on_change(event: Event[Any]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state == "on":
            arrived.set()

    domain, _, service = command.service.partition(".")
    stop = async_track_state_change_event(one.hass, [entity_id], on_change)
    start = time.perf_counter()
    await one.hass.services.async_call(domain, service, data, blocking=True)
    async with asyncio.timeout(10):
        await arrived.wait()
    took = time.perf_counter() - start
    stop()
    return took * 1000


async def _raw(one: Session, line: Any) -> float:
    assert one.workload.command is not None
    start = time.perf_counter()
    async with asyncio.timeout(10):
        await one.workload.command.raw(one.client, one.feeder.ports[0], line)
    return (time.perf_counter() - start) * 1000
