"""The remote end: a simulator and a proxy in front of it, with an event loop in another thread."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
import random
import ssl
import threading
from typing import Any

from simulators.kit import Simulator

from .proxy import FaultProxy, Thief


class RemoteEnd:
    """A simulator and its proxy. The methods are called from Home Assistant's event loop and run in the other one."""

    def __init__(self, simulator: Simulator, loop: asyncio.AbstractEventLoop) -> None:
        """Initialize with a simulator that is not started yet; use `remote_end`."""
        self.simulator = simulator
        self.thief = Thief()
        self.proxy: FaultProxy
        self._loop = loop

    async def do[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the other event loop and return its result."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def call[T](self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function or coroutine function in the other event loop and return its result."""

        async def work() -> Any:
            result = function(*arguments)
            return await result if asyncio.iscoroutine(result) else result

        result: T = await self.do(work())
        return result

    async def start(self, rng: random.Random, context: ssl.SSLContext | None) -> None:
        """Start the simulator, the thief and the proxy."""
        await self.do(self.simulator.start())
        self.proxy = FaultProxy(self.simulator.port, rng)
        await self.do(self.thief.start())
        await self.do(self.proxy.start(context))

    async def stop(self) -> None:
        """Stop them."""
        await self.do(self.proxy.stop())
        await self.do(self.thief.stop())
        await self.do(self.simulator.stop())


@asynccontextmanager
async def remote_end(
    make: Callable[[], Simulator], rng: random.Random, context: ssl.SSLContext | None
) -> AsyncGenerator[RemoteEnd]:
    """Start the remote end, and stop it afterwards."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="remote end", daemon=True)
    thread.start()

    async def made() -> Simulator:
        return make()

    try:
        simulator = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(made(), loop))
        end = RemoteEnd(simulator, loop)
        await end.start(rng, context)
        try:
            yield end
        finally:
            await end.stop()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
