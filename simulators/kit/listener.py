"""A server that is switched off without a trace of it.

asyncio takes a connection in two steps. A server that is closed between them leaves an AssertionError in
asyncio's log for a client that came at this very moment, and Home Assistant's test fixtures fail for it.
"""

import asyncio
import socket
import ssl

from aiohttp import web


def close(server: asyncio.Server) -> None:
    """Close a server of asyncio's: it takes no more connections from now on, and is closed a moment later."""
    loop = server.get_loop()
    for one in server.sockets:
        loop.remove_reader(one)
    loop.call_soon(server.close)


class Listener:
    """One port of an application."""

    def __init__(
        self, runner: web.AppRunner, address: tuple[str, int], ssl_context: ssl.SSLContext | None = None
    ) -> None:
        """Listen on the address (host and port). Raises OSError when the port is taken."""
        self.runner = runner
        self.port = address[1]
        self._socket = socket.create_server(
            address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET, backlog=128
        )
        self._ssl_context = ssl_context

    async def start(self) -> None:
        """Take connections from now on."""
        await self.runner.setup()
        await web.SockSite(self.runner, self._socket, ssl_context=self._ssl_context).start()

    async def refuse(self) -> None:
        """Take no more connections; let those in that were taken already."""
        if self.runner.sites:
            asyncio.get_running_loop().remove_reader(self._socket)
            await asyncio.sleep(0)
        for site in list(self.runner.sites):
            await site.stop()

    async def stop(self) -> None:
        """Take no more connections and close all."""
        await self.refuse()
        await self.runner.cleanup()
