"""The protocol tests against the simulator; tests/live runs them against a real server."""

from collections.abc import AsyncGenerator

import pytest
from yarl import URL

from simulators.pimatic import PimaticSimulator
from simulators.pimatic.access import PASSWORDS

from .protocol import ProtocolTests, Server


@pytest.fixture(params=[False, True], ids=["plain", "mobile_frontend"])
async def server(request: pytest.FixtureRequest) -> AsyncGenerator[Server]:
    """Run a simulator, and check after the test that nothing was sent that crashes a real server."""
    simulator = PimaticSimulator(mobile_frontend=request.param)
    port = await simulator.start()
    yield Server(URL(f"http://127.0.0.1:{port}"), roles=PASSWORDS)
    assert simulator.record.of("crash") == []
    await simulator.stop()


class TestAgainstTheSimulator(ProtocolTests):
    """The protocol tests with the simulator."""
