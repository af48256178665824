"""Instathings: a cloud project with as many temperature sensors as wanted."""

from collections.abc import Mapping
import itertools
from typing import Any

import aiohttp
import orjson
from yarl import URL

from .base import Command, Entry, Vendor

SECRET = "bench-secret"  # noqa: S105  (of the simulator)
# Enabled entities that each of the many sensors has: temperature, humidity, battery.
PER_DEVICE = 3
FLOODED = 50
_times = itertools.count(4_000_000_000_000)


def _simulators(size: int) -> dict[str, Any]:
    from simulators.instathings.cloud import CloudSimulator
    from simulators.instathings.house import House

    cloud = CloudSimulator(House(forgiving=True), client_id="bench", client_secret=SECRET)
    cloud.command("add_many", count=max(FLOODED, size // PER_DEVICE))
    return {"cloud": cloud}


def _entry(ports: Mapping[str, int]) -> Entry:
    return Entry(
        data={
            "connection": "cloud",
            "project": "house",
            "client_id": "bench",
            "client_secret": SECRET,
            "base_url": f"http://127.0.0.1:{ports['cloud']}",
            "websocket_url": f"ws://127.0.0.1:{ports['cloud']}/",
        },
        options={"http_seconds": 0},
        unique_id="house",
    )


async def _token(session: aiohttp.ClientSession, ports: Mapping[str, int]) -> str:
    url = URL(f"http://127.0.0.1:{ports['cloud']}/authentication/v1/oauth/token")
    async with session.post(url, json={"clientId": "bench", "clientSecret": SECRET}) as response:
        return str((await response.json())["access_token"])


async def _connect(session: aiohttp.ClientSession, ports: Mapping[str, int]) -> aiohttp.ClientWebSocketResponse:
    token = await _token(session, ports)
    url = URL(f"ws://127.0.0.1:{ports['cloud']}/").with_query(project="house", access_token=token)
    websocket = await session.ws_connect(url)
    devices = URL(f"http://127.0.0.1:{ports['cloud']}/device/v1/devices")
    async with session.get(devices, headers={"Authorization": f"Bearer {token}"}) as response:
        await response.read()
    return websocket


def _reading(device: str, data: Mapping[str, Any]) -> str:
    payload = {"id": "x", "ts": next(_times), "ttl": 0, "deviceId": device, "data": data}
    return orjson.dumps({"action": "data", "payload": payload}).decode()


def _flood(number: int, _size: int) -> str:
    turn, place = divmod(number, FLOODED)
    return _reading(f"many{place:05}", {"temperature": turn % 900 / 10 + 0.05, "humidity": 50.0})


async def _set_lamp(
    session: aiohttp.ClientSession, ports: Mapping[str, int], websocket: aiohttp.ClientWebSocketResponse, on: bool
) -> None:
    url = URL(f"http://127.0.0.1:{ports['cloud']}/device/v1/control/zbPlug001/set")
    headers = {"Authorization": f"Bearer {await _token(session, ports)}"}
    async with session.post(url, json={"state": "ON" if on else "OFF"}, headers=headers) as response:
        await response.read()
    while b"zbPlug001" not in (await websocket.receive()).data.encode():
        pass


VENDOR = Vendor(
    domain="instathings",
    sizes=(110, 2000),
    simulators=_simulators,
    entry=_entry,
    messages={
        "change": lambda number, _size: _reading("knxRain01", {"data": number % 2 == 0}),
        "same": lambda _number, _size: _reading("zbDoor001", {"contact": True}),
        "flood": _flood,
        "marker": lambda number, _size: _reading("zbMotion1", {"occupancy": number % 2 == 0}),
    },
    marker=("binary_sensor", "zbMotion1_occupancy"),
    flooded=tuple(("sensor", f"many{place:05}_temperature") for place in range(FLOODED)),
    connect=_connect,
    command=Command(service="switch.turn_{}", entity=("switch", "zbPlug001_state"), raw=_set_lamp),
)
