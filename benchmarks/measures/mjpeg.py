"""The MJPEG stream of a camera for 1 and 8 viewers. Floor: an aiohttp proxy with one upstream for each viewer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import sys

from aiohttp import ClientTimeout, web

from ..clocks import Stopwatch
from ..results import Result, WrongCount, compared
from ..session import Session, session

VIEWERS = (1, 8)


class Transfer:
    """The data for all viewers of a stream, and the time of this process."""

    def __init__(self) -> None:
        """Initialize with 0."""
        self.megabytes = 0.0
        self.watch = Stopwatch()

    @property
    def per_second(self) -> float:
        """Megabytes per second of wall time."""
        return self.megabytes / self.watch.wall

    @property
    def per_cpu(self) -> float:
        """Megabytes per second of CPU time."""
        return self.megabytes / self.watch.cpu


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    rows = []
    seconds, turns = (0.5, 1) if quick else (1.0, 2)
    async with session(name, size) as one, _pipe(one) as pipe:
        assert one.workload.camera is not None
        await one.feeder("extra", name=one.workload.camera.prepare)
        ours = _url(one)
        for count in VIEWERS:
            passed, floor = Transfer(), Transfer()
            for _ in range(turns):
                await _expect_upstreams(one, 0)
                await _watch(one, passed, ours, count, seconds, upstreams=1)
                await _expect_upstreams(one, 0)
                await _watch(one, floor, pipe, count, seconds, upstreams=count)
            viewers = f"MJPEG, {count} viewer{'s' if count > 1 else ''}"
            rows += [
                compared(f"{viewers}, bytes", name, "MB/s", passed.per_second, floor.per_second),
                compared(f"{viewers}, bytes per CPU second", name, "MB", passed.per_cpu, floor.per_cpu),
            ]
    return rows


async def count_upstreams(one: Session, viewers: int) -> None:
    """Check that viewers share one upstream connection, which is closed without viewers."""
    await _expect_upstreams(one, 0)
    await _watch(one, Transfer(), _url(one), viewers, 0.1, upstreams=1)
    await _expect_upstreams(one, 0)


def _url(one: Session) -> str:
    """Return the URL of the stream in Home Assistant."""
    assert one.workload.camera is not None
    entity_id = one.entity_id(one.workload.camera.entity)
    state = one.hass.states.get(entity_id)
    assert state is not None
    token = state.attributes["access_token"]
    return f"http://127.0.0.1:{one.home.http_port}/api/camera_proxy_stream/{entity_id}?token={token}"


async def _watch(one: Session, passed: Transfer, url: str, count: int, seconds: float, upstreams: int) -> None:
    """Let `count` viewers watch for some seconds, and add the data that they receive."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.viewers",
        url,
        str(count),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None

    async def got() -> int:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\n")
        return int(await process.stdout.readline())

    async with asyncio.timeout(60):
        while not await got():
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        await _expect_upstreams(one, upstreams)
        with passed.watch:
            start = await got()
            await asyncio.sleep(seconds)
            passed.megabytes += (await got() - start) / 1e6
        process.stdin.close()
        await process.wait()


async def _expect_upstreams(one: Session, count: int) -> None:
    """Check the number of connections to the camera, after up to 3 s to close them."""
    camera = one.workload.camera
    assert camera is not None
    for _ in range(60):
        found = (await one.feeder("extra", name=camera.upstreams))["result"]
        if found == count:
            return
        await asyncio.sleep(0.05)
    raise WrongCount(f"{one.name}: the camera serves {found} streams, not {count}")


@asynccontextmanager
async def _pipe(one: Session) -> AsyncGenerator[str]:
    """Serve the chunks of the camera's stream unchanged."""
    camera = one.workload.camera
    assert camera is not None
    upstream = camera.url(one.feeder.ports[0])

    async def serve(request: web.Request) -> web.StreamResponse:
        endless = ClientTimeout(total=None)
        async with one.client.get(upstream, timeout=endless) as source:
            response = web.StreamResponse(headers={"Content-Type": source.headers["Content-Type"]})
            await response.prepare(request)
            try:
                async for chunk in source.content.iter_any():
                    await response.write(chunk)
            except ConnectionError:
                pass
            return response

    application = web.Application()
    application.router.add_get("/", serve)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
