"""A server that is switched off while a client comes leaves nothing in asyncio's log."""

import asyncio
from collections.abc import AsyncGenerator
import random
import socket
from typing import Any

import pytest

from chaos.proxy import FaultProxy
from simulators.rotoclear.simulator import RotoclearSimulator


@pytest.fixture
async def told(socket_enabled: None) -> AsyncGenerator[list[dict[str, Any]]]:
    """What asyncio tells of what went wrong behind everybody's back."""
    loop = asyncio.get_running_loop()
    told: list[dict[str, Any]] = []
    loop.set_debug(True)
    loop.set_exception_handler(lambda _, context: told.append(context))
    yield told
    loop.set_exception_handler(None)


async def _half_taken() -> None:
    """Wait until the loop has seen a client that waits now, and has not taken it yet."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_client_that_comes_as_a_simulator_ends(told: list[dict[str, Any]]) -> None:
    simulator = RotoclearSimulator()
    port = await simulator.start()
    with socket.create_connection(("127.0.0.1", port)):
        await _half_taken()
        await simulator.stop()
    assert told == []


async def test_a_client_that_comes_as_a_proxy_refuses(told: list[dict[str, Any]]) -> None:
    proxy = FaultProxy(target_port=9, rng=random.Random(0))
    await proxy.start()
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        await _half_taken()
        proxy.refuse()
        client.setblocking(False)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(client, 1), timeout=5)
    assert told == []
    assert proxy.open_connections == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))
