"""Simulators and clients over real sockets."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.instathings.api import CloudClient, GatewayClient
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.const import DOMAIN
from harness.vendor import LOOPBACK, Address
from harness.vendors.instathings import CLIENT_ID, CLOUD, GATEWAY, SECRET
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import House
from simulators.kit.listener import Listener
from simulators.kit.ports import free_port
from tests.entries import add_entry, running, set_up


@pytest.fixture
def house() -> House:
    """Return the simulated devices that the simulators of cloud and gateway share."""
    return House(forgiving=True)


@pytest.fixture
async def cloud(house: House) -> AsyncIterator[CloudSimulator]:
    """Run the simulated cloud."""
    async for simulator in running(CLOUD.simulator(house=house)):
        yield simulator


@pytest.fixture
async def gateway(house: House) -> AsyncIterator[GatewaySimulator]:
    """Run the simulated gateway."""
    async for simulator in running(GATEWAY.simulator(house=house)):
        yield simulator


@pytest.fixture
def dropped() -> DropCounter:
    """Return the counter of dropped messages that the clients use."""
    return DropCounter()


def url_of(simulator: CloudSimulator | GatewaySimulator) -> URL:
    """Return the address of a simulator."""
    return URL(f"http://127.0.0.1:{simulator.port}")


@pytest.fixture
def client(session: aiohttp.ClientSession, cloud: CloudSimulator, dropped: DropCounter) -> CloudClient:
    """Return a client of the simulated cloud."""
    return CloudClient(session, url_of(cloud), CLIENT_ID, SECRET, dropped)


@pytest.fixture
def gateway_client(session: aiohttp.ClientSession, gateway: GatewaySimulator, dropped: DropCounter) -> GatewayClient:
    """Return a client of the simulated gateway."""
    return GatewayClient(session, url_of(gateway), dropped)


async def replay(*packets: str, stays: bool = False) -> AsyncIterator[URL]:
    """Serve a Socket.IO session that sends these packets, the open packet first; yield its address.

    The handshake is that of docs/protocol/instathings.md#handshake. After the last packet the
    server closes the connection; if `stays`, it stays open and responds to pings.
    """

    async def serve(request: web.Request) -> web.StreamResponse:
        if request.query["transport"] == "polling":
            return web.Response(text="".join(f"{len(packet)}:{packet}" for packet in packets[:2]))
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        assert await websocket.receive_str() == "2probe"
        await websocket.send_str("3probe")
        assert await websocket.receive_str() == "5"
        for packet in packets[2:]:
            await websocket.send_str(packet)
        while stays and (await websocket.receive()).data == "2":
            await websocket.send_str("3")
        await websocket.close()
        return websocket

    application = web.Application()
    application.router.add_get("/socket.io/", serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
    listener = Listener(runner, ("127.0.0.1", free_port()))
    await listener.start()
    yield URL(f"http://127.0.0.1:{listener.port}")
    await listener.stop()


def recorded_packets() -> list[str]:
    """Return the recorded packets of a real gateway."""
    lines = (Path(__file__).parent / "recorded_frames.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


# Home Assistant ----------------------------------------------------------------------------------


@pytest.fixture
def cloud_data(cloud: CloudSimulator) -> dict[str, Any]:
    """Return the data of a config entry for the simulated cloud."""
    return dict(CLOUD.entry(Address(LOOPBACK, cloud.port)).data)


@pytest.fixture
def gateway_data(gateway: GatewaySimulator) -> dict[str, Any]:
    """Return the data of a config entry for the simulated gateway."""
    return dict(GATEWAY.entry(Address(LOOPBACK, gateway.port)).data)


@pytest.fixture
def cloud_entry(hass: HomeAssistant, cloud: CloudSimulator) -> MockConfigEntry:
    """Return a config entry for the cloud that is not set up."""
    return add_entry(hass, CLOUD.entry(Address(LOOPBACK, cloud.port), http_seconds=0))


@pytest.fixture
def gateway_entry(hass: HomeAssistant, gateway: GatewaySimulator) -> MockConfigEntry:
    """Return a config entry for the gateway that is not set up."""
    return add_entry(hass, replace(GATEWAY.entry(Address(LOOPBACK, gateway.port)), entry_id=None))


@pytest.fixture
async def in_cloud(hass: HomeAssistant, cloud_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the cloud's entry after its setup."""
    return await set_up(hass, cloud_entry)


@pytest.fixture
async def at_gateway(hass: HomeAssistant, gateway_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the gateway's entry after its setup."""
    return await set_up(hass, gateway_entry)


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id of any entry by platform, device and path (`zbBulb001/state`)."""

    def find(platform: str, unique_id: str) -> str:
        found = [
            one.entity_id
            for one in er.async_get(hass).entities.values()
            if (one.platform, one.domain) == (DOMAIN, platform) and one.unique_id.endswith(f"/{unique_id}")
        ]
        assert len(found) == 1, f"{len(found)} {platform} entities with unique id {unique_id}"
        return found[0]

    return find


@pytest.fixture
def device_id_of(hass: HomeAssistant) -> Callable[..., str]:
    """Return a function that finds the registry id of a device by its entry and Instathings id."""

    def find(entry: MockConfigEntry, device_id: str) -> str:
        identifier = entry.runtime_data.identifier(device_id)
        device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
        assert device is not None
        return str(device.id)

    return find
