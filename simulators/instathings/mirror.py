"""One house for two simulators in two processes: what is sent in the cloud's is sent by the gateway's, too."""

import asyncio
import contextlib
from typing import Any

import aiohttp

from .house import House


async def mirror(house: House, port: int) -> None:
    """Let the gateway simulator with this control port send what the devices of a house send, until cancelled."""
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def pass_on(kind: str, thing_id: str, payload: Any) -> None:
        # An answer to a status request causes a reading, too.
        if kind == "data":
            sent.put_nowait({"name": "send", "device": thing_id, "payload": payload})

    house.subscribe(pass_on)
    async with aiohttp.ClientSession() as session:
        while True:
            command = await sent.get()
            # A device that only the cloud has, or a gateway that is switched off.
            with contextlib.suppress(aiohttp.ClientError):
                async with session.post(f"http://127.0.0.1:{port}/command", json=command):
                    pass
