"""The rows and megabytes that the recorder stores in a day for each vendor of the demo.

The demo runs for a minute in a real Home Assistant, and the result is scaled to a day. Its values change all the time,
so it stores more than a typical home. Floors: the rows without the throttle of measurements, and the megabytes with the
attributes that the integrations exclude from the recorder.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from demo.directory import Directory
from demo.hass import HomeAssistant, confirm_http, wait_until_running
from demo.session import Demo, add
from demo.simulators import Simulators
from demo.vendors import find_exhibits
from simulators.kit import free_port

from ..real import LOOPBACK, RealHome
from ..results import Result, compared

SECONDS, WARM_UP = 60, 15
DAY = 86_400
TIMEOUT_SECONDS = 200


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure all vendors at once; name and size do not matter."""
    seconds = 10 if quick else SECONDS
    with TemporaryDirectory(prefix="bench-") as folder:
        async with _demo(Path(folder)):
            home = RealHome(Path(folder))
            order: dict[str, Any] = {"task": "writes", "seconds": seconds, "warm_up": WARM_UP}
            usual = await home.run(TIMEOUT_SECONDS, **order)
            all_pass = await home.run(TIMEOUT_SECONDS, **order, unthrottled=True)
    row = usual["row_bytes"]
    rows = []
    for vendor, stored in sorted(usual["stored"].items()):
        unthrottled = all_pass["stored"].get(vendor, stored)
        per_day = DAY / seconds
        rows += [
            compared(
                "recorder's rows a day, beside every value of a measurement",
                vendor,
                "rows",
                stored["rows"] * per_day,
                max(unthrottled["rows"], 1) * per_day,
            ),
            compared(
                "recorder's megabytes a day, beside those without what is kept out",
                vendor,
                "MB",
                (stored["rows"] * row + stored["attributes"]) * per_day / 1e6,
                (unthrottled["rows"] * row + unthrottled["everything"]) * per_day / 1e6,
            ),
        ]
    return rows


@asynccontextmanager
async def _demo(folder: Path) -> AsyncGenerator[None]:
    """Set up the demo in a directory and stop its Home Assistant, but not its simulators."""
    exhibits, _ = find_exhibits([])
    async with AsyncExitStack() as stack:
        directory = Directory(folder)
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        directory.write(host=LOOPBACK, port=port, url=url)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        simulators = Simulators(folder, session)
        stack.push_async_callback(simulators.stop)
        hass = HomeAssistant(directory, session, url, {"UV_OFFLINE": "1", "UV_NO_CACHE": "1"})
        try:
            await hass.start()
            await simulators.start(endpoint for one in exhibits for endpoint in one.endpoints)
            await hass.wait_until_answering()
            client = await hass.client()
            demo = Demo(client=client, simulators=simulators, exhibits=exhibits)
            await confirm_http(client)
            await wait_until_running(client)
            for exhibit in exhibits:
                await add(demo, exhibit)
                if exhibit.activate is not None:
                    await exhibit.activate(client, simulators)
            await client.close()
        finally:
            await hass.stop()
        yield
