"""The other process: simulators, and a way to send their frames as fast as wanted.

`python -m benchmarks.feeder VENDOR SIZE` starts the vendor's simulators and talks JSON lines over stdin and stdout:
first the ports, then an answer to each order. What is sent on a WebSocket is prepared beforehand, so that the
process under measurement never waits for this one.
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

from aiohttp import web

from .vendors import vendor_named
from .vendors.base import Vendor


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


web.WebSocketResponse = Tracked  # type: ignore[misc,assignment]  # before any simulator is imported
# What a transport may hold back before this process waits.
MOST_WAITING = 1 << 20


class Feeder:
    """The simulators of one vendor and the orders they are given."""

    def __init__(self, vendor: Vendor, size: int) -> None:
        """Prepare the simulators for a house of so many entities."""
        self.simulators = vendor.simulators(size)
        self._vendor = vendor
        self._size = size
        self._numbers: defaultdict[tuple[int, str], Iterator[int]] = defaultdict(itertools.count)

    async def start(self) -> dict[str, int]:
        """Start them and return their ports."""
        return {name: await simulator.start() for name, simulator in self.simulators.items()}

    async def send(self, socket: int, kind: str, count: int, rate: float = 0, marker: bool = True) -> dict[str, Any]:
        """Send so many messages of a kind to the WebSocket opened as number `socket`, then the marker.

        Each goes out by itself, at most `rate` a second; 0: one after the other without a pause.
        """
        texts = [self._text(socket, kind) for _ in range(count)]
        frames = [encode(text) for text in texts]
        if marker:
            frames.append(encode(self._text(socket, "marker")))
        await self._write(_alive(socket), frames, rate)
        return {"last": texts[-1] if texts else None, "sent_at": time.time()}

    async def spread(self, sockets: list[int], kind: str, rounds: int) -> dict[str, Any]:
        """Send each of the sockets one message a second."""
        start = time.monotonic()
        for turn in range(rounds):
            for place, socket in enumerate(sockets):
                await _until(start + turn + place / len(sockets))
                _alive(socket).write_frames(encode(self._text(socket, kind)))
        return {}

    async def command(self, simulator: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Do something to a simulated device."""
        result = self.simulators[simulator].command(name, **parameters)
        if asyncio.iscoroutine(result):
            result = await result
        return {"result": result}

    async def drop(self) -> dict[str, Any]:
        """Cut every connection."""
        for simulator in self.simulators.values():
            simulator.drop_connections()
        return {}

    async def sockets(self) -> dict[str, Any]:
        """Return the numbers of the WebSockets that are open."""
        return {"open": [number for number, one in enumerate(Tracked.opened) if not one.closed]}

    async def record(self, simulator: str, kind: str) -> dict[str, Any]:
        """Return how many messages of a kind were received."""
        return {"count": len(self.simulators[simulator].record.of(kind))}

    async def extra(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Do what only this vendor can."""
        result = self._vendor.extras[name](self.simulators, **parameters)
        if asyncio.iscoroutine(result):
            result = await result
        return {"result": result}

    def _text(self, socket: int, kind: str) -> str:
        """Make the next message of this kind for a socket: each socket has seen its own ones only."""
        return self._vendor.messages[kind](next(self._numbers[socket, kind]), self._size)

    async def _write(self, socket: Tracked, frames: list[bytes], rate: float) -> None:
        start = time.monotonic()
        for number, frame in enumerate(frames):
            if rate:
                await _until(start + number / rate)
            else:
                await asyncio.sleep(0)
            while socket.waiting > MOST_WAITING:  # noqa: ASYNC110  # a feeder may poll
                await asyncio.sleep(0.001)
            socket.write_frames(frame)


def _alive(number: int) -> Tracked:
    return [one for one in Tracked.opened if not one.closed][number]


async def _until(moment: float) -> None:
    """Wait until a moment of the monotonic clock, more exactly than the event loop's timers."""
    while (left := moment - time.monotonic()) > 0:  # noqa: ASYNC110  # a moment tells nobody
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


async def _main(name: str, size: int) -> None:
    feeder = Feeder(vendor_named(name), size)
    _say({"ports": await feeder.start()})
    orders: dict[str, Callable[..., Any]] = {
        order.__name__: order
        for order in (
            feeder.send,
            feeder.spread,
            feeder.command,
            feeder.drop,
            feeder.sockets,
            feeder.record,
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
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
