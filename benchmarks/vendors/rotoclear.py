"""Rotoclear: one control unit with all its variables."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from .base import Camera, Command, Entry, Vendor

TOKEN = "bench-token"
MAC = "00:15:5d:c2:00:01"
UNITS = 200
LARGE_PICTURES = {"recordingResolution": "4K", "recordingFps": 60, "recordingPictureQuality": 80}
# Switches that nothing else follows, and what they are when a unit starts.
CHANGING = {"light0": False, "autoRotate0": False, "autoRotate1": False, "noiseSuppression": True, "ntpSync": True}
UNCHANGED = "backupWithTimeStamp"
# A unit has no fifty measurements; these are all that drift.
DRIFTING = ("RPM0", "RPM1", "rpm0", "rpm1", "fpgaTemp", "oct0", "oct1", "psi0", "psi1", "psiSetpoint")
UNITS_OF = {"fpgaTemp": "°C", "oct0": "°C", "oct1": "°C", "psi0": "mbar", "psi1": "mbar", "psiSetpoint": "mbar"}


def _simulators(size: int) -> dict[str, Any]:
    from simulators.rotoclear import SIMULATOR

    units = UNITS if size >= UNITS else 1
    return {
        f"unit{number}": SIMULATOR(token=TOKEN, mac=f"00:15:5D:C2:{number // 256:02X}:{number % 256 + 1:02X}")
        for number in range(units)
    }


def _entry(ports: Mapping[str, int], unit: str = "unit0") -> Entry:
    number = int(unit.removeprefix("unit"))
    return Entry(
        data={
            "host": "127.0.0.1",
            "port": ports[unit],
            "ssl": False,
            "verify_ssl": True,
            "username": "API-User",
            "token": TOKEN,
        },
        unique_id=f"00:15:5d:c2:{number // 256:02x}:{number % 256 + 1:02x}",
    )


def _url(ports: Mapping[str, int], path: str, unit: str = "unit0") -> URL:
    return URL(f"http://127.0.0.1:{ports[unit]}{path}").with_query(user="API-User", token=TOKEN)


async def _connect(
    session: aiohttp.ClientSession, ports: Mapping[str, int], unit: str = "unit0"
) -> aiohttp.ClientWebSocketResponse:
    websocket = await session.ws_connect(_url(ports, "/api", unit))
    await websocket.receive()
    return websocket


def _change(number: int, _size: int) -> str:
    turn, place = divmod(number, len(CHANGING))
    key, first = list(CHANGING.items())[place]
    return f'{{"{key}":{str(first == bool(turn % 2)).lower()}}}'


def _flood(number: int, _size: int) -> str:
    key = DRIFTING[number % len(DRIFTING)]
    value = 100 + number // len(DRIFTING) % 900
    return f'{{"{key}":"{value}{UNITS_OF[key]}"}}' if key in UNITS_OF else f'{{"{key}":{value}}}'


async def _set_light(
    session: aiohttp.ClientSession, ports: Mapping[str, int], websocket: aiohttp.ClientWebSocketResponse, on: bool
) -> None:
    wanted = b'{"light0":%s}' % (b"true" if on else b"false")
    headers = {"Content-Type": "application/json"}
    async with session.post(_url(ports, "/api"), data=wanted, headers=headers) as response:
        await response.read()
    while (await websocket.receive()).data != wanted.decode():
        pass


VENDOR = Vendor(
    domain="rotoclear",
    sizes=(110,),
    simulators=_simulators,
    entry=_entry,
    messages={
        "change": _change,
        "same": lambda _number, _size: f'{{"{UNCHANGED}":false}}',
        "flood": _flood,
        "tick": lambda number, _size: f'{{"recordTime":{number + 1}}}',
        "marker": lambda number, _size: f'{{"light1":{"false" if number % 2 else "true"}}}',
    },
    marker=("light", f"{MAC}_light1"),
    flooded=tuple(("sensor", f"{MAC}_{key}_sensor") for key in DRIFTING),
    connect=_connect,
    camera=Camera(
        entity=("camera", f"{MAC}_camera"),
        url=lambda ports: _url(ports, "/camera.mjpeg"),
        prepare="large_pictures",
        upstreams="upstreams",
    ),
    extras={
        "large_pictures": lambda units: units["unit0"].unit.change(LARGE_PICTURES),
        "upstreams": lambda units: units["unit0"].camera.viewers,
    },
    command=Command(service="light.turn_{}", entity=("light", f"{MAC}_light0"), raw=_set_light),
)
