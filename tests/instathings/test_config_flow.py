"""The config flows: each step, each error and the recovery from it."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

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
from tests.entries import set_up
from tests.flows import submit

from .conftest import url_of


async def begin(hass: HomeAssistant, step: str) -> dict[str, Any]:
    """Start a flow and select a menu option."""
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert flow["type"] is FlowResultType.MENU
    return dict(await hass.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": step}))


@pytest.fixture
def cloud_input(cloud: CloudSimulator) -> dict[str, Any]:
    """Return the user input of the form for a project."""
    return {
        CONF_PROJECT: "house",
        CONF_CLIENT_ID: "demo-client",
        CONF_CLIENT_SECRET: "demo-secret",
        "advanced": {CONF_BASE_URL: str(url_of(cloud)), CONF_WEBSOCKET_URL: f"ws://127.0.0.1:{cloud.port}/"},
    }


@pytest.fixture
def gateway_input(gateway: GatewaySimulator) -> dict[str, Any]:
    """Return the user input of the form for a gateway."""
    return {CONF_HOST: "127.0.0.1", CONF_PORT: gateway.port, CONF_SSL: False, CONF_VERIFY_SSL: True}


async def test_the_cloud_step_creates_an_entry(
    hass: HomeAssistant, cloud_input: dict[str, Any], cloud_data: dict[str, Any]
) -> None:
    flow = await begin(hass, CLOUD)
    assert (flow["type"], flow["step_id"]) == (FlowResultType.FORM, CLOUD)
    done = await submit(hass, flow, cloud_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "house"
    assert done["result"].unique_id == "house"
    assert done["data"] == cloud_data | {CONF_BASE_URL: cloud_data[CONF_BASE_URL].rstrip("/")}
    again = await submit(hass, await begin(hass, CLOUD), {**cloud_input, CONF_PROJECT: " House "})
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_the_addresses_are_derived_from_the_project(
    hass: HomeAssistant, cloud_input: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    class Api:
        async def devices(self) -> list[Any]:
            return []

    def api(_hass: HomeAssistant, data: dict[str, Any], _dropped: Any) -> Api:
        asked.append(data)
        return Api()

    monkeypatch.setattr("custom_components.instathings.config_flow.cloud_client", api)
    monkeypatch.setattr("custom_components.instathings.async_setup_entry", _nothing)
    flow = await begin(hass, CLOUD)
    done = await submit(hass, flow, {**cloud_input, CONF_PROJECT: "My-House", "advanced": {}})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert asked[0][CONF_BASE_URL] == "https://My-House.instathings.io"
    assert asked[0][CONF_WEBSOCKET_URL] == "wss://wss.instathings.io"


@pytest.mark.parametrize("field", [CONF_CLIENT_ID, CONF_CLIENT_SECRET])
async def test_spaces_around_pasted_credentials_are_removed(
    hass: HomeAssistant, cloud_input: dict[str, Any], cloud_data: dict[str, Any], field: str
) -> None:
    """A line break inside is an error at its field."""
    broken = await submit(hass, await begin(hass, CLOUD), {**cloud_input, field: "two\nlines"})
    assert broken["errors"] == {field: "invalid_text"}
    done = await submit(hass, broken, {**cloud_input, field: f" {cloud_input[field]}\n"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"][field] == cloud_data[field]


def shown(flow: dict[str, Any]) -> dict[str, Any]:
    """Return the suggested values of a form."""
    return {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}


async def _nothing(*_: Any) -> bool:
    return True


@pytest.mark.parametrize(
    ("fault", "value", "error"),
    [
        ("token_status", 401, "invalid_auth"),
        ("token_status", 400, "invalid_auth"),
        ("token_status", 429, "too_many_requests"),
        ("token_status", 503, "cannot_connect"),
        # A web page, or a redirect to one.
        ("token_status", 200, "not_instathings"),
        ("token_status", 302, "not_instathings"),
        ("tokens_refused", True, "cannot_connect"),
    ],
)
async def test_the_cloud_step_shows_an_error_and_then_succeeds(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_input: dict[str, Any], fault: str, value: Any, error: str
) -> None:
    cloud.set_fault(fault, value)
    flow = await submit(hass, await begin(hass, CLOUD), cloud_input)
    assert flow["errors"] == {"base": error}
    # The form keeps the input; the secret only if it was not refused.
    assert shown(flow)[CONF_CLIENT_ID] == "demo-client"
    assert shown(flow)[CONF_CLIENT_SECRET] == (None if error == "invalid_auth" else "demo-secret")
    cloud.set_fault(fault, None)
    assert (await submit(hass, flow, cloud_input))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("status", "error"), [(403, "refused"), (404, "not_instathings"), (200, "not_instathings")])
async def test_another_server_is_an_error(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_input: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    error: str,
) -> None:
    async def token(*_: Any, **__: Any) -> str:
        return "token"

    monkeypatch.setattr("custom_components.instathings.api.token.TokenSource.get", token)
    cloud.set_fault("status", status)
    flow = await submit(hass, await begin(hass, CLOUD), cloud_input)
    assert flow["errors"] == {"base": error}
    monkeypatch.undo()
    cloud.set_fault("status", None)
    assert (await submit(hass, flow, cloud_input))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({CONF_PROJECT: "my house"}, {CONF_PROJECT: "invalid_project"}),
        ({CONF_PROJECT: "house.example/x"}, {CONF_PROJECT: "invalid_project"}),
        ({"advanced": {CONF_BASE_URL: "ftp://example.com"}}, {"base": "invalid_url"}),
        ({"advanced": {CONF_BASE_URL: "https://a:b@example.com"}}, {"base": "invalid_url"}),
        ({"advanced": {CONF_BASE_URL: "https://[broken"}}, {"base": "invalid_url"}),
        ({"advanced": {CONF_WEBSOCKET_URL: "https://example.com"}}, {"base": "invalid_url"}),
        ({"advanced": {CONF_BASE_URL: "https://xn--a"}}, {"base": "invalid_url"}),
        ({"advanced": {CONF_WEBSOCKET_URL: "wss://fe80::1%x@host"}}, {"base": "invalid_url"}),
    ],
)
async def test_an_invalid_address_is_an_error_without_a_request(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_input: dict[str, Any],
    change: dict[str, Any],
    errors: dict[str, str],
) -> None:
    if "advanced" in change:
        change = {"advanced": {**cloud_input["advanced"], **change["advanced"]}}
    flow = await submit(hass, await begin(hass, CLOUD), {**cloud_input, **change})
    assert flow["errors"] == errors
    section = next(value for key, value in flow["data_schema"].schema.items() if key.schema == "advanced")
    assert section.options["collapsed"] is ("advanced" not in change), "the section with the invalid field is open"
    assert cloud.record.all() == []
    assert (await submit(hass, flow, cloud_input))["type"] is FlowResultType.CREATE_ENTRY


async def test_reauthentication_updates_the_credentials(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, cloud_input: dict[str, Any]
) -> None:
    await set_up(hass, cloud_entry)
    cloud.access.client_secret = "another-secret"
    flow = dict(await cloud_entry.start_reauth_flow(hass))
    assert flow["step_id"] == "reauth_confirm"
    wrong = await submit(hass, flow, {CONF_CLIENT_ID: "demo-client", CONF_CLIENT_SECRET: "demo-secret"})
    assert wrong["errors"] == {"base": "invalid_auth"}
    done = await submit(hass, flow, {CONF_CLIENT_ID: "demo-client", CONF_CLIENT_SECRET: "another-secret"})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    assert cloud_entry.data[CONF_CLIENT_SECRET] == "another-secret"


async def test_reconfiguration_of_a_project_updates_the_entry(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, cloud_input: dict[str, Any]
) -> None:
    await set_up(hass, cloud_entry)
    flow = dict(await cloud_entry.start_reconfigure_flow(hass))
    assert flow["step_id"] == "reconfigure_cloud"
    other = await submit(hass, flow, {**cloud_input, CONF_PROJECT: "other"})
    assert (other["type"], other["reason"]) == (FlowResultType.ABORT, "another_project")
    cloud.access.client_id = "new-client"
    flow = dict(await cloud_entry.start_reconfigure_flow(hass))
    done = await submit(hass, flow, {**cloud_input, CONF_CLIENT_ID: "new-client"})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert cloud_entry.data[CONF_CLIENT_ID] == "new-client"


async def test_reconfiguration_keeps_the_secret_if_none_is_entered(
    hass: HomeAssistant, cloud_entry: MockConfigEntry, cloud_input: dict[str, Any]
) -> None:
    await set_up(hass, cloud_entry)
    flow = dict(await cloud_entry.start_reconfigure_flow(hass))
    assert shown(flow)[CONF_CLIENT_SECRET] is None, "the stored secret is not sent to the browser"
    without_secret = {key: value for key, value in cloud_input.items() if key != CONF_CLIENT_SECRET}
    done = await submit(hass, flow, without_secret)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert cloud_entry.data[CONF_CLIENT_SECRET] == "demo-secret"


@pytest.mark.parametrize(
    "pasted", ["https://house.instathings.io/devices", "house.instathings.io", " HOUSE.instathings.io/ "]
)
async def test_the_project_is_parsed_from_its_address(
    hass: HomeAssistant, cloud_input: dict[str, Any], pasted: str
) -> None:
    done = await submit(hass, await begin(hass, CLOUD), {**cloud_input, CONF_PROJECT: pasted})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"][CONF_PROJECT] == "house"


async def test_the_on_premise_step_creates_an_entry(
    hass: HomeAssistant, gateway_input: dict[str, Any], gateway_data: dict[str, Any]
) -> None:
    flow = await begin(hass, ON_PREMISE)
    assert (flow["type"], flow["step_id"]) == (FlowResultType.FORM, ON_PREMISE)
    done = await submit(hass, flow, {**gateway_input, CONF_HOST: " 127.0.0.1 "})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Gateway 127.0.0.1"
    assert done["data"] == gateway_data
    again = await submit(hass, await begin(hass, ON_PREMISE), gateway_input)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_the_on_premise_step_shows_an_error_and_then_succeeds(
    hass: HomeAssistant, gateway: GatewaySimulator, cloud: CloudSimulator, gateway_input: dict[str, Any]
) -> None:
    flow = await begin(hass, ON_PREMISE)
    for change, errors in (
        ({CONF_PORT: 9}, {"base": "cannot_connect"}),
        # The cloud is no gateway.
        ({CONF_PORT: cloud.port}, {"base": "not_a_gateway"}),
        ({CONF_HOST: "no host at all/"}, {CONF_HOST: "invalid_host"}),
    ):
        flow = await submit(hass, flow, {**gateway_input, **change})
        assert flow["errors"] == errors
    assert (await submit(hass, flow, gateway_input))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_gateway_without_database_is_accepted(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_input: dict[str, Any]
) -> None:
    gateway.set_fault("database_down", 0.05)
    done = await submit(hass, await begin(hass, ON_PREMISE), gateway_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_reconfiguration_of_a_gateway_updates_the_address(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry, gateway_input: dict[str, Any]
) -> None:
    await set_up(hass, gateway_entry)
    other = MockConfigEntry(
        domain=DOMAIN, data={CONF_CONNECTION: ON_PREMISE, CONF_HOST: "192.0.2.1", CONF_PORT: 1234}, title="other"
    )
    other.add_to_hass(hass)
    flow = dict(await gateway_entry.start_reconfigure_flow(hass))
    assert flow["step_id"] == "reconfigure_on_premise"
    taken = await submit(hass, flow, {**gateway_input, CONF_HOST: "192.0.2.1", CONF_PORT: 1234})
    assert (taken["type"], taken["reason"]) == (FlowResultType.ABORT, "already_configured")
    flow = dict(await gateway_entry.start_reconfigure_flow(hass))
    assert gateway_entry.source != SOURCE_RECONFIGURE
    done = await submit(hass, flow, {**gateway_input, CONF_VERIFY_SSL: False})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert gateway_entry.data[CONF_VERIFY_SSL] is False


async def test_options_of_a_project_are_saved(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    flow = dict(await hass.config_entries.options.async_init(in_cloud.entry_id))
    assert flow["step_id"] == CLOUD
    done = await hass.config_entries.options.async_configure(str(flow["flow_id"]), {"http_seconds": 30})
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert in_cloud.options == {"http_seconds": 30}


async def test_options_of_a_gateway_are_saved(hass: HomeAssistant, at_gateway: MockConfigEntry) -> None:
    flow = dict(await hass.config_entries.options.async_init(at_gateway.entry_id))
    assert flow["step_id"] == ON_PREMISE
    for wrong in ("short", "far too long an id", "sla/sh001"):
        flow = dict(
            await hass.config_entries.options.async_configure(
                str(flow["flow_id"]), {"silence_minutes": 5, "devices": ["zbTemp001", wrong]}
            )
        )
        assert flow["errors"] == {"devices": "invalid_device_id"}
    done = await hass.config_entries.options.async_configure(
        str(flow["flow_id"]), {"silence_minutes": 5, "devices": [" zbTemp001 ", "zbTemp001"]}
    )
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert at_gateway.options == {"silence_minutes": 5, "devices": ["zbTemp001"]}
    assert hass.states.get("sensor.zbtemp001_temperature") is not None
