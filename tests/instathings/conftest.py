"""Simulators and clients over real sockets."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.instathings.api import CloudClient, GatewayClient
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.const import (
    CLOUD,
    CONF_BASE_URL,
    CONF_CONNECTION,
    CONF_PROJECT,
    CONF_WEBSOCKET_URL,
    DOMAIN,
    ON_PREMISE,
)
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import House


@pytest.fixture
def house() -> House:
    """Return one house for both sides: what is done through the cloud is sent by the gateway."""
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
def dropped() -> DropCounter:
    """Return the counter the clients use."""
    return DropCounter()


def url_of(simulator: CloudSimulator | GatewaySimulator) -> URL:
    """Return a simulator's address."""
    return URL(f"http://127.0.0.1:{simulator.port}")


@pytest.fixture
def client(session: aiohttp.ClientSession, cloud: CloudSimulator, dropped: DropCounter) -> CloudClient:
    """Return a client of the simulated cloud."""
    return CloudClient(session, url_of(cloud), "demo-client", "demo-secret", dropped)


@pytest.fixture
def gateway_client(session: aiohttp.ClientSession, gateway: GatewaySimulator, dropped: DropCounter) -> GatewayClient:
    """Return a client of the simulated gateway."""
    return GatewayClient(session, url_of(gateway), dropped)


# Home Assistant ----------------------------------------------------------------------------------


@pytest.fixture
def cloud_data(cloud: CloudSimulator) -> dict[str, Any]:
    """Return the data of a config entry for the simulated cloud."""
    return {
        CONF_CONNECTION: CLOUD,
        CONF_PROJECT: "house",
        CONF_CLIENT_ID: "demo-client",
        CONF_CLIENT_SECRET: "demo-secret",
        CONF_BASE_URL: str(url_of(cloud)),
        CONF_WEBSOCKET_URL: f"ws://127.0.0.1:{cloud.port}/",
    }


@pytest.fixture
def gateway_data(gateway: GatewaySimulator) -> dict[str, Any]:
    """Return the data of a config entry for the simulated gateway."""
    return {
        CONF_CONNECTION: ON_PREMISE,
        CONF_HOST: "127.0.0.1",
        CONF_PORT: gateway.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: True,
    }


@pytest.fixture
def cloud_entry(hass: HomeAssistant, cloud_data: dict[str, Any]) -> MockConfigEntry:
    """Return a config entry for the cloud that is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN, title="house", unique_id="house", data=cloud_data, options={"http_seconds": 0}
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def gateway_entry(hass: HomeAssistant, gateway_data: dict[str, Any]) -> MockConfigEntry:
    """Return a config entry for the gateway that is not set up yet."""
    entry = MockConfigEntry(domain=DOMAIN, title="Gateway", data=gateway_data)
    entry.add_to_hass(hass)
    return entry


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an entry up and wait for it."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
async def in_cloud(hass: HomeAssistant, cloud_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the cloud's entry after its set up."""
    return await set_up(hass, cloud_entry)


@pytest.fixture
async def at_gateway(hass: HomeAssistant, gateway_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the gateway's entry after its set up."""
    return await set_up(hass, gateway_entry)


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a way from platform and unique id to the entity id."""

    def find(platform: str, unique_id: str) -> str:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, f"no {platform} with unique id {unique_id}"
        return entity_id

    return find


@pytest.fixture
def device_id_of(hass: HomeAssistant) -> Callable[..., str]:
    """Return a way from an entry and an Instathings id to the device in the registry."""

    def find(entry: MockConfigEntry, device_id: str) -> str:
        identifier = entry.runtime_data.identifier(device_id)
        device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
        assert device is not None
        return str(device.id)

    return find
