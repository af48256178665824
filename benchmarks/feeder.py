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

from aiohttp import web

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


class Feeder:
    """The simulators of one vendor and the orders they are given."""

    def __init__(self, vendor: Workload, size: int, units: range) -> None:
        """Prepare the simulators of these units for a home of so many entities."""
        self.simulators = [vendor.simulator(size, unit) for unit in units]
        self._workload = vendor
        self._size = size
        self._numbers: defaultdict[tuple[int, str], Iterator[int]] = defaultdict(itertools.count)
        self._prepared: list[tuple[Tracked, bytes]] = []

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
