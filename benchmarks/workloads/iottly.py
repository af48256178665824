"""Iottly: messages are sent to a webhook of Home Assistant."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
import orjson
from yarl import URL

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.iottly import GREENHOUSE, PROJECT, PROJECT_IN_CLOUD, TOKEN, WEBHOOK_ID
from simulators.kit import free_port

from ..workload import Command, Wiring, Workload

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigSubentryDataWithId

# A switch that sends a command, and has the state from the response of the board.
RELAY = "relay"
SWITCH: ConfigSubentryDataWithId = {
    "subentry_id": RELAY,
    "subentry_type": "command_switch",
    "title": "Relay",
    "unique_id": None,
    "data": {
        "board": GREENHOUSE,
        "cmd_type": "relay",
        "values_on": {"status": "on"},
        "values_off": {"status": "off"},
        "state_key": "relay.status",
    },
}


def _simulator(_size: int, _unit: int) -> Any:
    return PROJECT_IN_CLOUD.simulator()


def _entry(port: int, _size: int, _unit: int) -> Entry:
    return PROJECT_IN_CLOUD.entry(Address(LOOPBACK, port))


def _message(_entry: Any, number: int) -> tuple[str, dict[str, str], bytes]:
    """Change a flag, which is not throttled."""
    payload = {"frost": {"danger": number % 2 == 0}}
    headers = {"X-Iottly-Device": GREENHOUSE, "Content-Type": "application/json"}
    return f"/api/webhook/{WEBHOOK_ID}", headers, json.dumps(payload).encode()


@asynccontextmanager
async def _line(wiring: Wiring) -> AsyncGenerator[asyncio.Queue[Any]]:
    """Let the cloud send each message to the webhook of Home Assistant and to a bare handler, which queues it."""
    messages: asyncio.Queue[Any] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        messages.put_nowait(orjson.loads(await request.read()))
        return web.Response()

    application = web.Application()
    application.router.add_post("/", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    for place in (f"{wiring.http_port}/api/webhook/{WEBHOOK_ID}", f"{port}/"):
        await wiring.extra("webhook", url=f"http://127.0.0.1:{place}")
    yield messages
    await wiring.extra("no_webhooks")
    await runner.cleanup()


async def _relay_off(session: aiohttp.ClientSession, port: int, messages: asyncio.Queue[Any]) -> None:
    url = URL(f"http://127.0.0.1:{port}/v1.0/project/{PROJECT}/device/{GREENHOUSE}/command")
    command = {"cmd_type": "relay", "values": {"relay.status": "off"}}
    async with session.post(url, json=command, headers={"Authentication": f"bearer {TOKEN}"}) as response:
        await response.read()
    while True:
        match await messages.get():
            case {"msg": {"payload": {"relay": {"status": "off"}}}}:
                return


WORKLOAD = Workload(
    domain="iottly",
    sizes=(30,),
    simulator=_simulator,
    entry=_entry,
    subentries=(SWITCH,),
    messages={},
    marker=("binary_sensor", f"{GREENHOUSE}_payload_frost.danger"),
    webhook=_message,
    extras={
        "webhook": lambda simulator, url: simulator.do_webhook(url),
        "no_webhooks": lambda simulator: simulator.do_no_webhooks(),
    },
    command=Command(
        service="switch.turn_on",
        entity=("switch", f"{GREENHOUSE}_command_{RELAY}"),
        raw=_relay_off,
        line=_line,
    ),
)
