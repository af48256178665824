"""What the network tells of a robot, through Home Assistant's own discovery: anybody can tell it."""

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
    """A network in which addresses lead to this machine: only those of `robots` to a robot."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize with the robot at its old address."""
        self.hass = hass
        self.robots = {OLD}
        self.watcher: WatcherBase | None = None

    def client_from(self, hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
        """Make a client, as the integration does."""
        host, _, port = data[CONF_HOST].partition(":")
        return MistyClient(async_get_clientsession(hass), f"127.0.0.1:{port if host in self.robots else 1}")

    async def tell(self, ip: str, mac: str = MAC) -> None:
        """Have Home Assistant hear that a device got an address."""
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
    """Return the network."""
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
    """Return a way to what a person is asked."""
    return lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_robot_that_moved_is_followed_with_its_port(
    hass: HomeAssistant, found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    """Home Assistant finds the entry by the MAC address that the robot told, and the robot is there again."""
    assert dr.async_get(hass).async_get_devices(connections={(dr.CONNECTION_NETWORK_MAC, MAC)})
    lan.robots = {NEW}
    await lan.tell(NEW)
    assert found.data[CONF_HOST] == f"{NEW}:{simulator.port}"
    assert found.runtime_data.last_update_success
    assert not flows()


async def test_robot_that_answers_stays_where_it_is(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan
) -> None:
    """Somebody who names the robot's MAC address and serial number does not get its place."""
    lan.robots.add(NEW)
    await lan.tell(NEW)
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    simulator.robot.system.run_state = "Updating"
    await lan.tell("192.0.2.8")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_robot_that_updates_stays_where_it_is(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers, if only that it updates: whoever names its serial number meanwhile does not get its place."""
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
    await lan.tell(NEW)
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_a_mac_that_is_none_finds_no_entry(
    hass: HomeAssistant, found: MockConfigEntry, simulator: MistySimulator, lan: Lan
) -> None:
    lan.robots = {NEW}
    told = DhcpServiceInfo(ip=NEW, hostname="misty", macaddress="no mac")
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_DHCP}, data=told)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_misty")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"


async def test_stranger_with_the_robots_mac_is_not_taken_for_it(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    """Another robot, or no robot, at the new address leaves the entry as it is."""
    lan.robots = set()
    await lan.tell(NEW)
    assert not flows()
    lan.robots = {"192.0.2.8"}
    simulator.robot.serial = "20193600999"
    await lan.tell("192.0.2.8")
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    assert [flow["step_id"] for flow in flows()] == ["user"], "the other robot is offered"


async def test_other_devices_are_not_asked(
    found: MockConfigEntry, simulator: MistySimulator, lan: Lan, flows: Callable[[], list[Any]]
) -> None:
    """A device that is no robot of ours gets no request."""
    asked = len(simulator.record.of("rest"))
    lan.robots = {NEW}
    await lan.tell(NEW, "00:15:5d:c2:00:43")
    assert len(simulator.record.of("rest")) == asked
    assert found.data[CONF_HOST] == f"{OLD}:{simulator.port}"
    assert not flows()
