"""The latency from a webhook to the state. Floor: a webhook handler with one `async_set`, in turn."""

import asyncio
import time
from typing import Any

from aiohttp import web
from homeassistant.components import webhook
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
import orjson

from ..results import Result, at_percentiles
from ..session import Session, session

FLOOR, FLOOR_PATH = "sensor.floor", "/api/webhook/bench-floor"


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    async with session(name, size) as one:
        return await measure(one, count=20 if quick else 200)


async def measure(one: Session, count: int) -> list[Result]:
    """Send `count` messages, ours and the floor's in turn."""
    ours, floor = [], []
    entity_id = await prepare(one)
    for _ in range(count):
        path, headers, body = next_message(one)
        ours.append(await _post(one, path, headers, body, entity_id))
        floor.append(await _post(one, FLOOR_PATH, {}, body, FLOOR))
    return at_percentiles("webhook to state", one.name, ours, floor)


async def prepare(one: Session) -> str:
    """Register the webhook of the floor; return the entity that our webhook changes."""
    webhook.async_register(one.hass, "core_path", "floor", "bench-floor", _floor)
    # The first value of a board creates the entity.
    path, headers, body = next_message(one)
    async with one.client.post(f"http://127.0.0.1:{one.home.http_port}{path}", data=body, headers=headers):
        await one.hass.async_block_till_done()
    return one.entity_id(one.workload.marker)


def next_message(one: Session) -> tuple[str, dict[str, str], bytes]:
    """Return path, headers and body of the next message to the webhook of the entry."""
    push = one.workload.webhook
    assert push is not None
    return push(one.entry, next(one.numbers))


async def _floor(hass: HomeAssistant, _webhook_id: str, request: web.Request) -> web.Response:
    orjson.loads(await request.read())
    hass.states.async_set(FLOOR, str(time.perf_counter()))
    return web.Response()


async def _post(one: Session, path: str, headers: dict[str, str], body: bytes, entity_id: str) -> float:
    """Send one message; return the milliseconds until the state is written."""
    changed: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    @callback
    def on_change(_event: Event[Any]) -> None:
        if not changed.done():
            changed.set_result(time.perf_counter())

    stop = async_track_state_change_event(one.hass, [entity_id], on_change)
    start = time.perf_counter()
    url = f"http://127.0.0.1:{one.home.http_port}{path}"
    async with one.client.post(url, data=body, headers=headers) as response:
        if response.status != 200:
            raise RuntimeError(f"the webhook answered with status {response.status}")
        await response.read()
    async with asyncio.timeout(5):
        end = await changed
    stop()
    return (end - start) * 1000
