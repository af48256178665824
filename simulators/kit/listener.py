"""A server that can be closed while clients connect.

asyncio accepts a connection in two steps. If a server is closed between them, asyncio logs an AssertionError, for which
the test fixtures of Home Assistant fail.
"""

import asyncio
import socket
import ssl

from aiohttp import web


def close(server: asyncio.Server) -> None:
    """Stop accepting connections now, and close the asyncio server in the next turn of the event loop."""
    loop = server.get_loop()
    for one in server.sockets:
        loop.remove_reader(one)
    loop.call_soon(server.close)


class Listener:
    """An application that listens on one port."""

    def __init__(
        self, runner: web.AppRunner, address: tuple[str, int], ssl_context: ssl.SSLContext | None = None
    ) -> None:
        """Bind to the address (host and port). Raises OSError if the port is in use."""
        self.runner = runner
        self.port = address[1]
        self._socket = socket.create_server(
            address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET, backlog=128
        )
        self._ssl_context = ssl_context

    async def start(self) -> None:
        """Start to accept connections."""
        await self.runner.setup()
        await web.SockSite(self.runner, self._socket, ssl_context=self._ssl_context).start()

    async def refuse(self) -> None:
        """Stop accepting connections, and keep the open ones."""
        if self.runner.sites:
            asyncio.get_running_loop().remove_reader(self._socket)
            await asyncio.sleep(0)
        for site in list(self.runner.sites):
            await site.stop()

    async def stop(self) -> None:
        """Stop accepting connections, and close the open ones."""
        await self.refuse()
        await self.runner.cleanup()
