"""A server that stops while a client connects causes no error in asyncio."""

import asyncio
from collections.abc import AsyncGenerator
import random
import socket
from typing import Any

import pytest

from chaos.proxy import FaultProxy
from simulators.rotoclear.simulator import RotoclearSimulator


@pytest.fixture
async def errors(socket_enabled: None) -> AsyncGenerator[list[dict[str, Any]]]:
    """Return a list to which the errors of asyncio are added."""
    loop = asyncio.get_running_loop()
    errors: list[dict[str, Any]] = []
    loop.set_debug(True)
    loop.set_exception_handler(lambda _, context: errors.append(context))
    yield errors
    loop.set_exception_handler(None)


async def _client_in_backlog() -> None:
    """Wait until the event loop has noticed the client, but has not accepted it yet."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_client_connects_while_a_simulator_stops(errors: list[dict[str, Any]]) -> None:
    simulator = RotoclearSimulator()
    port = await simulator.start()
    with socket.create_connection(("127.0.0.1", port)):
        await _client_in_backlog()
        await simulator.stop()
    assert errors == []


async def test_a_client_connects_while_a_proxy_starts_to_refuse(errors: list[dict[str, Any]]) -> None:
    proxy = FaultProxy(target_port=9, rng=random.Random(0))
    await proxy.start()
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        await _client_in_backlog()
        proxy.refuse()
        client.setblocking(False)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(client, 1), timeout=5)
    assert errors == []
    assert proxy.open_connections == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))
