"""Instathings: a local gateway with the same sensors as the cloud project, over Socket.IO."""

from dataclasses import replace
from typing import Any

import aiohttp
import orjson

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.instathings import GATEWAY

from ..workload import Workload
from .instathings_cloud import FLOODED, PER_DEVICE, addressed, change, device_id, flood, house, marker, same


def _simulator(size: int, unit: int) -> Any:
    # The bare socket of the floor sends no pings.
    return GATEWAY.simulator(house=house(size, unit), ping_timeout=3600)


def _entry(port: int, size: int, unit: int) -> Entry:
    # A gateway cannot list its devices.
    devices = [device_id(number, unit) for number in range(size // PER_DEVICE)]
    entry = GATEWAY.entry(Address(LOOPBACK, port), devices=devices)
    return replace(entry, unique_id=f"gateway{unit}", entry_id=None)


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    websocket = await session.ws_connect(f"ws://127.0.0.1:{port}/socket.io/?EIO=3&transport=websocket")
    for _ in ("open", "connected"):
        await websocket.receive()
    return websocket


def _frame(reading: tuple[str, dict[str, Any]]) -> str:
    device, data = reading
    event = {"_id": "0" * 24, "deviceId": device, "payload": data, "ts": "2026-11-20T10:00:00.000Z"}
    return f"42{orjson.dumps(['data', event]).decode()}"


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
    marker=("binary_sensor", f"{{entry_id}}/{device_id(0, '{unit}')}/contact"),
    flooded=tuple(("sensor", f"{{entry_id}}/{device_id(place, '{unit}')}/temperature") for place in range(FLOODED)),
    connect=_connect,
    addressed=addressed,
    decode=lambda text: orjson.loads(text[2:]),
)
