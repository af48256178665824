"""Servers that flood the client, stop in the middle of a frame or close in an invalid way: the connection ends."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha1
import logging
import socket
import struct
import time
from typing import Any, override

import aiohttp
import pytest
from yarl import URL

from chaos.fake import FakeWebSocket
from common.client import wire
from common.client.errors import CannotConnect
from common.client.wire import DropCounter, Socket, open_websocket
from simulators.kit.listener import close

type Script = Callable[[asyncio.StreamWriter], Awaitable[None]]

IDLE = 0.3
KEY = b"sec-websocket-key: "
SECRET = "token-in-a-reason"
PING = b"\x89\x7d" + b"x" * 125
TEXT = b"\x81\x02hi"


def closing(code: int, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return bytes([0x88, 2 + len(reason)]) + struct.pack("!H", code) + reason


LAST_FRAMES = {
    "close without a code": b"\x88\x00",
    "close with half a code": b"\x88\x01\x03",
    "close with a long reason": closing(1000, SECRET.encode().ljust(123, b".")),
    "close with a reason that is not UTF-8": closing(1000, b"\xff\xfe"),
    **{f"close code {code}": closing(code, SECRET.encode()) for code in (1000, 1005, 1006, 1008, 1011, 1012, 4000)},
    "half a frame": b"\x81\x7e\x10",
    "a frame without its end": b"\x81\x7d" + b"x" * 20,
    "fragments without an end": b"\x01\x01x" + b"\x00\x01x" * 5,
    "too many fragments": b"\x01\x7d" + b"x" * 125 + (b"\x00\x7d" + b"x" * 125) * 10,
    "a compressed frame": b"\xc1\x04\xf2\x48\xcd\xc9",
    "a ping in fragments": b"\x09\x01x",
    "a frame with an unknown opcode": b"\x83\x00",
    "a text frame that is not UTF-8": b"\x81\x02\xff\xfe",
}


@asynccontextmanager
async def connected(script: Script, idle: float = IDLE) -> AsyncGenerator[Socket]:
    """Connect to a server that runs the script after the handshake, and reads nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        key = next(line[len(KEY) :] for line in head if line.lower().startswith(KEY))
        accepted = b64encode(sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        writer.write(b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n")
        try:
            await script(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = socket.create_server(("127.0.0.1", 0))
    # The buffer for unread data is small.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server = await asyncio.start_server(serve, sock=listening, limit=1024)
    url = URL.build(scheme="http", host="127.0.0.1", port=listening.getsockname()[1])
    try:
        async with aiohttp.ClientSession() as session:
            websocket = await open_websocket(session, url, autoping=False, max_msg_size=1000)
            async with Socket(websocket, DropCounter(), idle=idle) as opened:
                yield opened
    finally:
        close(server)
        await asyncio.sleep(0)


@pytest.mark.parametrize("sent", LAST_FRAMES.values(), ids=LAST_FRAMES)
async def test_an_invalid_last_frame_ends_the_connection(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    over = asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(TEXT + sent)
        await over.wait()

    with caplog.at_level(logging.DEBUG):
        async with connected(script) as opened:
            assert await opened.receive() == "hi"
            async with asyncio.timeout(10):
                with pytest.raises(CannotConnect) as lost:
                    await opened.receive()
            over.set()
    assert SECRET not in caplog.text + str(lost.value)


async def test_the_connection_ends_when_a_server_sends_pings_but_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is not idle, but the client cannot send: it would wait for ever and keep old values."""
    monkeypatch.setattr(wire, "SEND_SECONDS", 0.2)
    cut = asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(PING * 500)
                await writer.drain()
                await asyncio.sleep(0.001)
        finally:
            cut.set()

    async with asyncio.timeout(30):
        async with connected(script, idle=60) as opened:
            with pytest.raises(CannotConnect, match="does not read"):
                await opened.receive()
        # No task still waits for the server to read.
        await cut.wait()


async def test_a_command_fails_when_the_server_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SEND_SECONDS", 0.2)
    over = asyncio.Event()

    async def script(_: asyncio.StreamWriter) -> None:
        await over.wait()

    async with asyncio.timeout(30), connected(script, idle=60) as opened:
        sending = [opened.send("x" * 100_000) for _ in range(200)]
        refused = [one for one in await asyncio.gather(*sending, return_exceptions=True) if one is not None]
        assert {(type(one), str(one)) for one in refused} == {(CannotConnect, "the other end does not read")}
        over.set()


async def test_many_pings_at_once_do_not_block_the_event_loop() -> None:
    class Flood(FakeWebSocket):
        """A WebSocket with many received pings. Each answer takes a millisecond."""

        left = 60

        @override
        async def pong(self, _data: bytes = b"") -> None:
            time.sleep(0.001)

        @override
        async def receive(self, timeout: float | None = None) -> Any:
            self.left -= 1
            kind = aiohttp.WSMsgType.PING if self.left else aiohttp.WSMsgType.TEXT
            return aiohttp.WSMessage(kind, b"" if self.left else "hi", None)

    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    websocket: Any = Flood(())
    async with Socket(websocket, DropCounter(), idle=60) as opened:
        task = asyncio.create_task(count_turns())
        assert await opened.receive() == "hi"
        task.cancel()
    assert turns >= 5
