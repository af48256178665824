"""What the network tells of a unit: anybody can tell it."""

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

ELSEWHERE = "127.0.0.2"


@pytest.fixture
async def stranger(unit: Any) -> AsyncGenerator[Any]:
    """Return a unit at another address, which takes our token and names our unit's MAC address."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", ELSEWHERE], allow_unix_socket=True)
    other = SIMULATOR(token=TOKEN, https_port=unit.https_port)
    await other.start(port=unit.port, host=ELSEWHERE)
    yield other
    await other.stop()


async def told(hass: HomeAssistant, source: str = SOURCE_DHCP, **properties: str) -> Any:
    """Let the network tell that the unit is elsewhere."""
    data: Any = DhcpServiceInfo(ip=ELSEWHERE, hostname="rotoclear", macaddress="00155dc20001")
    if source == SOURCE_ZEROCONF:
        address = ip_address(ELSEWHERE)
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


async def agree(hass: HomeAssistant, flow: Any) -> Any:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    return result


@pytest.mark.parametrize(("source", "told_mac"), [(SOURCE_DHCP, ""), (SOURCE_ZEROCONF, "00:15:5D:C2:00:01")])
async def test_unit_that_answers_stays_where_it_is(
    hass: HomeAssistant, unit: Any, stranger: Any, loaded: MockConfigEntry, source: str, told_mac: str
) -> None:
    assert (await told(hass, source, mac=told_mac))["reason"] == "already_configured"
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not stranger.record.all(), "the token went to a stranger"
    await unit.command("change_token", token="another")
    assert (await told(hass, source, mac=told_mac))["reason"] in ("already_configured", "already_in_progress")
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not stranger.record.all()


async def test_unit_that_moved_gets_its_token_only_after_a_person_agreed(
    hass: HomeAssistant, unit: Any, stranger: Any, loaded: MockConfigEntry
) -> None:
    await unit.stop()
    flow = await told(hass)
    assert flow["step_id"] == "moved"
    assert flow["description_placeholders"] == {"name": "Mill 1", "old": "127.0.0.1", "new": ELSEWHERE}
    assert loaded.data[CONF_HOST] == "127.0.0.1"
    assert not stranger.record.all()
    stranger.set_fault("status", 500)
    flow = await agree(hass, flow)
    assert flow["errors"] == {"base": "not_rotoclear"}
    stranger.set_fault("status", False)
    assert (await agree(hass, flow))["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_HOST] == ELSEWHERE
    assert loaded.runtime_data.last_update_success


async def test_other_unit_where_ours_seems_to_have_moved(
    hass: HomeAssistant, unit: Any, stranger: Any, loaded: MockConfigEntry
) -> None:
    stranger.command("change", macAddr="00:15:5D:C2:00:09")
    await unit.stop()
    assert (await agree(hass, await told(hass)))["reason"] == "another_unit"
    assert loaded.data[CONF_HOST] == "127.0.0.1"


async def test_entry_that_goes_while_the_question_is_open(
    hass: HomeAssistant, unit: Any, stranger: Any, loaded: MockConfigEntry
) -> None:
    await unit.stop()
    flow = await told(hass)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert (await agree(hass, flow))["reason"] == "entry_gone"


@pytest.mark.parametrize("is_ours", [True, False])
async def test_pinned_certificate_proves_the_unit_without_the_token(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, is_ours: bool
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", ELSEWHERE], allow_unix_socket=True)
    fingerprint = unit.certificate.fingerprint.replace(":", "").lower()
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, CONF_FINGERPRINT: fingerprint}
    hass.config_entries.async_update_entry(entry, data=data)
    assert await hass.config_entries.async_setup(entry.entry_id)
    other = SIMULATOR(token=TOKEN, https_port=unit.https_port)
    if is_ours:
        other.certificate = unit.certificate
    await other.start(host=ELSEWHERE)
    await unit.stop()
    flow = await told(hass)
    if is_ours:
        assert flow["reason"] == "already_configured"
        assert entry.data[CONF_HOST] == ELSEWHERE
        assert entry.runtime_data.last_update_success
    else:
        assert flow["step_id"] == "moved"
        assert (await agree(hass, flow))["errors"] == {"base": "certificate"}
        assert entry.data[CONF_HOST] == "127.0.0.1"
        assert not other.record.all()
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()


async def test_name_that_a_certificate_is_for_is_not_replaced(
    hass: HomeAssistant, unit: Any, stranger: Any, entry: MockConfigEntry
) -> None:
    data = {**entry.data, CONF_HOST: "localhost", CONF_SSL: True, CONF_PORT: unit.https_port}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert (await told(hass))["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "localhost"
    assert not stranger.record.all()


async def test_second_unit_that_announces_no_mac_address_is_found(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    flow = await told(hass, SOURCE_ZEROCONF)
    assert flow["step_id"] == "user"
    assert (await told(hass, SOURCE_ZEROCONF, mac="00:15:5D:C2:00:02"))["reason"] == "already_in_progress"
    hass.config_entries.flow.async_abort(flow["flow_id"])
    hass.config_entries.async_update_entry(loaded, data={**user_input, CONF_HOST: "rotoclear-2.local"})
    assert (await told(hass, SOURCE_ZEROCONF))["reason"] == "already_configured"


async def test_unit_that_is_disabled_is_left_alone(
    hass: HomeAssistant, unit: Any, stranger: Any, entry: MockConfigEntry
) -> None:
    await unit.stop()
    assert (await told(hass))["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "127.0.0.1"
    assert not stranger.record.all()
