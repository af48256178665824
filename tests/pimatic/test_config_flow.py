"""The config flows: each step, each error and the recovery from it."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_SSL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.common.flow import parse_server
from custom_components.pimatic.connection import base_url
from custom_components.pimatic.const import DOMAIN, OPTION_RULES, OPTION_VARIABLES
from simulators.pimatic import PimaticSimulator
from simulators.pimatic.house import recorded
from simulators.rotoclear.certificate import self_signed
from tests.flows import submit

from .conftest import ENTRY_ID


async def begin(hass: HomeAssistant) -> dict[str, Any]:
    return dict(await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER}))


async def test_the_user_step_creates_an_entry(
    hass: HomeAssistant, simulator: PimaticSimulator, user_input: dict[str, Any]
) -> None:
    flow = await begin(hass)
    assert flow["type"] is FlowResultType.FORM
    done = await submit(hass, flow, {**user_input, CONF_HOST: " 127.0.0.1 "})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "pimatic"
    assert done["data"] == user_input
    assert simulator.record.of("crash") == []


async def test_the_form_verifies_certificates_and_suggests_no_credentials(hass: HomeAssistant) -> None:
    flow = await begin(hass)
    defaults = {key.schema: key.default() for key in flow["data_schema"].schema if callable(key.default)}
    assert defaults == {CONF_PORT: 80, CONF_SSL: False, CONF_VERIFY_SSL: True, CONF_USERNAME: "", CONF_PASSWORD: ""}


@pytest.mark.parametrize(
    ("wrong", "fault", "errors"),
    [
        ({CONF_PASSWORD: "wrong"}, None, {"base": "invalid_auth"}),
        ({CONF_USERNAME: "nobody"}, None, {"base": "invalid_auth"}),
        ({CONF_USERNAME: "", CONF_PASSWORD: ""}, None, {CONF_USERNAME: "user_needed"}),
        ({CONF_USERNAME: "a:b"}, None, {CONF_USERNAME: "invalid_username"}),
        ({CONF_PORT: 1}, None, {"base": "cannot_connect"}),
        ({CONF_SSL: True}, None, {"base": "cannot_connect"}),
        ({CONF_HOST: "a b"}, None, {CONF_HOST: "invalid_host"}),
        ({CONF_HOST: "http://me:pw@127.0.0.1"}, None, {CONF_HOST: "invalid_host"}),
        ({CONF_HOST: "ftp://127.0.0.1"}, None, {CONF_HOST: "invalid_host"}),
        ({CONF_HOST: ":::"}, None, {CONF_HOST: "invalid_host"}),
        ({CONF_PASSWORD: "admin\npw"}, None, {CONF_PASSWORD: "invalid_text"}),
        ({CONF_USERNAME: "ad\x00min"}, None, {CONF_USERNAME: "invalid_text"}),
        ({CONF_HOST: ""}, None, {CONF_HOST: "invalid_host"}),
        ({}, ("no_such_server", True), {"base": "not_pimatic"}),
        ({}, ("status", 404), {"base": "not_pimatic"}),
        ({}, ("status", 503), {"base": "cannot_connect"}),
        ({}, ("no_websocket", True), {"base": "no_socket"}),
    ],
)
async def test_the_user_step_shows_an_error_and_then_succeeds(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    user_input: dict[str, Any],
    wrong: dict[str, Any],
    fault: tuple[str, Any] | None,
    errors: dict[str, str],
) -> None:
    if fault:
        simulator.set_fault(*fault)
    flow = await begin(hass)
    again = await submit(hass, flow, {**user_input, **wrong})
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == errors
    simulator.faults.clear()
    done = await submit(hass, again, user_input)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_self_signed_certificate_is_refused_unless_verification_is_off(
    hass: HomeAssistant, user_input: dict[str, Any]
) -> None:
    handle = hass.loop.get_exception_handler()
    # The server runs in the same event loop, and logs the refused handshake there.
    hass.loop.set_exception_handler(lambda *_: None)
    simulator = PimaticSimulator()
    port = await simulator.start(ssl_context=self_signed("pimatic").context)
    flow = await begin(hass)
    again = await submit(hass, flow, {**user_input, CONF_PORT: port, CONF_SSL: True})
    assert again["errors"] == {"base": "certificate"}
    done = await submit(hass, again, {**user_input, CONF_PORT: port, CONF_SSL: True, CONF_VERIFY_SSL: False})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(done["result"].entry_id)
    await simulator.stop()
    await asyncio.sleep(0)
    hass.loop.set_exception_handler(handle)


async def test_a_server_without_authentication_needs_no_credentials(
    hass: HomeAssistant, user_input: dict[str, Any]
) -> None:
    simulator = PimaticSimulator(authentication=False)
    port = await simulator.start()
    flow = await begin(hass)
    anybody = {**user_input, CONF_PORT: port, CONF_USERNAME: "", CONF_PASSWORD: ""}
    done = await submit(hass, flow, anybody)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_unload(done["result"].entry_id)
    await simulator.stop()


async def test_a_server_that_is_set_up_already_aborts_the_flow(
    hass: HomeAssistant, entry: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    done = await submit(hass, await begin(hass), user_input)
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "already_configured"


async def test_reauthentication_updates_the_password(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    simulator.command("set_password", username="admin", password="new")
    flow = dict(await loaded.start_reauth_flow(hass))
    assert flow["step_id"] == "reauth_confirm"
    again = await submit(hass, flow, {CONF_USERNAME: "admin", CONF_PASSWORD: "adminpw"})
    assert again["errors"] == {"base": "invalid_auth"}
    done = await submit(hass, again, {CONF_USERNAME: "admin", CONF_PASSWORD: "new"})
    assert done["reason"] == "reauth_successful"
    assert loaded.data == {**user_input, CONF_PASSWORD: "new"}
    assert loaded.state is ConfigEntryState.LOADED


async def test_reconfiguration_updates_the_address(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    flow = dict(await loaded.start_reconfigure_flow(hass))
    shown = {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
    assert shown[CONF_HOST] == "127.0.0.1"
    assert shown[CONF_PASSWORD] is None
    again = await submit(hass, flow, {**user_input, CONF_PASSWORD: "wrong"})
    assert again["errors"] == {"base": "invalid_auth"}
    resident = {**user_input, CONF_USERNAME: "resident", CONF_PASSWORD: "residentpw"}
    done = await submit(hass, again, resident)
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data == resident
    assert loaded.entry_id == ENTRY_ID


async def test_reconfiguration_to_another_server_keeps_the_devices(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    other = PimaticSimulator(devices=3)
    port = await other.start()
    flow = dict(await loaded.start_reconfigure_flow(hass))
    again = await submit(hass, flow, {**user_input, CONF_PORT: port})
    assert again["errors"] == {"base": "another_server"}
    done = await submit(hass, again, user_input)
    assert done["reason"] == "reconfigure_successful"
    await other.stop()


async def test_reconfiguration_to_a_server_of_another_entry_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    twin = PimaticSimulator()
    assert twin.house.devices.keys() == {device["id"] for device in recorded()["devices"]}
    port = await twin.start()
    MockConfigEntry(domain=DOMAIN, title="Other", data={**user_input, CONF_PORT: port}).add_to_hass(hass)
    flow = dict(await loaded.start_reconfigure_flow(hass))
    done = await submit(hass, flow, {**user_input, CONF_PORT: port})
    assert done["reason"] == "already_configured"
    await twin.stop()


async def test_options_are_saved(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    result = await hass.config_entries.options.async_configure(
        flow["flow_id"], {OPTION_VARIABLES: False, OPTION_RULES: False}
    )
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not loaded.runtime_data.variables
    assert not loaded.runtime_data.rule_names
    assert not [state for state in hass.states.async_all("number") if "the_answer" in state.entity_id]


async def test_spaces_around_pasted_input_are_removed(
    hass: HomeAssistant, simulator: PimaticSimulator, user_input: dict[str, Any]
) -> None:
    pasted = {
        **user_input,
        CONF_HOST: f" http://127.0.0.1:{simulator.port}/#!/ \n",
        CONF_PORT: 80,
        CONF_SSL: True,
        CONF_PASSWORD: f"{user_input[CONF_PASSWORD]}\n",
    }
    done = await submit(hass, await begin(hass), pasted)
    assert done["data"] == user_input


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("::1", "http://[::1]:8080"),
        ("[::1]:90", "http://[::1]:90"),
        ("https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]:8080"),
    ],
)
def test_an_ipv6_address_works_in_the_url(pasted: str, url: str) -> None:
    data = {CONF_HOST: pasted, CONF_PORT: 8080, CONF_SSL: False}
    assert parse_server(data) == {}
    assert str(base_url(data)) == url


def suggested(result: dict[str, Any]) -> dict[str, Any]:
    """Return the suggested values of a form."""
    keys = result["data_schema"].schema
    return {key.schema: key.description["suggested_value"] for key in keys if key.description}


async def test_the_form_keeps_the_password_unless_it_was_refused(
    hass: HomeAssistant, user_input: dict[str, Any]
) -> None:
    flow = await begin(hass)
    shown = await submit(hass, flow, {**user_input, CONF_HOST: "a b"})
    assert suggested(shown)[CONF_PASSWORD] == user_input[CONF_PASSWORD]
    shown = await submit(hass, flow, {**user_input, CONF_PASSWORD: "wrong"})
    assert CONF_PASSWORD not in suggested(shown)


async def test_an_empty_password_keeps_the_stored_one_of_the_same_user(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    flow = dict(await loaded.start_reconfigure_flow(hass))
    assert CONF_PASSWORD not in suggested(flow)
    shown = await submit(hass, flow, {**user_input, CONF_PASSWORD: "", CONF_USERNAME: "resident"})
    assert shown["errors"] == {"base": "invalid_auth"}
    shown = await submit(hass, flow, {**user_input, CONF_PASSWORD: "", CONF_PORT: 1})
    assert shown["errors"] == {"base": "cannot_connect"}
    # The form does not contain the stored password.
    assert user_input[CONF_PASSWORD] not in suggested(shown).values()
    done = await submit(hass, flow, {**user_input, CONF_PASSWORD: ""})
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_PASSWORD] == user_input[CONF_PASSWORD]
