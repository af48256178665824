"""Instathings: a cloud project with any number of sensors, five for each device."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
import itertools
from typing import Any

import aiohttp
import orjson
from yarl import URL

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.instathings import CLIENT_ID, CLOUD, GATEWAY, SECRET
from simulators.instathings.house import GATEWAY as HUB

from ..workload import Command, Wiring, Workload

PER_DEVICE = 5
FLOODED = 50
PLUG = "plug00000"
# The headers of an authorized request, and the bare WebSocket.
type Line = tuple[dict[str, str], aiohttp.ClientWebSocketResponse]

_times = itertools.count(4_000_000_000_000)


def device_id(number: int, unit: int | str = 0) -> str:
    """Return the id of a device, which is unique among the units."""
    return f"many{unit}{number:05}"


def addressed(simulator: Any, text: str) -> str:
    """Replace the prefix of the first unit's device ids by that of this simulator."""
    own = next(name for name in simulator.house.things if name.startswith("many"))
    return text.replace("many0", own[: len("many0")])


def house(size: int, unit: int) -> Any:
    """Return a house with Zigbee sensors; the first unit has a gateway and a plug, too."""
    from simulators.instathings.devices import Zigbee
    from simulators.instathings.house import House

    found = House(forgiving=True)
    plug = found.things["zbPlug001"]
    plug.id = PLUG
    found.things = {HUB: found.things[HUB], PLUG: plug}
    if unit:
        found.things.clear()
    for number in range(size // PER_DEVICE):
        payload = {"contact": True, "temperature": 20.0, "humidity": 50.0, "battery": 90, "linkquality": 80}
        name = device_id(number, unit)
        found.things[name] = Zigbee(name, f"Sensor {number}", payload, "Xiaomi", "MCCGQ11LM", "Sensor", parent=None)
    return found


def change(number: int, size: int) -> tuple[str, dict[str, Any]]:
    """Open and close all devices in turn except the marker, and a tenth for `same`."""
    devices = size // PER_DEVICE
    changing = devices - devices // 10 - 1
    turn, place = divmod(number, changing)
    return device_id(place + 1), {"contact": bool(turn % 2)}


def same(number: int, size: int) -> tuple[str, dict[str, Any]]:
    """Report a value that does not change."""
    devices = size // PER_DEVICE
    return device_id(devices - 1 - number % max(1, devices // 10)), {"contact": True}


def flood(number: int, _size: int) -> tuple[str, dict[str, Any]]:
    """Change the temperatures of fifty devices in turn."""
    turn, place = divmod(number, FLOODED)
    return device_id(place), {"temperature": turn % 900 / 10 + 0.05}


def marker(number: int, _size: int) -> tuple[str, dict[str, Any]]:
    """Open and close the first device."""
    return device_id(0), {"contact": bool(number % 2)}


def _simulator(size: int, unit: int) -> Any:
    return CLOUD.simulator(house=house(size, unit), project=_project(unit))


def _project(unit: int) -> str:
    return f"house{unit}"


def _entry(port: int, _size: int, unit: int) -> Entry:
    entry = CLOUD.entry(Address(LOOPBACK, port), http_seconds=0)
    return replace(entry, data={**entry.data, "project": _project(unit)}, unique_id=_project(unit))


async def _gateway(simulator: Any) -> int:
    """Move all devices to the gateway, and start its simulator; return the port."""
    for thing in simulator.house.things.values():
        thing.parent = None if thing.id == HUB else HUB
    gateway = GATEWAY.simulator(house=simulator.house)
    port: int = await gateway.start()
    return port


async def _token(session: aiohttp.ClientSession, port: int) -> str:
    url = URL(f"http://127.0.0.1:{port}/authentication/v1/oauth/token")
    async with session.post(url, json={"clientId": CLIENT_ID, "clientSecret": SECRET}) as response:
        return str((await response.json())["access_token"])


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    return await _connect_with(session, port, await _token(session, port))


async def _connect_with(session: aiohttp.ClientSession, port: int, token: str) -> aiohttp.ClientWebSocketResponse:
    url = URL(f"ws://127.0.0.1:{port}/").with_query(project=_project(0), access_token=token)
    return await session.ws_connect(url)


@asynccontextmanager
async def _line(wiring: Wiring) -> AsyncGenerator[Line]:
    """Request a token and connect, like the integration."""
    token = await _token(wiring.client, wiring.port)
    websocket = await _connect_with(wiring.client, wiring.port, token)
    yield {"Authorization": f"Bearer {token}"}, websocket
    await websocket.close()


async def _plug_off(session: aiohttp.ClientSession, port: int, line: Line) -> None:
    headers, websocket = line
    url = URL(f"http://127.0.0.1:{port}/device/v1/control/{PLUG}/set")
    async with session.post(url, json={"state": "OFF"}, headers=headers) as response:
        await response.read()
    while True:
        match orjson.loads((await websocket.receive()).data):
            case {"action": "data", "payload": {"deviceId": "plug00000", "data": {"state": "OFF"}}}:
                return


def _frame(reading: tuple[str, dict[str, Any]]) -> str:
    device, data = reading
    payload = {"id": "x", "ts": next(_times), "ttl": 0, "deviceId": device, "data": data}
    return orjson.dumps({"action": "data", "payload": payload}).decode()


WORKLOAD = Workload(
    domain="instathings",
    sizes=(50, 500, 5000),
    simulator=_simulator,
    entry=_entry,
    messages={
        "change": lambda number, size: _frame(change(number, size)),
        "same": lambda number, size: _frame(same(number, size)),
        "flood": lambda number, size: _frame(flood(number, size)),
        "marker": lambda number, size: _frame(marker(number, size)),
    },
    marker=("binary_sensor", f"{{unique_id}}/{device_id(0, '{unit}')}/contact"),
    flooded=tuple(("sensor", f"{{unique_id}}/{device_id(place, '{unit}')}/temperature") for place in range(FLOODED)),
    connect=_connect,
    extras={"gateway": _gateway},
    two_ways=2000 * PER_DEVICE,
    addressed=addressed,
    command=Command(
        service="switch.turn_on", entity=("switch", f"{{unique_id}}/{PLUG}/state"), raw=_plug_off, line=_line
    ),
)
