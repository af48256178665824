"""Another simulator in addition to those of the demo."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
import contextlib
import os
import re
import signal

from demo.simulators import Running
from demo.vendors import REPOSITORY
from harness.vendor import LOOPBACK

_ANNOUNCED = re.compile(r":(\d+)/ \(control on (\d+)\)")


@contextlib.asynccontextmanager
async def another_simulator(others: Mapping[str, Running], name: str, *arguments: str) -> AsyncGenerator[Running]:
    """Run a simulator, as a context manager. It uses the HTTP session of the other simulators."""
    process = await asyncio.create_subprocess_exec(
        *(str(REPOSITORY / "script" / "simulate"), name, "--port", "0", *arguments),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    session = next(iter(others.values())).session
    try:
        async for line in process.stdout:
            if found := _ANNOUNCED.search(line.decode()):
                ports = {"port": int(found[1]), "control_port": int(found[2])}
                yield Running(name=name, host=LOOPBACK, session=session, **ports)
                break
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()
