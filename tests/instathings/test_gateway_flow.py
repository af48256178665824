"""The subentry flow for a project's gateway on the network, which is recognized by its readings."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SubentryFlowContext
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api import GatewayClient
from custom_components.instathings.api.recognize import recognize
from custom_components.instathings.const import CONF_GATEWAY_ID, SUBENTRY_GATEWAY
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY as HUB
from tests.entries import set_up
from tests.waiting import eventually


@pytest.fixture
def address(gateway: GatewaySimulator) -> dict[str, Any]:
    """Return the user input of the form."""
    return {CONF_HOST: "127.0.0.1", CONF_PORT: gateway.port, CONF_SSL: False, CONF_VERIFY_SSL: True}


async def begin(hass: HomeAssistant, entry: MockConfigEntry, subentry_id: str | None = None) -> dict[str, Any]:
    """Start a flow that adds a gateway or changes its address."""
    context = SubentryFlowContext(source=SOURCE_USER)
    if subentry_id is not None:
        context = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
    return dict(await hass.config_entries.subentries.async_init((entry.entry_id, SUBENTRY_GATEWAY), context=context))


async def submit(hass: HomeAssistant, flow: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    result = dict(await hass.config_entries.subentries.async_configure(flow["flow_id"], typed))
    await hass.async_block_till_done()
    return result


def errors_of(result: dict[str, Any]) -> dict[str, str]:
    assert result["type"] is FlowResultType.FORM
    return dict(result["errors"])


async def test_a_gateway_is_added_and_its_address_changed(
    hass: HomeAssistant, in_cloud: MockConfigEntry, gateway: GatewaySimulator, address: dict[str, Any]
) -> None:
    flow = await begin(hass, in_cloud)
    assert errors_of(flow) == {}
    result = await submit(hass, flow, {**address, CONF_HOST: "not a host"})
    assert errors_of(result) == {CONF_HOST: "invalid_host"}
    # A pasted address is normalized.
    result = await submit(hass, result, {**address, CONF_HOST: f"http://127.0.0.1:{gateway.port}/"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = in_cloud.subentries.values()
    assert (subentry.title, subentry.unique_id) == ("Gateway", HUB)
    assert subentry.data == {**address, CONF_GATEWAY_ID: HUB}
    await eventually(lambda: in_cloud.runtime_data.local_gateways[HUB].is_connected)
    again = await submit(hass, await begin(hass, in_cloud), address)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
    changed = await submit(hass, await begin(hass, in_cloud, subentry.subentry_id), {**address, CONF_VERIFY_SSL: False})
    assert (changed["type"], changed["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    (subentry,) = in_cloud.subentries.values()
    assert subentry.data[CONF_VERIFY_SSL] is False
    await eventually(lambda: in_cloud.runtime_data.local_gateways[HUB].is_connected)


async def test_a_gateway_that_cannot_be_recognized_is_an_error(
    hass: HomeAssistant,
    in_cloud: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    address: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.instathings.api.gateway.REQUEST_SECONDS", 1.0)
    flow = await begin(hass, in_cloud)
    assert errors_of(await submit(hass, flow, {**address, CONF_PORT: cloud.port})) == {"base": "not_a_gateway"}
    assert errors_of(await submit(hass, flow, {**address, CONF_PORT: 1})) == {"base": "cannot_connect"}
    gateway.set_fault("database_down", 0.05)
    assert errors_of(await submit(hass, flow, address)) == {"base": "database_down"}
    gateway.set_fault("database_down", None)
    rows = dict(gateway.store._rows)
    gateway.store._rows.clear()
    assert errors_of(await submit(hass, flow, address)) == {"base": "unknown_gateway"}
    gateway.store._rows.update(rows)
    result = await submit(hass, flow, address)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_another_gateway_of_the_project_is_refused(
    hass: HomeAssistant, in_cloud: MockConfigEntry, address: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(hass, await begin(hass, in_cloud), address)
    (subentry,) = in_cloud.subentries.values()
    hass.config_entries.async_update_subentry(in_cloud, subentry, unique_id="gwOther01")
    flow = await begin(hass, in_cloud, subentry.subentry_id)
    assert errors_of(await submit(hass, flow, address)) == {"base": "another_gateway"}


async def test_a_gateway_that_has_an_entry_is_refused(
    hass: HomeAssistant, in_cloud: MockConfigEntry, gateway_entry: MockConfigEntry, address: dict[str, Any]
) -> None:
    await set_up(hass, gateway_entry)
    result = await submit(hass, await begin(hass, in_cloud), address)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "has_own_entry")
    assert gateway_entry.supported_subentry_types == {}


async def test_the_flow_is_aborted_without_a_connected_project(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(in_cloud.entry_id)
    flow = await begin(hass, in_cloud)
    assert (flow["type"], flow["reason"]) == (FlowResultType.ABORT, "entry_not_loaded")


async def test_the_gateway_is_recognized_by_its_readings(
    gateway: GatewaySimulator, gateway_client: GatewayClient
) -> None:
    async def found(behind: dict[str, list[str]]) -> str | None:
        return await recognize(gateway_client, behind)

    assert await found({"one": ["zbDoor001"], "other": ["foreign01"]}) == "one"
    assert await found({"one": ["no id", "foreign01", "zbDoor001"], "other": []}) == "one"
    assert await found({"one": ["zbDoor001"], "other": ["zbBulb001"]}) is None, "the readings are of two gateways"
    assert await found({"one": [f"foreign{number:02}" for number in range(20)] + ["zbDoor001"]}) is None
