"""A TCP proxy that causes the faults of networks, routers and devices."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from functools import partial
import random
import socket
import ssl
import struct

from simulators.kit.listener import close

HEAD_SECONDS = 5.0
CHUNK = 65536


class Thief:
    """The server of an attacker, which must not receive requests. It keeps them."""

    def __init__(self) -> None:
        """Initialize; `start` opens the port."""
        self.received: list[bytes] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            close(self._server)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(HEAD_SECONDS):
                self.received.append(await reader.read(CHUNK))
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


class FaultProxy:
    """A proxy between its port and `target_port`.

    These attributes are faults: `delay` (seconds per chunk), `rate` (bytes per second), `corrupt` (change bytes of the
    server), `redirect_to` (answer all requests with a redirect).
    """

    def __init__(self, target_port: int, rng: random.Random) -> None:
        """Initialize with the port of the server; `rng` selects the bytes that are corrupted."""
        self.target_port = target_port
        self.port = 0
        self.delay = 0.0
        self.rate = 0
        self.corrupt = False
        self.redirect_to: str | None = None
        self._rng = rng
        self._context: ssl.SSLContext | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._refusals = 0
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def open_connections(self) -> int:
        """The number of connected clients."""
        return len(self._clients)

    @property
    def listens(self) -> bool:
        """True if new connections are accepted."""
        return self._server is not None

    async def start(self, context: ssl.SSLContext | None = None) -> None:
        """Listen, with TLS if a context is given. The port is the same after the first time."""
        self._context = context
        for _ in range(100):
            try:
                self._server = await asyncio.start_server(
                    partial(self._accept, self._refusals), "127.0.0.1", self.port, ssl=context, reuse_address=True
                )
            except OSError:  # the port is in use for an outgoing connection
                await asyncio.sleep(0.05)
            else:
                break
        assert self._server is not None, "the proxy's port is taken"
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port and all connections."""
        self.refuse()
        self.resume()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Faults -------------------------------------------------------------------------------------

    def refuse(self) -> None:
        """Refuse new connections and reset the open ones, until `accept_again`."""
        if self._server is not None:
            close(self._server)
            self._server = None
        self._refusals += 1
        self.reset()

    async def accept_again(self) -> None:
        """Listen again after `refuse`."""
        await self.start(self._context)

    def reset(self) -> None:
        """Reset all open connections (RST)."""
        for writer in list(self._clients):
            _reset(writer)

    def cut(self) -> None:
        """Close all open connections (FIN), without a close message of the protocol."""
        for writer in list(self._clients):
            writer.close()

    def hold(self) -> None:
        """Forward nothing until `resume`. Connections stay open, and new ones are accepted."""
        self._flowing.clear()

    def resume(self) -> None:
        """Forward bytes again."""
        self._flowing.set()

    async def present(self, context: ssl.SSLContext) -> None:
        """Use another certificate, and reset the open connections."""
        self.refuse()
        await self.start(context)

    # Forwarding ---------------------------------------------------------------------------------

    async def _accept(self, refusals: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if refusals != self._refusals:  # accepted just before `refuse`
            _reset(writer)
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._clients.add(writer)
        try:
            if self.redirect_to is not None:
                await self._redirect(reader, writer)
            else:
                await self._connect(reader, writer)
        except OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError:
            pass
        finally:
            writer.transport.abort()
            self._clients.discard(writer)
            self._tasks.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        try:
            pumps = (
                asyncio.ensure_future(self._pump(reader, server_writer, self._plain)),
                asyncio.ensure_future(self._pump(server_reader, writer, self._spoiled)),
            )
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(0.02)  # for the last bytes of the other direction
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            server_writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, through: Callable[[bytes], Awaitable[bytes]]
    ) -> None:
        while chunk := await reader.read(CHUNK):
            await self._flowing.wait()
            writer.write(await through(chunk))
            await writer.drain()

    async def _plain(self, chunk: bytes) -> bytes:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.rate:
            await asyncio.sleep(len(chunk) / self.rate)
        return chunk

    async def _spoiled(self, chunk: bytes) -> bytes:
        chunk = await self._plain(chunk)
        if not self.corrupt:
            return chunk
        spoiled = bytearray(chunk)
        for _ in range(max(1, len(chunk) // 64)):
            spoiled[self._rng.randrange(len(spoiled))] ^= self._rng.randrange(1, 256)
        return bytes(spoiled)

    async def _redirect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        target = head.split(b" ", 2)[1].decode("latin-1")
        writer.write(
            f"HTTP/1.1 302 Found\r\nLocation: {self.redirect_to}{target}\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1")
        )
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    if (sock := writer.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
