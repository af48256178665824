"""The shared push code: a WebSocket with N boolean keys and 50 numbers."""

from typing import override

import aiohttp
from aiohttp import web
import orjson

from harness.vendor import Entry
from simulators.kit import Simulator

from ..workload import Workload

NUMBERS = 50


class PlainFeeder(Simulator):
    """A server that sends the full state to each client."""

    name = "core_path"

    def __init__(self, size: int) -> None:
        """Initialize with this number of boolean keys, and the numbers."""
        super().__init__()
        self._full = {f"k{number}": False for number in range(size)} | {f"m{number}": 0.0 for number in range(NUMBERS)}

    @override
    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/", self._serve)
        return application

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_str(orjson.dumps(self._full).decode())
        async for _ in websocket:
            pass
        return websocket


async def _connect(session: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    websocket = await session.ws_connect(f"http://127.0.0.1:{port}/")
    await websocket.receive()
    return websocket


def _change(number: int, size: int) -> str:
    """Change all keys in turn except the marker, and a tenth for `same`."""
    changing = size - size // 10 - 1
    turn, key = divmod(number, changing)
    return f'{{"k{key + 1}":{"false" if turn % 2 else "true"}}}'


def _same(number: int, size: int) -> str:
    return f'{{"k{size - 1 - number % (size // 10)}":false}}'


WORKLOAD = Workload(
    domain="core_path",
    sizes=(50, 500, 5000),
    simulator=lambda size, _unit: PlainFeeder(size),
    entry=lambda port, _size, _unit: Entry(domain="core_path", title="Core path", data={"kind": "push", "port": port}),
    messages={
        "change": _change,
        "same": _same,
        "flood": lambda number, _: f'{{"m{number % NUMBERS}":{number}.5}}',
        "marker": lambda number, _: f'{{"k0":{"false" if number % 2 else "true"}}}',
    },
    marker=("binary_sensor", "{entry_id}_k0"),
    flooded=tuple(("sensor", f"{{entry_id}}_m{number}") for number in range(NUMBERS)),
    connect=_connect,
)
