"""The feeder: a process with the simulators of a vendor, which sends their frames at a given rate.

`python -m benchmarks.feeder VENDOR SIZE FIRST UNITS` starts the simulators. It prints their ports as a JSON line, and
then an answer to each order, a JSON line of stdin. The frames are encoded before they are sent, so that the feeder is
faster than the process that is measured.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
import itertools
import json
import struct
import sys
import time
from typing import Any, override
from unittest.mock import patch

import aiohttp
from aiohttp import web

from .browser import TIMEOUT_SECONDS, Browser
from .workload import Workload
from .workloads import workload_named


class Tracked(web.WebSocketResponse):
    """A WebSocket of any server in this process. The class keeps a list of all of them."""

    opened: list[Tracked] = []

    @override
    async def prepare(self, request: web.BaseRequest) -> Any:
        """Add the WebSocket to the list, which is in the order of the connections."""
        self.opened.append(self)
        self.bench_transport = request.transport
        return await super().prepare(request)

    def write_frames(self, frames: bytes) -> None:
        """Write encoded frames to the transport."""
        assert self.bench_transport is not None
        self.bench_transport.write(frames)

    @property
    def waiting(self) -> int:
        """The bytes in the write buffer."""
        assert self.bench_transport is not None
        return int(self.bench_transport.get_write_buffer_size())


# Limit of the write buffer.
MOST_WAITING = 1 << 20
# After each sample of a latency, so that Home Assistant can finish its other work.
PAUSE_SECONDS = 0.02


class Feeder:
    """The simulators of one vendor, and the orders."""

    def __init__(self, vendor: Workload, size: int, units: range) -> None:
        """Initialize with the numbers of the units; `size` is the number of entities of the home."""
        self.simulators = [vendor.simulator(size, unit) for unit in units]
        self._workload = vendor
        self._size = size
        self._numbers: defaultdict[tuple[int, str], Iterator[int]] = defaultdict(itertools.count)
        self._prepared: list[tuple[Tracked, bytes]] = []
        self._load: asyncio.Task[None] | None = None
        self._client: aiohttp.ClientSession
        self._browser: Browser

    async def start(self) -> list[int]:
        """Start the simulators and return their ports."""
        return [await simulator.start() for simulator in self.simulators]

    async def prepare(
        self, sockets: list[int], kind: str, count: int, marker: bool = True, among: int | None = None
    ) -> dict[str, Any]:
        """Prepare `count` messages of a kind for these WebSockets in turn, and then a marker for each WebSocket.

        A WebSocket is given by its number, in the order of the connections. There is one for each unit.
        With `among` the messages are for the first entities only, as in a home of that size.
        """
        order = [(unit, sockets[unit], kind) for unit in itertools.islice(itertools.cycle(range(len(sockets))), count)]
        if marker:
            order += [(unit, socket, "marker") for unit, socket in enumerate(sockets)]
        self._prepared = [
            (_socket(socket), encode(self._text(unit, socket, kind, among))) for unit, socket, kind in order
        ]
        return {}

    async def send(self, rate: float = 0) -> dict[str, Any]:
        """Send the prepared messages one by one, `rate` per second; at 0 without a pause."""
        frames, self._prepared = self._prepared, []
        await _write(frames, rate)
        return {"sent_at": time.time()}

    async def spread(self, sockets: list[int], kind: str, rounds: int) -> dict[str, Any]:
        """Send one message per second to each socket, evenly spread over the second; there is one for each unit."""
        start = time.monotonic()
        for turn in range(rounds):
            for place, socket in enumerate(sockets):
                await _until(start + turn + place / len(sockets))
                _socket(socket).write_frames(encode(self._text(place, socket, kind)))
        return {}

    async def browse(self, port: int, token: str) -> dict[str, Any]:
        """Open a browser connection to Home Assistant."""
        self._client = aiohttp.ClientSession()
        self._browser = await Browser.open(self._client, port, token)
        return {}

    async def close_browser(self) -> dict[str, Any]:
        """Close the browser connection."""
        await self._browser.close()
        await self._client.close()
        return {}

    async def load(self, sockets: list[int], kind: str, rate: float) -> dict[str, Any]:
        """Send `rate` messages per second in the background until the next order of this kind; 0 only stops."""
        if self._load is not None:
            self._load.cancel()
            await asyncio.gather(self._load, return_exceptions=True)
        self._load = asyncio.create_task(self._loaded(sockets, kind, rate)) if rate else None
        return {}

    async def see(self, turns: list[tuple[int, str]]) -> dict[str, Any]:
        """Send a marker to each of these sockets; return the milliseconds until the browser received the state."""
        took = []
        for socket, entity_id in turns:
            frame = encode(self._text(0, socket, "marker"))
            seen = self._browser.change_of(entity_id)
            began = time.perf_counter()
            _socket(socket).write_frames(frame)
            took.append(await _milliseconds(seen, began))
        return {"took": took}

    async def post(self, port: int, posts: list[dict[str, Any]]) -> dict[str, Any]:
        """Send each request to its webhook; return the milliseconds until the browser received the state."""
        took = []
        for one in posts:
            seen = self._browser.change_of(one["entity_id"])
            began = time.perf_counter()
            url = f"http://127.0.0.1:{port}{one['path']}"
            async with self._client.post(url, data=one["body"], headers=one["headers"]):
                took.append(await _milliseconds(seen, began))
        return {"took": took}

    async def press(self, presses: list[dict[str, Any]]) -> dict[str, Any]:
        """Call each action from the browser; return the milliseconds until it received the state."""
        took = []
        for one in presses:
            seen = self._browser.change_of(one["entity_id"], one["state"])
            began = time.perf_counter()
            await self._browser.call(one["action"], one["data"])
            took.append(await _milliseconds(seen, began))
        return {"took": took}

    async def _loaded(self, sockets: list[int], kind: str, rate: float) -> None:
        opened = [number for number, one in enumerate(Tracked.opened) if not one.closed]
        start = time.monotonic()
        for number in itertools.count():
            await _until(start + number / rate)
            place = sockets[number % len(sockets)]
            _socket(opened[place]).write_frames(encode(self._text(place, opened[place], kind)))

    async def drop(self) -> dict[str, Any]:
        """Drop all connections."""
        for simulator in self.simulators:
            simulator.drop_connections()
        return {}

    async def sockets(self) -> dict[str, Any]:
        """Return the numbers of the open WebSockets."""
        return {"open": [number for number, one in enumerate(Tracked.opened) if not one.closed]}

    async def extra(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Call an extra of the workload with the first simulator."""
        result = self._workload.extras[name](self.simulators[0], **parameters)
        if asyncio.iscoroutine(result):
            result = await result
        return {"result": result}

    def _text(self, unit: int, socket: int, kind: str, among: int | None = None) -> str:
        """Return the next message of this kind for a socket; each socket has its own count."""
        text = self._workload.messages[kind](next(self._numbers[socket, kind]), among or self._size)
        return self._workload.addressed(self.simulators[unit], text)


async def _write(frames: list[tuple[Tracked, bytes]], rate: float) -> None:
    start = time.monotonic()
    for number, (socket, frame) in enumerate(frames):
        if rate:
            await _until(start + number / rate)
        else:
            await asyncio.sleep(0)
        while socket.waiting > MOST_WAITING:  # polling, so that a full buffer costs no callbacks
            await asyncio.sleep(0.001)
        socket.write_frames(frame)


async def _milliseconds(seen: asyncio.Future[float], began: float) -> float:
    """Wait for a time of the browser and return the milliseconds since `began`, after a pause."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        took = (await seen - began) * 1000
    await asyncio.sleep(PAUSE_SECONDS)
    return took


def _socket(number: int) -> Tracked:
    return Tracked.opened[number]


async def _until(moment: float) -> None:
    """Wait until a moment of the monotonic clock, more exactly than with a timer of the event loop."""
    while (left := moment - time.monotonic()) > 0:
        await asyncio.sleep(left if left > 0.002 else 0)


def encode(text: str) -> bytes:
    """Return the text frame of a server, without masking."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


async def _main(name: str, size: int, first: int, count: int) -> None:
    patch.object(web, "WebSocketResponse", Tracked).start()
    feeder = Feeder(workload_named(name), size, range(first, first + count))
    _say({"ports": await feeder.start()})
    orders: dict[str, Callable[..., Any]] = {
        order.__name__: order
        for order in (
            feeder.prepare,
            feeder.send,
            feeder.spread,
            feeder.drop,
            feeder.sockets,
            feeder.extra,
            feeder.browse,
            feeder.close_browser,
            feeder.load,
            feeder.see,
            feeder.post,
            feeder.press,
        )
    }
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        try:
            _say(await orders[order.pop("do")](**order))
        except Exception as error:
            _say({"error": f"{type(error).__name__}: {error}"})


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], *map(int, sys.argv[2:])))
