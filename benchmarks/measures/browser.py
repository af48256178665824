"""The latency from a frame of the device to the state in a browser, and from a press in the browser to the new state.

Device and browser are in one process, that of the feeder, so that one clock measures both ends. Floor: a bare WebSocket
to the same device in the same Home Assistant, whose messages are decoded and written with `async_set`; for a press, an
action that sends the command by a raw socket. Ours and the floor are measured in turn, with the same browser.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import itertools
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import ServiceCall
from homeassistant.setup import async_setup_component

from ..results import Result, at_percentiles
from ..session import Session, session
from .command import raw_line, switch_off, target_of
from .webhook import FLOOR, FLOOR_PATH, next_message, prepare

# Changes per second of other entities in a busy home.
BUSY = 2000


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    count = 10 if quick else 200
    async with session(name, size) as one, _browser(one):
        rows = []
        if one.workload.connect is not None:
            async with _floor_of_frames(one):
                rows += await _frames(one, count, "idle")
                await one.feeder("load", sockets=[0], kind="change", rate=BUSY)
                rows += await _frames(one, count, f"{BUSY} changes a second elsewhere")
                await one.feeder("load", sockets=[], kind="change", rate=0)
        if one.workload.webhook is not None:
            rows += await _webhooks(one, count)
        if one.workload.command is not None:
            rows += await _presses(one, max(10, count // 4))
    return rows


@asynccontextmanager
async def _browser(one: Session) -> AsyncGenerator[None]:
    """Open the browser of the feeder."""
    await async_setup_component(one.hass, "websocket_api", {})
    user = await one.hass.auth.async_create_user("bench", group_ids=[GROUP_ID_ADMIN])
    token = await one.hass.auth.async_create_refresh_token(user, client_id="http://127.0.0.1")
    one.hass.states.async_set(FLOOR, "first")
    await one.feeder("browse", port=one.home.http_port, token=one.hass.auth.async_create_access_token(token))
    yield
    await one.feeder("close_browser")


@asynccontextmanager
async def _floor_of_frames(one: Session) -> AsyncGenerator[None]:
    """Write a state for each frame of a bare WebSocket."""
    (websocket,) = await one.connect_floor()
    numbers = itertools.count()
    attributes = one.floor_attributes

    async def write() -> None:
        async for message in websocket:
            one.workload.decode(message.data)
            one.hass.states.async_set(FLOOR, str(next(numbers)), attributes)

    writing = asyncio.create_task(write())
    yield
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await websocket.close()


async def _frames(one: Session, count: int, label: str) -> list[Result]:
    ours, floor = await one.seen_in_turn(count, one.entity_id(one.workload.marker), FLOOR)
    return at_percentiles(f"frame to browser, {label}", one.name, ours, floor)


async def _webhooks(one: Session, count: int) -> list[Result]:
    entity_id = await prepare(one)
    posts: list[dict[str, Any]] = []
    for _ in range(count):
        path, headers, body = next_message(one)
        posts.append({"path": path, "headers": headers, "body": body.decode(), "entity_id": entity_id})
        posts.append({"path": FLOOR_PATH, "headers": {}, "body": body.decode(), "entity_id": FLOOR})
    took = (await one.feeder("post", port=one.home.http_port, posts=posts))["took"]
    return at_percentiles("webhook to browser, idle", one.name, took[0::2], took[1::2])


async def _presses(one: Session, count: int) -> list[Result]:
    """Measure presses of ours, which switch on, and of the floor, which switch off, in turn."""
    command = one.workload.command
    assert command is not None
    entity_id, data = target_of(one, command)
    async with raw_line(one) as line:

        async def by_hand(_call: ServiceCall) -> None:
            await command.raw(one.client, one.feeder.ports[0], line)
            one.hass.states.async_set(FLOOR, str(asyncio.get_running_loop().time()))

        one.hass.services.async_register("core_path", "floor", by_hand)
        ours: dict[str, Any] = {"action": command.service, "data": data, "entity_id": entity_id, "state": "on"}
        floor: dict[str, Any] = {"action": "core_path.floor", "data": {}, "entity_id": FLOOR, "state": None}
        await switch_off(one, line)
        took = (await one.feeder("press", presses=[ours, floor] * count))["took"]
    return at_percentiles("press to browser, idle", one.name, took[0::2], took[1::2])
