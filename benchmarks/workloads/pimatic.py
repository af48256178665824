"""pimatic: a generated home of any size, with five attributes for each device."""

import contextlib
from dataclasses import replace
import json
from typing import Any

import aiohttp
import orjson
from yarl import URL

from harness.vendor import LOOPBACK, Address, Entry
from harness.vendors.pimatic import PASSWORD, SERVER, USERNAME

from ..workload import Command, Workload

PER_DEVICE = 5
NUMBERS = 50
# The events that follow a connection (docs/protocol/pimatic.md#initial-events).
INITIAL = ("hello", "devices", "rules", "variables", "pages", "groups")
SWITCH, MARKER = "device-0", "device-1"


def _simulator(size: int, _unit: int) -> Any:
    from simulators.pimatic import socket_io

    # The bare socket of the floor sends no pings.
    socket_io.PING_TIMEOUT = 3600
    return SERVER.simulator(devices=size // PER_DEVICE)


def _entry(port: int, _size: int, unit: int) -> Entry:
    # Two servers can be set up at the same time.
    return replace(SERVER.entry(Address(LOOPBACK, port)), unique_id=f"server{unit}", entry_id=None)


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    """Do the handshake by polling, upgrade to a WebSocket, and read the initial lists."""
    url = URL(f"http://127.0.0.1:{port}/socket.io/").with_query(EIO="3")
    login = {"Authorization": aiohttp.BasicAuth(USERNAME, PASSWORD).encode()}
    async with session.get(url.update_query(transport="polling", b64="1"), headers=login) as response:
        body = await response.text()
    sid = json.loads(body[body.index("{") : body.index("}") + 1])["sid"]
    websocket = await session.ws_connect(
        url.update_query(transport="websocket", sid=sid), headers=login, max_msg_size=0
    )
    await websocket.send_str("2probe")
    await websocket.receive()
    await websocket.send_str("5")
    waiting = {name for name in INITIAL if f'"{name}"' not in body}
    while waiting:
        text = (await websocket.receive()).data
        waiting -= {name for name in waiting if text.startswith(f'42["{name}"')}
    with contextlib.suppress(TimeoutError):  # the last messages of the handshake
        while True:
            await websocket.receive(timeout=0.5)
    return websocket


def _attribute(device: int, name: str, value: str) -> str:
    return (
        f'42["deviceAttributeChanged",{{"deviceId":"device-{device}","attributeName":"{name}",'
        f'"time":1795219741848,"value":{value}}}]'
    )


def _change(number: int, size: int) -> str:
    """Toggle the state of all devices in turn except the switches and the marker."""
    plain = [device for device in range(2, size // PER_DEVICE) if device % 10]
    turn, place = divmod(number, len(plain))
    device = plain[place]
    return _attribute(device, "state", str((device % 2 == 0) == bool(turn % 2)).lower())


def _same(number: int, size: int) -> str:
    device = number % (size // PER_DEVICE)
    return _attribute(device, "humidity", str(20 + device % 10))


async def _switch_off(_session: aiohttp.ClientSession, _port: int, websocket: aiohttp.ClientWebSocketResponse) -> None:
    call = {"id": "bench", "action": "callDeviceAction", "params": {"deviceId": SWITCH, "actionName": "turnOff"}}
    await websocket.send_str("42" + json.dumps(["call", call]))
    while True:
        match orjson.loads((await websocket.receive()).data[2:]):
            case ["deviceAttributeChanged", {"deviceId": "device-0", "value": False}]:
                return


WORKLOAD = Workload(
    domain="pimatic",
    sizes=(50, 500, 5000),
    simulator=_simulator,
    entry=_entry,
    messages={
        "change": _change,
        "same": _same,
        "flood": lambda number, _size: _attribute(number % NUMBERS, "power", f"{number}.5"),
        "marker": lambda number, _size: _attribute(1, "state", "false" if number % 2 else "true"),
    },
    marker=("binary_sensor", "{entry_id}/device/" + MARKER + "/attribute/state"),
    flooded=tuple(("sensor", f"{{entry_id}}/device/device-{number}/attribute/power") for number in range(NUMBERS)),
    connect=_connect,
    decode=lambda text: orjson.loads(text[2:]),
    command=Command(
        service="switch.turn_on", entity=("switch", "{entry_id}/device/" + SWITCH + "/switch"), raw=_switch_off
    ),
)
