"""A robot on a real socket, and clients of it."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from custom_components.misty.api import MistyClient
from simulators.misty import MistySimulator


@pytest.fixture
async def simulator() -> AsyncGenerator[MistySimulator]:
    """Run a robot whose sounds and movements take a twentieth of their time."""
    simulator = MistySimulator(pace=0.05)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """Give a client session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def client(simulator: MistySimulator, session: aiohttp.ClientSession) -> MistyClient:
    """Give a client of the robot."""
    return MistyClient(session, f"127.0.0.1:{simulator.port}")
