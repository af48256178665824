"""Rotoclear: control units with all their variables."""

from dataclasses import replace
from typing import Any

import aiohttp
from yarl import URL

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.rotoclear import TOKEN, UNIT

from ..workload import Camera, Command, Workload

UNITS = 200
PER_UNIT = 110
LARGE_PICTURES = {"recordingResolution": "4K", "recordingFps": 60, "recordingPictureQuality": 80}
# Switches with one entity each, and their initial states.
CHANGING = {"light0": False, "autoRotate0": False, "autoRotate1": False, "noiseSuppression": True, "ntpSync": True}
UNCHANGED = "backupWithTimeStamp"
# All measurements of a unit. Five units have fifty.
DRIFTING = ("RPM0", "RPM1", "rpm0", "rpm1", "fpgaTemp", "oct0", "oct1", "psi0", "psi1", "psiSetpoint")
UNITS_OF = {"fpgaTemp": "°C", "oct0": "°C", "oct1": "°C", "psi0": "mbar", "psi1": "mbar", "psiSetpoint": "mbar"}


def _mac(unit: int) -> str:
    return f"00:15:5d:c2:{unit // 256:02x}:{unit % 256 + 1:02x}"


def _simulator(_size: int, unit: int) -> Any:
    return UNIT.simulator(mac=_mac(unit).upper())


def _entry(port: int, _size: int, unit: int) -> Entry:
    # A different name for each unit, because Home Assistant would have to search for free entity ids.
    return replace(UNIT.entry(Address(LOOPBACK, port)), unique_id=_mac(unit), title=f"Mill {unit + 1}")


def _url(port: int, path: str) -> URL:
    return URL(f"http://127.0.0.1:{port}{path}").with_query(user="API-User", token=TOKEN)


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    websocket = await session.ws_connect(_url(port, "/api"))
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


async def _light_off(session: aiohttp.ClientSession, port: int, websocket: aiohttp.ClientWebSocketResponse) -> None:
    wanted = '{"light0":false}'
    headers = {"Content-Type": "application/json"}
    async with session.post(_url(port, "/api"), data=wanted.encode(), headers=headers) as response:
        await response.read()
    while (await websocket.receive()).data != wanted:
        pass


WORKLOAD = Workload(
    domain="rotoclear",
    sizes=(50, 500, 5000),
    per_unit=PER_UNIT,
    simulator=_simulator,
    entry=_entry,
    messages={
        "change": _change,
        "same": lambda _number, _size: f'{{"{UNCHANGED}":false}}',
        "flood": _flood,
        "tick": lambda number, _size: f'{{"recordTime":{number + 1}}}',
        "marker": lambda number, _size: f'{{"light1":{"false" if number % 2 else "true"}}}',
    },
    marker=("light", "{unique_id}_light1"),
    flooded=tuple(("sensor", f"{{unique_id}}_{key}_sensor") for key in DRIFTING),
    connect=_connect,
    hall_units=UNITS,
    camera=Camera(
        entity=("camera", "{unique_id}_camera"),
        url=lambda port: _url(port, "/camera.mjpeg"),
        prepare="large_pictures",
        upstreams="upstreams",
    ),
    extras={
        "large_pictures": lambda simulator: simulator.unit.change(LARGE_PICTURES),
        "upstreams": lambda simulator: simulator.camera.viewers,
    },
    command=Command(service="light.turn_on", entity=("light", "{unique_id}_light0"), raw=_light_off),
)
