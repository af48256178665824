"""What the recorder stores of the demo's house in a day: rows and megabytes of each vendor.

The house goes its way for a minute in a real Home Assistant, which is scaled to a day: simulated values
drift all the time, as in a house where something always moves. Floors: without what the integrations keep out of the
recorder, and with every value of a measurement let pass.
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
PATIENCE_SECONDS = 200


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure all vendors at once; name and size do not matter."""
    seconds = 10 if quick else SECONDS
    with TemporaryDirectory(prefix="bench-") as folder:
        async with _furnished(Path(folder)):
            home = RealHome(Path(folder))
            order: dict[str, Any] = {"task": "writes", "seconds": seconds, "warm_up": WARM_UP}
            usual = await home.run(PATIENCE_SECONDS, **order)
            all_pass = await home.run(PATIENCE_SECONDS, **order, unthrottled=True)
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
async def _furnished(folder: Path) -> AsyncGenerator[None]:
    """Set the demo's house up in a folder, and leave its simulators running."""
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
                if exhibit.enliven is not None:
                    await exhibit.enliven(client, simulators)
            await client.close()
        finally:
            await hass.stop()
        yield
