"""The other process: simulators, and a way to send their frames as fast as wanted.

`python -m benchmarks.feeder VENDOR SIZE FIRST UNITS` starts the vendor's simulators and talks JSON lines over stdin
and stdout: first the ports, then an answer to each order. What is sent on a WebSocket is prepared beforehand, so that
the process under measurement never waits for this one.
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

from .browser import PATIENCE_SECONDS, Browser
from .workload import Workload
from .workloads import workload_named


class Tracked(web.WebSocketResponse):
    """A server's WebSocket that is remembered, whatever server opened it."""

    opened: list[Tracked] = []

    @override
    async def prepare(self, request: web.BaseRequest) -> Any:
        """Remember it, in the order of the connections."""
        self.opened.append(self)
        self.bench_transport = request.transport
        return await super().prepare(request)

    def write_frames(self, frames: bytes) -> None:
        """Send finished frames."""
        assert self.bench_transport is not None
        self.bench_transport.write(frames)

    @property
    def waiting(self) -> int:
        """How many bytes the other side has not taken yet."""
        assert self.bench_transport is not None
        return int(self.bench_transport.get_write_buffer_size())


# What a transport may hold back before this process waits.
MOST_WAITING = 1 << 20
# Between two looks at the browser.
PAUSE_SECONDS = 0.02


class Feeder:
    """The simulators of one vendor and the orders they are given."""

    def __init__(self, vendor: Workload, size: int, units: range) -> None:
        """Prepare the simulators of these units for a home of so many entities."""
        self.simulators = [vendor.simulator(size, unit) for unit in units]
        self._workload = vendor
        self._size = size
        self._numbers: defaultdict[tuple[int, str], Iterator[int]] = defaultdict(itertools.count)
        self._prepared: list[tuple[Tracked, bytes]] = []
        self._load: asyncio.Task[None] | None = None
        self._client: aiohttp.ClientSession
        self._browser: Browser

    async def start(self) -> list[int]:
        """Start them and return their ports."""
        return [await simulator.start() for simulator in self.simulators]

    async def prepare(
        self, sockets: list[int], kind: str, count: int, marker: bool = True, among: int | None = None
    ) -> dict[str, Any]:
        """Make so many messages of a kind for these WebSockets in turn, then a marker for each.

        A WebSocket is known by its number in the order of their opening; the units have one each, in their order.
        `among` makes the messages of a home of that size, which this one holds.
        """
        order = [(unit, sockets[unit], kind) for unit in itertools.islice(itertools.cycle(range(len(sockets))), count)]
        if marker:
            order += [(unit, socket, "marker") for unit, socket in enumerate(sockets)]
        self._prepared = [
            (_socket(socket), encode(self._text(unit, socket, kind, among))) for unit, socket, kind in order
        ]
        return {}

    async def send(self, rate: float = 0) -> dict[str, Any]:
        """Send what was prepared: each by itself, at most `rate` a second; 0: one after the other without a pause."""
        frames, self._prepared = self._prepared, []
        await _write(frames, rate)
        return {"sent_at": time.time()}

    async def spread(self, sockets: list[int], kind: str, rounds: int) -> dict[str, Any]:
        """Send each of the sockets, one of each unit, one message a second."""
        start = time.monotonic()
        for turn in range(rounds):
            for place, socket in enumerate(sockets):
                await _until(start + turn + place / len(sockets))
                _socket(socket).write_frames(encode(self._text(place, socket, kind)))
        return {}

    async def browse(self, port: int, token: str) -> dict[str, Any]:
        """Open a browser that follows all states of Home Assistant."""
        self._client = aiohttp.ClientSession()
        self._browser = await Browser.open(self._client, port, token)
        return {}

    async def close_browser(self) -> dict[str, Any]:
        """Close it."""
        await self._browser.close()
        await self._client.close()
        return {}

    async def load(self, sockets: list[int], kind: str, rate: float) -> dict[str, Any]:
        """Send so many messages a second in the background until the next order of this kind; none at rate 0."""
        if self._load is not None:
            self._load.cancel()
            await asyncio.gather(self._load, return_exceptions=True)
        self._load = asyncio.create_task(self._loaded(sockets, kind, rate)) if rate else None
        return {}

    async def see(self, turns: list[tuple[int, str]]) -> dict[str, Any]:
        """Send a marker to each of these sockets in turn; return how many milliseconds later the browser saw it."""
        took = []
        for socket, entity_id in turns:
            frame = encode(self._text(0, socket, "marker"))
            seen = self._browser.change_of(entity_id)
            began = time.perf_counter()
            _socket(socket).write_frames(frame)
            took.append(await _milliseconds(seen, began))
        return {"took": took}

    async def post(self, port: int, posts: list[dict[str, Any]]) -> dict[str, Any]:
        """Send each to a webhook; return how many milliseconds later the browser saw its entity change."""
        took = []
        for one in posts:
            seen = self._browser.change_of(one["entity_id"])
            began = time.perf_counter()
            url = f"http://127.0.0.1:{port}{one['path']}"
            async with self._client.post(url, data=one["body"], headers=one["headers"]):
                took.append(await _milliseconds(seen, began))
        return {"took": took}

    async def press(self, presses: list[dict[str, Any]]) -> dict[str, Any]:
        """Call each action in the browser; return how many milliseconds later it saw the entity change."""
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
        """Cut every connection."""
        for simulator in self.simulators:
            simulator.drop_connections()
        return {}

    async def sockets(self) -> dict[str, Any]:
        """Return the numbers of the WebSockets that are open."""
        return {"open": [number for number, one in enumerate(Tracked.opened) if not one.closed]}

    async def extra(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Do with the first unit what only this vendor can."""
        result = self._workload.extras[name](self.simulators[0], **parameters)
        if asyncio.iscoroutine(result):
            result = await result
        return {"result": result}

    def _text(self, unit: int, socket: int, kind: str, among: int | None = None) -> str:
        """Make the next message of this kind for a socket: each socket has seen its own ones only."""
        text = self._workload.messages[kind](next(self._numbers[socket, kind]), among or self._size)
        return self._workload.addressed(self.simulators[unit], text)


async def _write(frames: list[tuple[Tracked, bytes]], rate: float) -> None:
    start = time.monotonic()
    for number, (socket, frame) in enumerate(frames):
        if rate:
            await _until(start + number / rate)
        else:
            await asyncio.sleep(0)
        while socket.waiting > MOST_WAITING:  # a feeder may poll
            await asyncio.sleep(0.001)
        socket.write_frames(frame)


async def _milliseconds(seen: asyncio.Future[float], began: float) -> float:
    """Wait until something was seen; return how long it took, and let what it has set going end."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        took = (await seen - began) * 1000
    await asyncio.sleep(PAUSE_SECONDS)
    return took


def _socket(number: int) -> Tracked:
    return Tracked.opened[number]


async def _until(moment: float) -> None:
    """Wait until a moment of the monotonic clock, more exactly than the event loop's timers."""
    while (left := moment - time.monotonic()) > 0:  # there is no event for it
        await asyncio.sleep(left if left > 0.002 else 0)


def encode(text: str) -> bytes:
    """Return a server's WebSocket text frame."""
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
