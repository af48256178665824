"""Reading a WebSocket: frames, pings, and the detection of a lost connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import time
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from common.client.errors import CannotConnect
from common.client.secrets import REDACTED, Redactor
from common.client.wire import DropCounter, Socket, open_websocket

IDLE = 0.1


class Host:
    """A WebSocket server that runs `script`, and counts the pings that it receives."""

    def __init__(self) -> None:
        self.pings = 0
        self.answers_pings = True
        self.script: Any = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        if self.script is not None:
            await self.script(websocket)
        async for message in websocket:
            if message.type is aiohttp.WSMsgType.PING:
                self.pings += 1
                if self.answers_pings:
                    await websocket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                await websocket.send_str(message.data)
        return websocket


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def dropped() -> DropCounter:
    return DropCounter()


@pytest.fixture
async def server(host: Host) -> AsyncGenerator[TestServer]:
    application = web.Application()
    application.router.add_get("/", host.answer)
    server = TestServer(application)
    await server.start_server()
    yield server
    await server.close()


@asynccontextmanager
async def connected(server: TestServer, dropped: DropCounter, **options: Any) -> AsyncGenerator[Socket]:
    async with aiohttp.ClientSession() as session:
        websocket = await open_websocket(session, server.make_url("/"), autoping=False, max_msg_size=1000)
        async with Socket(websocket, dropped, **{"idle": IDLE, **options}) as socket:
            yield socket


async def test_frames_are_received_in_order(server: TestServer, host: Host, dropped: DropCounter) -> None:
    async def script(websocket: web.WebSocketResponse) -> None:
        for text in ("0", "[1", '{"two": "a-secret"}'):
            await websocket.send_str(text)
        await websocket.close()

    host.script = script
    async with connected(server, dropped, redactor=Redactor(["a-secret"])) as socket:
        assert [await anext(socket) for _ in range(2)] == [0, {"two": REDACTED}]
        with pytest.raises(CannotConnect):
            await anext(socket)
    assert dropped.as_dict() == {"broken JSON": 1}


@pytest.mark.parametrize(("binary", "received"), [(True, b"\x01"), (False, "text")])
async def test_binary_frames_are_received_or_counted_as_dropped(
    server: TestServer, host: Host, dropped: DropCounter, binary: bool, received: str | bytes
) -> None:
    async def script(websocket: web.WebSocketResponse) -> None:
        await websocket.send_bytes(b"\x01")
        await websocket.send_str("text")

    host.script = script
    async with connected(server, dropped, binary=binary) as socket:
        assert await socket.receive() == received
    assert dropped.as_dict() == ({} if binary else {"binary frame": 1})


async def test_a_ping_is_answered(server: TestServer, host: Host, dropped: DropCounter) -> None:
    ponged = asyncio.Event()

    async def script(websocket: web.WebSocketResponse) -> None:
        await websocket.ping(b"payload")
        assert (await websocket.receive()).data == b"payload"
        ponged.set()
        await websocket.send_str("yes")

    host.script = script
    async with connected(server, dropped, idle=10.0) as socket:
        assert await asyncio.wait_for(socket.receive(), 5) == "yes"
    assert ponged.is_set()


@pytest.mark.timing(reason="the server has to answer within the idle time")
async def test_an_idle_connection_stays_while_pings_are_answered(
    server: TestServer, host: Host, dropped: DropCounter
) -> None:
    async with connected(server, dropped) as socket:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 5 * IDLE)
    assert host.pings > 1


async def test_the_connection_is_lost_when_pings_are_not_answered(
    server: TestServer, host: Host, dropped: DropCounter
) -> None:
    host.answers_pings = False
    async with connected(server, dropped) as socket:
        with pytest.raises(CannotConnect, match="the device does not answer"):
            await asyncio.wait_for(socket.receive(), 5)


@pytest.mark.timing(reason="the server has to answer within the idle time")
async def test_no_ping_is_sent_while_frames_arrive(server: TestServer, host: Host, dropped: DropCounter) -> None:
    async with connected(server, dropped) as socket:
        for _ in range(10):
            await socket.send("hello")
            await socket.receive()
            await asyncio.sleep(IDLE / 3)
    assert host.pings == 0


@pytest.mark.timing(reason="the server has to answer within the idle time")
async def test_the_ping_of_a_vendor_can_be_sent_while_frames_arrive(
    server: TestServer, host: Host, dropped: DropCounter
) -> None:
    sent = 0

    async with connected(server, dropped, idle=10.0) as other:

        async def ask() -> None:
            nonlocal sent
            sent += 1
            await other.send("ping")

        async with connected(server, dropped, ask=ask, always=True) as socket:
            for _ in range(20):
                await socket.send("hello")
                await socket.receive()
                await asyncio.sleep(IDLE / 5)
    assert sent >= 2


async def test_an_oversized_frame_is_counted_and_ends_the_connection(
    server: TestServer, host: Host, dropped: DropCounter
) -> None:
    async def script(websocket: web.WebSocketResponse) -> None:
        await websocket.send_str("x" * 2000)

    host.script = script
    async with connected(server, dropped) as socket:
        with pytest.raises(CannotConnect):
            await socket.receive()
    assert dropped.as_dict() == {"oversized or broken WebSocket frame": 1}


async def test_sending_over_a_closed_connection_fails(server: TestServer, host: Host, dropped: DropCounter) -> None:
    async with connected(server, dropped) as socket:
        await socket.close()
        with pytest.raises(CannotConnect):
            await socket.send("hello")
        await socket.close()


async def test_many_frames_at_once_do_not_block_the_event_loop(
    server: TestServer, host: Host, dropped: DropCounter
) -> None:
    frames, busy_seconds, turns = 200, 0.0005, 0

    async def script(websocket: web.WebSocketResponse) -> None:
        for number in range(frames):
            await websocket.send_str(str(number))

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    host.script = script
    async with connected(server, dropped, idle=10.0) as socket:
        await asyncio.sleep(0.2)
        task = asyncio.create_task(count_turns())
        for _ in range(frames):
            await socket.receive()
            time.sleep(busy_seconds)
        task.cancel()
    assert turns > 10


@dataclass
class Slow:
    """A clock that the test sets, and a WebSocket whose frames arrive after `waited` seconds."""

    waited: float
    now: float = field(default_factory=time.monotonic)

    def time(self) -> float:
        return self.now

    async def receive(self) -> aiohttp.WSMessage:
        self.now += self.waited
        return aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, "frame", None)

    def get_extra_info(self, _name: str) -> None: ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


@pytest.mark.parametrize(("waited", "least", "most"), [(0.0, 20, 50), (0.01, 0, 1)])
async def test_the_reader_yields_only_after_frames_that_it_did_not_wait_for(
    dropped: DropCounter, monkeypatch: pytest.MonkeyPatch, waited: float, least: int, most: int
) -> None:
    """The event loop runs other work while the reader waits for a frame."""
    turns, sleep = 0, asyncio.sleep

    async def counting(delay: float) -> None:
        nonlocal turns
        turns += delay == 0
        await sleep(delay)

    slow: Any = Slow(waited)
    async with Socket(slow, dropped, idle=10.0) as socket:
        monkeypatch.setattr(socket, "_loop", slow)
        monkeypatch.setattr("common.client.wire.asyncio.sleep", counting)
        for _ in range(100):
            await socket.receive()
            slow.now += 0.002
        monkeypatch.undo()
    assert least <= turns <= most


@pytest.mark.timing(reason="the loss has to be detected within two idle times")
async def test_the_idle_time_starts_at_the_last_frame(server: TestServer, host: Host, dropped: DropCounter) -> None:
    idle = 0.4
    host.answers_pings = False

    async def script(websocket: web.WebSocketResponse) -> None:
        await asyncio.sleep(idle / 10)
        await websocket.send_str("the last")

    host.script = script
    async with connected(server, dropped, idle=idle) as socket:
        await socket.receive()
        began = asyncio.get_running_loop().time()
        with pytest.raises(CannotConnect):
            await socket.receive()
        assert asyncio.get_running_loop().time() - began < 2 * idle
