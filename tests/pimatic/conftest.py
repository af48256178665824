"""A simulated pimatic server for each test that asks for one."""

from collections.abc import AsyncGenerator

import pytest

from simulators.pimatic import PimaticSimulator


@pytest.fixture
async def simulator() -> AsyncGenerator[PimaticSimulator]:
    """Run the recorded house on a free port."""
    simulator = PimaticSimulator()
    await simulator.start()
    yield simulator
    await simulator.stop()
