"""One house for simulators in two processes: the gateway simulator sends the readings of the cloud simulator, too."""

import asyncio
import contextlib
from typing import Any

import aiohttp

from .house import House


async def mirror(house: House, port: int) -> None:
    """Send the readings of a house to the gateway simulator with this control port, until canceled."""
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def on_payload(kind: str, thing_id: str, payload: Any) -> None:
        # The response to a status request is also sent as a reading.
        if kind == "data":
            sent.put_nowait({"name": "send", "device": thing_id, "payload": payload})

    house.subscribe(on_payload)
    async with aiohttp.ClientSession() as session:
        while True:
            command = await sent.get()
            # The gateway may lack the device or be switched off.
            with contextlib.suppress(aiohttp.ClientError):
                async with session.post(f"http://127.0.0.1:{port}/command", json=command):
                    pass
