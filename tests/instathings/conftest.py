"""Simulators and clients over real sockets."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from custom_components.instathings.api.cloud import CloudApi
from custom_components.instathings.api.gateway import GatewayApi
from custom_components.instathings.push.wire import Dropped
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import House


@pytest.fixture
def house() -> House:
    """One house for both sides: what the cloud does is what the gateway tells."""
    return House(forgiving=True)


@pytest.fixture
async def cloud(house: House) -> AsyncIterator[CloudSimulator]:
    """Run the simulated cloud."""
    simulator = CloudSimulator(house)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def gateway(house: House) -> AsyncIterator[GatewaySimulator]:
    """Run the simulated gateway."""
    simulator = GatewaySimulator(house)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return an HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def dropped() -> Dropped:
    """Return the counter the clients use."""
    return Dropped()


def url_of(simulator: CloudSimulator | GatewaySimulator) -> URL:
    """Return a simulator's address."""
    return URL(f"http://127.0.0.1:{simulator.port}")


@pytest.fixture
def api(session: aiohttp.ClientSession, cloud: CloudSimulator, dropped: Dropped) -> CloudApi:
    """Return a client of the simulated cloud."""
    return CloudApi(session, url_of(cloud), "demo-client", "demo-secret", dropped)


@pytest.fixture
def gateway_api(session: aiohttp.ClientSession, gateway: GatewaySimulator, dropped: Dropped) -> GatewayApi:
    """Return a client of the simulated gateway."""
    return GatewayApi(session, url_of(gateway), dropped)
