"""Discovery of a new address: any host in the network can announce it, so the token is not sent there."""

from collections.abc import AsyncGenerator
from ipaddress import ip_address
from typing import Any

from homeassistant.config_entries import SOURCE_DHCP, SOURCE_ZEROCONF
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket

from custom_components.rotoclear.const import CONF_FINGERPRINT, DOMAIN
from simulators.rotoclear import SIMULATOR

from .conftest import TOKEN

pytestmark = pytest.mark.usefixtures("refused_handshakes")

OTHER_HOST = "127.0.0.2"


@pytest.fixture
async def impostor(unit: Any) -> AsyncGenerator[Any]:
    """Return a unit at another address, which accepts our token and has the MAC address of our unit."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", OTHER_HOST], allow_unix_socket=True)
    other = SIMULATOR(token=TOKEN, https_port=unit.https_port)
    await other.start(port=unit.port, host=OTHER_HOST)
    yield other
    await other.stop()


async def discover(hass: HomeAssistant, source: str = SOURCE_DHCP, **properties: str) -> Any:
    """Discover the unit at another address."""
    data: Any = DhcpServiceInfo(ip=OTHER_HOST, hostname="rotoclear", macaddress="00155dc20001")
    if source == SOURCE_ZEROCONF:
        address = ip_address(OTHER_HOST)
        data = ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            hostname="rotoclear-2.local.",
            name="rotoclear._http._tcp.local.",
            port=80,
            type="_http._tcp.local.",
            properties=properties,
        )
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=data)
    await hass.async_block_till_done()
    return result


async def confirm(hass: HomeAssistant, flow: Any) -> Any:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    return result


@pytest.mark.parametrize(("source", "announced_mac"), [(SOURCE_DHCP, ""), (SOURCE_ZEROCONF, "00:15:5D:C2:00:01")])
async def test_the_address_is_kept_while_the_unit_answers(
    hass: HomeAssistant, unit: Any, impostor: Any, loaded: MockConfigEntry, source: str, announced_mac: str
) -> None:
    assert (await discover(hass, source, mac=announced_mac))["reason"] == "already_configured"
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not impostor.record.all(), "the token was sent to the impostor"
    await unit.command("change_token", token="another")
    assert (await discover(hass, source, mac=announced_mac))["reason"] in ("already_configured", "already_in_progress")
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not impostor.record.all()


async def test_the_token_is_sent_to_the_new_address_only_after_confirmation(
    hass: HomeAssistant, unit: Any, impostor: Any, loaded: MockConfigEntry
) -> None:
    await unit.stop()
    flow = await discover(hass)
    assert flow["step_id"] == "moved"
    assert flow["description_placeholders"] == {"name": "Mill 1", "old": "127.0.0.1", "new": OTHER_HOST}
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not impostor.record.all()
    impostor.set_fault("status", 500)
    flow = await confirm(hass, flow)
    assert flow["errors"] == {"base": "not_rotoclear"}
    impostor.set_fault("status", False)
    assert (await confirm(hass, flow))["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_HOST] == OTHER_HOST
    assert loaded.runtime_data.last_update_success


async def test_another_unit_at_the_new_address_is_refused(
    hass: HomeAssistant, unit: Any, impostor: Any, loaded: MockConfigEntry
) -> None:
    impostor.command("change", macAddr="00:15:5D:C2:00:09")
    await unit.stop()
    assert (await confirm(hass, await discover(hass)))["reason"] == "another_unit"
    assert loaded.data[CONF_HOST] == "127.0.0.1"


async def test_the_flow_aborts_when_the_entry_is_removed_meanwhile(
    hass: HomeAssistant, unit: Any, impostor: Any, loaded: MockConfigEntry
) -> None:
    await unit.stop()
    flow = await discover(hass)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert (await confirm(hass, flow))["reason"] == "entry_gone"


@pytest.mark.parametrize("is_ours", [True, False])
async def test_a_trusted_certificate_needs_no_confirmation(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, is_ours: bool
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", OTHER_HOST], allow_unix_socket=True)
    fingerprint = unit.certificate.fingerprint.replace(":", "").lower()
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, CONF_FINGERPRINT: fingerprint}
    hass.config_entries.async_update_entry(entry, data=data)
    assert await hass.config_entries.async_setup(entry.entry_id)
    other = SIMULATOR(token=TOKEN, https_port=unit.https_port)
    if is_ours:
        other.certificate = unit.certificate
    await other.start(host=OTHER_HOST)
    await unit.stop()
    flow = await discover(hass)
    if is_ours:
        assert flow["reason"] == "already_configured"
        assert entry.data[CONF_HOST] == OTHER_HOST
        assert entry.runtime_data.last_update_success
    else:
        assert flow["step_id"] == "moved"
        assert (await confirm(hass, flow))["errors"] == {"base": "certificate"}
        assert entry.data[CONF_HOST] == "127.0.0.1"
        assert not other.record.all()
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()


async def test_a_host_name_with_verified_certificate_is_not_replaced(
    hass: HomeAssistant, unit: Any, impostor: Any, entry: MockConfigEntry
) -> None:
    data = {**entry.data, CONF_HOST: "localhost", CONF_SSL: True, CONF_PORT: unit.https_port}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert (await discover(hass))["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "localhost"
    assert not impostor.record.all()


async def test_a_second_unit_without_mac_address_is_discovered(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    flow = await discover(hass, SOURCE_ZEROCONF)
    assert flow["step_id"] == "user"
    assert (await discover(hass, SOURCE_ZEROCONF, mac="00:15:5D:C2:00:02"))["reason"] == "already_in_progress"
    hass.config_entries.flow.async_abort(flow["flow_id"])
    hass.config_entries.async_update_entry(loaded, data={**user_input, CONF_HOST: "rotoclear-2.local"})
    assert (await discover(hass, SOURCE_ZEROCONF))["reason"] == "already_configured"


async def test_the_address_of_an_entry_that_is_not_loaded_is_kept(
    hass: HomeAssistant, unit: Any, impostor: Any, entry: MockConfigEntry
) -> None:
    await unit.stop()
    assert (await discover(hass))["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "127.0.0.1"
    assert not impostor.record.all()
