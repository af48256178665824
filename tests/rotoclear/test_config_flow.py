"""The config flows, with each error and a successful second try."""

from ipaddress import ip_address
from typing import Any

from homeassistant.config_entries import SOURCE_DHCP, SOURCE_USER, SOURCE_ZEROCONF
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import CONF_FINGERPRINT, DOMAIN
from simulators.rotoclear import SIMULATOR
from tests.flows import submit

from .conftest import MAC, TOKEN

pytestmark = pytest.mark.usefixtures("refused_handshakes")


async def begin(hass: HomeAssistant, source: str = SOURCE_USER, data: Any = None) -> dict[str, Any]:
    return dict(await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=data))


async def test_user_step(hass: HomeAssistant, unit: Any, user_input: dict[str, Any]) -> None:
    flow = await begin(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    done = await submit(hass, flow, user_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Rotoclear"
    assert done["data"] == user_input
    assert done["result"].unique_id == MAC


async def test_https_and_verification_are_the_defaults(hass: HomeAssistant) -> None:
    flow = await begin(hass)
    defaults = {key.schema: key.default() for key in flow["data_schema"].schema if callable(key.default)}
    assert defaults[CONF_SSL] is True
    assert defaults[CONF_VERIFY_SSL] is True
    assert defaults[CONF_USERNAME] == "API-User"
    assert CONF_TOKEN not in defaults


@pytest.mark.parametrize(
    ("wrong", "fault", "error"),
    [
        ({CONF_TOKEN: "wrong"}, None, "invalid_auth"),
        ({CONF_USERNAME: "nobody"}, None, "invalid_auth"),
        ({CONF_PORT: 1}, None, "cannot_connect"),
        ({CONF_SSL: True}, None, "cannot_connect"),
        ({}, ("status", 404), "not_rotoclear"),
        ({}, ("status", 500), "not_rotoclear"),
        ({}, ("garbage", True), "not_rotoclear"),
    ],
)
async def test_user_step_succeeds_after_an_error(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], wrong: dict[str, Any], fault: Any, error: str
) -> None:
    if fault:
        unit.set_fault(*fault)
    flow = await begin(hass)
    flow = await submit(hass, flow, {**user_input, **wrong})
    assert flow["type"] is FlowResultType.FORM
    assert flow["errors"] == {"base": error}
    suggested = {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
    assert suggested[CONF_HOST] == "127.0.0.1"
    # The form keeps the token if another field is wrong.
    assert suggested[CONF_TOKEN] == (None if error == "invalid_auth" else TOKEN)

    if fault:
        unit.set_fault(fault[0], False)
    assert (await submit(hass, flow, user_input))["type"] is FlowResultType.CREATE_ENTRY


async def test_user_step_needs_the_right_to_read_a_mac_address(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any]
) -> None:
    unit.command("set_rights", hidden=["macAddr", "netInfo"])
    flow = await submit(hass, await begin(hass), user_input)
    assert flow["errors"] == {"base": "no_identity"}
    unit.command("set_rights", hidden=["macAddr"])  # it uses the address of the first network device
    done = await submit(hass, flow, user_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].unique_id


async def test_user_step_updates_the_address_of_a_configured_unit(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HOST: "192.0.2.1"})
    done = await submit(hass, await begin(hass), user_input)
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "127.0.0.1"


async def test_a_self_signed_certificate_can_be_trusted(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any]
) -> None:
    secure = {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port}
    flow = await submit(hass, await begin(hass), secure)
    assert flow["type"] is FlowResultType.MENU
    assert flow["menu_options"] == ["pin_certificate", "skip_verification", "user"]
    fingerprint = unit.certificate.fingerprint.replace(":", "").lower()
    assert flow["description_placeholders"]["fingerprint"].replace(":", "").lower() == fingerprint

    done = await submit(hass, flow, {"next_step_id": "pin_certificate"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == {**secure, CONF_FINGERPRINT: fingerprint}
    assert done["result"].runtime_data.last_update_success


async def test_verification_of_a_self_signed_certificate_can_be_skipped(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any]
) -> None:
    secure = {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port}
    flow = await submit(hass, await begin(hass), secure)
    done = await submit(hass, flow, {"next_step_id": "skip_verification"})
    assert done["data"] == {**secure, CONF_VERIFY_SSL: False}


async def test_the_token_is_not_sent_before_the_certificate_is_trusted(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any]
) -> None:
    secure = {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port}
    flow = await submit(hass, await begin(hass), secure)
    assert flow["step_id"] == "certificate"
    assert not unit.record.all()
    back = await submit(hass, flow, {"next_step_id": "user"})
    assert back["type"] is FlowResultType.FORM
    assert back["step_id"] == "user"


async def test_a_wrong_token_with_a_trusted_certificate(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any]
) -> None:
    secure = {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port}
    flow = await submit(hass, await begin(hass), {**secure, CONF_TOKEN: "wrong"})
    flow = await submit(hass, flow, {"next_step_id": "pin_certificate"})
    assert flow["errors"] == {"base": "invalid_auth"}
    flow = await submit(hass, flow, secure)
    done = await submit(hass, flow, {"next_step_id": "pin_certificate"})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_the_unit_is_switched_off_while_its_certificate_is_fetched(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is simulated, because no simulator can vanish reliably between two connections."""
    from custom_components.rotoclear.common.client.errors import CannotConnect

    async def gone(*_: Any) -> str:
        raise CannotConnect("gone")

    monkeypatch.setattr("custom_components.rotoclear.config_flow.fetch_fingerprint", gone)
    flow = await submit(hass, await begin(hass), {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port})
    assert flow["errors"] == {"base": "cannot_connect"}


# Discovery --------------------------------------------------------------------------------------


def dhcp(mac: str = "00155dc20001", ip: str = "127.0.0.1") -> DhcpServiceInfo:
    return DhcpServiceInfo(ip=ip, hostname="rotoclear", macaddress=mac)


def zeroconf(port: int, kind: str = "_http._tcp.local.", **properties: str) -> ZeroconfServiceInfo:
    address = ip_address("127.0.0.1")
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        hostname="rotoclear.local.",
        name=f"rotoclear.{kind}",
        port=port,
        type=kind,
        properties=properties,
    )


async def test_discovery_by_dhcp(hass: HomeAssistant, unit: Any, user_input: dict[str, Any]) -> None:
    flow = await begin(hass, SOURCE_DHCP, dhcp())
    assert flow["step_id"] == "user"
    suggested = {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
    assert suggested[CONF_HOST] == "127.0.0.1"
    done = await submit(hass, flow, user_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].unique_id == MAC


@pytest.mark.parametrize(("kind", "ssl"), [("_http._tcp.local.", False), ("_https._tcp.local.", True)])
async def test_discovery_by_zeroconf(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], kind: str, ssl: bool
) -> None:
    flow = await begin(hass, SOURCE_ZEROCONF, zeroconf(unit.port, kind))
    suggested = {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
    assert suggested[CONF_PORT] == unit.port
    assert suggested[CONF_SSL] is ssl
    done = await submit(hass, flow, user_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_zeroconf_aborts_for_a_configured_unit(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    assert (await begin(hass, SOURCE_ZEROCONF, zeroconf(unit.port)))["reason"] == "already_configured"
    assert (await begin(hass, SOURCE_ZEROCONF, zeroconf(unit.port, mac=MAC)))["reason"] == "already_configured"


async def test_a_second_zeroconf_flow_without_mac_address_aborts(hass: HomeAssistant, unit: Any) -> None:
    await begin(hass, SOURCE_ZEROCONF, zeroconf(unit.port))
    assert (await begin(hass, SOURCE_ZEROCONF, zeroconf(unit.port)))["reason"] == "already_in_progress"


# Reauthentication, reconfiguration, options -----------------------------------------------------


async def test_reauthentication(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    await unit.command("change_token", token="new")
    flow = dict(await loaded.start_reauth_flow(hass))
    assert flow["step_id"] == "reauth_confirm"
    assert flow["description_placeholders"]["name"] == "Mill 1"
    flow = await submit(hass, flow, {CONF_USERNAME: "API-User", CONF_TOKEN: "wrong"})
    assert flow["errors"] == {"base": "invalid_auth"}
    done = await submit(hass, flow, {CONF_USERNAME: "API-User", CONF_TOKEN: "new"})
    assert done["reason"] == "reauth_successful"
    assert loaded.data[CONF_TOKEN] == "new"
    assert loaded.runtime_data.last_update_success


async def test_reauthentication_aborts_at_another_unit(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, unique_id="00:00:00:00:00:09")
    flow = dict(await entry.start_reauth_flow(hass))
    done = await submit(hass, flow, {CONF_USERNAME: "API-User", CONF_TOKEN: TOKEN})
    assert done["reason"] == "another_unit"


async def test_reconfiguration(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    flow = dict(await loaded.start_reconfigure_flow(hass))
    assert flow["step_id"] == "reconfigure"
    flow = await submit(hass, flow, {**user_input, CONF_TOKEN: "wrong"})
    assert flow["errors"] == {"base": "invalid_auth"}
    flow = await submit(hass, flow, {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port})
    assert flow["menu_options"][-1] == "reconfigure"
    flow = await submit(hass, flow, {"next_step_id": "reconfigure"})
    flow = await submit(hass, flow, {**user_input, CONF_SSL: True, CONF_PORT: unit.https_port})
    done = await submit(hass, flow, {"next_step_id": "pin_certificate"})
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_SSL] is True
    assert loaded.runtime_data.last_update_success


async def test_reconfiguration_aborts_at_another_unit(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    other = SIMULATOR(token=TOKEN, mac="00:15:5D:C2:00:02")
    await other.start()
    flow = dict(await loaded.start_reconfigure_flow(hass))
    done = await submit(hass, flow, {**user_input, CONF_PORT: other.port})
    await other.stop()
    assert done["reason"] == "another_unit"
    assert loaded.data == user_input


async def test_options_flow(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    done = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"advanced": {"heartbeat": 20}, "rtsp_path": "/live"}
    )
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == {"heartbeat": 20, "rtsp_path": "/live"}
    assert loaded.runtime_data.last_update_success
