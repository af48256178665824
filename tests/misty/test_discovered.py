"""Discovery by DHCP through Home Assistant. Any host in the network can announce an address."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.dhcp import WatcherBase, async_index_integration_matchers
from homeassistant.components.dhcp.models import DHCPData
from homeassistant.config_entries import SOURCE_DHCP
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.loader import async_get_dhcp
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty import config_flow, coordinator
from custom_components.misty.api import MistyClient, Updating
from custom_components.misty.const import DOMAIN
from simulators.misty import MistySimulator
from tests.entries import set_up

MAC = "00:15:5d:c2:00:42"
OLD, NEW = "192.0.2.6", "192.0.2.7"


class Lan:
    """A network with a robot at each address of `robots`, and nothing at other addresses."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize with the robot at its old address."""
        self.hass = hass
        self.robots = {OLD}
        self.watcher: WatcherBase | None = None

    def client_from(self, hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
        """Return a client for an address of this network."""
        host, _, port = data[CONF_HOST].partition(":")
        return MistyClient(async_get_clientsession(hass), f"127.0.0.1:{port if host in self.robots else 1}")

    async def announce(self, ip: str, mac: str = MAC) -> None:
        """Let Home Assistant discover that a device has got an address."""
        if self.watcher is None:
            matchers = async_index_integration_matchers(await async_get_dhcp(self.hass))
            self.watcher = WatcherBase(self.hass, DHCPData(integration_matchers=matchers))
        self.watcher.async_process_client(ip, "misty", mac)
        for task in asyncio.all_tasks():
            if "discovery" in task.get_name():
                await task
        await self.hass.async_block_till_done()


@pytest.fixture
def lan(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Lan:
    """Return a network whose addresses the integration connects to."""
    lan = Lan(hass)
    for module in (config_flow, coordinator):
        monkeypatch.setattr(module, "client_from", lan.client_from)
    return lan


@pytest.fixture
async def found(hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, lan: Lan) -> MockConfigEntry:
    """Return the entry of a robot at its old address."""
    hass.config_entries.async_update_entry(entry, data={CONF_HOST: f"{OLD}:{simulator.port}"})
    return await set_up(hass, entry)


@pytest.fixture
def flows(hass: HomeAssistant) -> Callable[[], list[Any]]:
    """Return a function that lists the open flows."""
    return lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_the_address_is_updated_when_the_robot_has_a_new_one(
    hass: HomeAssistant, found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    """Home Assistant finds the entry by the MAC address of the robot. The port stays the same."""
    assert dr.async_get(hass).async_get_devices(connections={(dr.CONNECTION_NETWORK_MAC, MAC)})
    lan.robots = {NEW}
    await lan.announce(NEW)
    assert found.data[CONF_HOST] == f"{NEW}:{simulator.port}"
    assert found.runtime_data.last_update_success
    assert not flows()


async def test_the_address_is_kept_while_the_robot_answers(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan
) -> None:
    """Another host may announce the MAC address and the serial number of the robot."""
    lan.robots.add(NEW)
    await lan.announce(NEW)
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    simulator.robot.system.run_state = "Updating"
    await lan.announce("192.0.2.8")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_the_address_is_kept_while_the_robot_updates(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The robot answers only that it updates."""
    lan.robots.add(NEW)
    make = lan.client_from

    async def updating() -> None:
        raise Updating("the robot is updating its software")

    def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
        client = make(hass, data)
        if data[CONF_HOST].startswith(OLD):
            monkeypatch.setattr(client, "device", updating)
        return client

    monkeypatch.setattr(config_flow, "client_from", client_from)
    await lan.announce(NEW)
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_discovery_with_an_invalid_mac_address_aborts(
    hass: HomeAssistant, found: MockConfigEntry, simulator: MistySimulator, lan: Lan
) -> None:
    lan.robots = {NEW}
    info = DhcpServiceInfo(ip=NEW, hostname="misty", macaddress="no mac")
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_DHCP}, data=info)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_misty")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_the_address_is_kept_when_another_device_has_the_new_one(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    """There is no robot or another robot at the new address."""
    lan.robots = set()
    await lan.announce(NEW)
    assert not flows()
    lan.robots = {"192.0.2.8"}
    simulator.robot.serial = "20193600999"
    await lan.announce("192.0.2.8")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    assert [flow["step_id"] for flow in flows()] == ["user"], "the other robot is not offered"


async def test_no_request_is_sent_to_other_devices(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    requests = len(simulator.record.of("rest"))
    lan.robots = {NEW}
    await lan.announce(NEW, "00:15:5d:c2:00:43")
    assert len(simulator.record.of("rest")) == requests
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    assert not flows()
