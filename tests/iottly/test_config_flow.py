"""The config flow, options flow and subentry flow: each step, each error and the recovery from it."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import (
    CONF_BASE_URL,
    CONF_PROJECT_ID,
    DOMAIN,
    HEADER_AUTH,
    SUBENTRY_BUTTON,
    SUBENTRY_COVER,
    SUBENTRY_LIGHT,
    SUBENTRY_NUMBER,
    SUBENTRY_SWITCH,
)
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import PROJECT_ID
from tests.flows import submit, suggested

from .conftest import TOKEN, WEBHOOK_ID, both_generations
from .subentries import COVER, LIGHT, NUMBER


async def begin(hass: HomeAssistant) -> dict[str, Any]:
    return dict(await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER}))


@both_generations
async def test_the_user_step_creates_an_entry(
    hass: HomeAssistant, cloud: IottlyCloud, user_input: dict[str, Any]
) -> None:
    flow = await begin(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    done = await submit(hass, flow, {**user_input, CONF_BASE_URL: f" http://127.0.0.1:{cloud.port}/ "})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "My awesome project"
    webhook_id = done["data"][CONF_WEBHOOK_ID]
    assert done["data"] == {**user_input, CONF_WEBHOOK_ID: webhook_id}
    assert done["result"].unique_id == PROJECT_ID
    assert done["result"].state is ConfigEntryState.LOADED
    assert done["description_placeholders"]["url"].endswith(f"/api/webhook/{webhook_id}")
    assert await hass.config_entries.async_unload(done["result"].entry_id)


@pytest.mark.parametrize(
    ("wrong", "fault", "errors"),
    [
        ({CONF_TOKEN: "wrong"}, None, {CONF_TOKEN: "invalid_auth"}),
        ({CONF_PROJECT_ID: "another"}, None, {CONF_PROJECT_ID: "no_permission"}),
        ({CONF_BASE_URL: "http://127.0.0.1:1/v1.0"}, None, {"base": "cannot_connect"}),
        ({CONF_BASE_URL: "ftp://iottly"}, None, {CONF_BASE_URL: "invalid_url"}),
        ({}, ("status", 404), {CONF_BASE_URL: "not_iottly"}),
        ({}, ("no_project", "json"), {CONF_PROJECT_ID: "no_project"}),
        ({}, ("no_project", "html"), {CONF_BASE_URL: "not_iottly"}),
        ({}, ("status", 503), {"base": "cannot_connect"}),
        ({}, ("broken_json", True), {CONF_BASE_URL: "not_iottly"}),
        ({}, ("wrong_types", True), {CONF_BASE_URL: "not_iottly"}),
        ({}, ("html_errors", True), None),
    ],
)
async def test_the_user_step_shows_an_error_and_then_succeeds(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    user_input: dict[str, Any],
    wrong: dict[str, Any],
    fault: Any,
    errors: dict[str, str] | None,
) -> None:
    if fault:
        cloud.set_fault(*fault)
    flow = await begin(hass)
    flow = await submit(hass, flow, {**user_input, **wrong})
    if errors is not None:
        assert flow["type"] is FlowResultType.FORM
        assert flow["errors"] == errors
        assert suggested(flow)[CONF_PROJECT_ID]
        assert (suggested(flow)[CONF_TOKEN] is None) is (CONF_TOKEN in errors), (
            "the form keeps the token unless it is wrong"
        )
        if fault:
            cloud.set_fault(fault[0], False)
        flow = await submit(hass, flow, user_input)
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_unload(flow["result"].entry_id)


async def test_two_concurrent_flows_for_a_project_create_one_entry(
    hass: HomeAssistant, cloud: IottlyCloud, user_input: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second entry would replace the first one and remove its entities."""
    first = MockConfigEntry(domain=DOMAIN, unique_id=PROJECT_ID)

    async def slow_url(*_: object) -> str:
        first.add_to_hass(hass)
        return "http://home"

    monkeypatch.setattr("custom_components.iottly.config_flow.async_webhook_url", slow_url)
    done = await submit(hass, await begin(hass), user_input)
    assert (done["type"], done.get("reason")) == (FlowResultType.ABORT, "already_configured")
    assert hass.config_entries.async_entries(DOMAIN) == [first]


async def test_a_project_that_is_set_up_already_aborts_the_flow(
    hass: HomeAssistant, entry: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    done = await submit(hass, await begin(hass), user_input)
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "already_configured"


async def test_reauthentication_updates_the_token(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.token = "renewed"
    flow = dict(await loaded.start_reauth_flow(hass))
    assert flow["step_id"] == "reauth_confirm"
    flow = await submit(hass, flow, {CONF_TOKEN: "wrong"})
    assert flow["errors"] == {CONF_TOKEN: "invalid_auth"}
    assert suggested(flow)[CONF_TOKEN] is None
    cloud.set_fault("forbidden")
    flow = await submit(hass, flow, {CONF_TOKEN: "renewed"})
    assert flow["errors"] == {"base": "no_permission"}
    assert suggested(flow)[CONF_TOKEN] == "renewed", "the form keeps a token that was not refused"
    cloud.set_fault("forbidden", False)
    done = await submit(hass, flow, {CONF_TOKEN: " renewed "})
    assert done["reason"] == "reauth_successful"
    assert loaded.data[CONF_TOKEN] == "renewed"
    assert loaded.data[CONF_WEBHOOK_ID] == WEBHOOK_ID
    assert loaded.state is ConfigEntryState.LOADED


async def test_reconfiguration_updates_the_address(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    port = await cloud.start()
    flow = dict(await loaded.start_reconfigure_flow(hass))
    assert flow["step_id"] == "reconfigure"
    assert suggested(flow)[CONF_BASE_URL] == user_input[CONF_BASE_URL]
    assert suggested(flow)[CONF_TOKEN] is None
    flow = await submit(hass, flow, {**user_input, CONF_TOKEN: "wrong"})
    assert flow["errors"] == {CONF_TOKEN: "invalid_auth"}
    moved = {CONF_PROJECT_ID: user_input[CONF_PROJECT_ID], CONF_BASE_URL: f"http://127.0.0.1:{port}/v1.0"}
    done = await submit(hass, flow, moved)
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_TOKEN] == user_input[CONF_TOKEN], "the stored token is kept if none is entered"
    assert loaded.data[CONF_BASE_URL] == f"http://127.0.0.1:{port}/v1.0"
    assert loaded.data[CONF_WEBHOOK_ID] == WEBHOOK_ID


async def test_reconfiguration_to_another_project_is_refused(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    cloud.project.id = "another"
    done = await submit(
        hass, dict(await loaded.start_reconfigure_flow(hass)), {**user_input, CONF_PROJECT_ID: "another"}
    )
    assert done["reason"] == "another_project"
    cloud.project.id = PROJECT_ID
    hass.config_entries.async_update_entry(loaded, unique_id="yet another")
    done = await submit(hass, dict(await loaded.start_reauth_flow(hass)), {CONF_TOKEN: TOKEN})
    assert done["reason"] == "another_project"


async def test_options_are_saved(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    placeholders = flow["description_placeholders"]
    assert placeholders is not None
    assert placeholders["url"].endswith(f"/api/webhook/{WEBHOOK_ID}")
    assert placeholders["secret_header"] == HEADER_AUTH
    options = {"webhook": True, "webhook_secret": "s", "poll_interval": 30, "answer_seconds": 5}
    done = await hass.config_entries.options.async_configure(flow["flow_id"], options)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == options
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.runtime_data.schedule.due_in <= 30


# Subentries -----------------------------------------------------------------------------------------

BUTTON = {"name": "Say hello", "board": GREENHOUSE, "cmd_type": "echo", "values": {"content": "hello"}}
SWITCH = {
    "name": "Pump",
    "board": GREENHOUSE,
    "cmd_type": "relay",
    "values_on": {"status": "on"},
    "values_off": {"relay.status": "off"},
    "state_key": "relay.status",
}


TYPED: dict[str, dict[str, Any]] = {
    SUBENTRY_BUTTON: BUTTON,
    SUBENTRY_SWITCH: SWITCH,
    SUBENTRY_LIGHT: {"name": "Lamp", **LIGHT},
    SUBENTRY_COVER: {"name": "Roof", **COVER},
    SUBENTRY_NUMBER: {"name": "Target", **NUMBER, "board": GREENHOUSE},
}


async def add(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> dict[str, Any]:
    return dict(
        await hass.config_entries.subentries.async_init((entry.entry_id, kind), context={"source": SOURCE_USER})
    )


async def configure(hass: HomeAssistant, flow: dict[str, Any], user_input: dict[str, Any]) -> dict[str, Any]:
    result = dict(await hass.config_entries.subentries.async_configure(flow["flow_id"], user_input))
    await hass.async_block_till_done()
    return result


@pytest.mark.parametrize(("kind", "typed"), TYPED.items())
async def test_a_command_is_added_changed_and_removed(
    hass: HomeAssistant, loaded: MockConfigEntry, kind: str, typed: dict[str, Any]
) -> None:
    done = await configure(hass, await add(hass, loaded, kind), typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = loaded.subentries.values()
    assert subentry.title == typed["name"]
    assert dict(subentry.data) == {name: value for name, value in typed.items() if name != "name"}
    platform = kind.removeprefix("command_")
    entity_id = f"{platform}.greenhouse_{typed['name'].lower().replace(' ', '_')}"
    assert hass.states.get(entity_id) is not None

    flow = dict(
        await hass.config_entries.subentries.async_init(
            (loaded.entry_id, kind),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry.subentry_id},
        )
    )
    assert flow["step_id"] == "reconfigure"
    assert suggested(flow)["cmd_type"] == typed["cmd_type"]
    done = await configure(hass, flow, {**typed, "name": "Renamed", "board": METER})
    assert done["reason"] == "reconfigure_successful"
    assert hass.states.get(entity_id) is None
    entity_id = f"{platform}.power_meter_renamed"
    assert hass.states.get(entity_id) is not None

    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    await hass.async_block_till_done()
    assert hass.states.get(entity_id) is None
    assert loaded.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("kind", "wrong", "errors"),
    [
        (SUBENTRY_BUTTON, {"name": "  "}, {"name": "no_name"}),
        (SUBENTRY_BUTTON, {"cmd_type": " "}, {"cmd_type": "no_cmd_type"}),
        (SUBENTRY_BUTTON, {"values": {"foo.bar": 1}}, {"values": "foreign_prefix"}),
        (SUBENTRY_BUTTON, {"values": {"content": ""}}, {"values": "empty_value"}),
        (SUBENTRY_BUTTON, {"values": {"content": [1]}}, {"values": "not_a_scalar"}),
        (SUBENTRY_BUTTON, {"values": "content: hello"}, {"values": "not_an_object"}),
        (SUBENTRY_SWITCH, {"values_off": {"foo.bar": 1}}, {"values_off": "foreign_prefix"}),
        (SUBENTRY_SWITCH, {"values_off": {"status": "on"}}, {"values_off": "same_values"}),
        (SUBENTRY_LIGHT, {"option": "foo.bar"}, {"option": "foreign_prefix"}),
        (SUBENTRY_LIGHT, {"option": "", "values_on": {"a": 1}}, {"values_on": "no_values"}),
        (SUBENTRY_LIGHT, {"option": " ", "values_on": {"a": 1}, "values_off": {"a": 1}}, {"values_off": "same_values"}),
        (SUBENTRY_COVER, {"option": "", "values_close": {}}, {"values_open": "no_values"}),
        (SUBENTRY_COVER, {"values_stop": "stop"}, {"values_stop": "not_an_object"}),
        (SUBENTRY_NUMBER, {"option": " "}, {"option": "no_option"}),
        (SUBENTRY_NUMBER, {"max": 5}, {"max": "no_range"}),
        (SUBENTRY_NUMBER, {"cmd_type": " "}, {"cmd_type": "no_cmd_type"}),
    ],
)
async def test_the_command_form_shows_an_error_and_then_succeeds(
    hass: HomeAssistant, loaded: MockConfigEntry, kind: str, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    right = TYPED[kind]
    flow = await configure(hass, await add(hass, loaded, kind), {**right, **wrong})
    assert flow["errors"] == errors
    done = await configure(hass, flow, right)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_command_flow_is_aborted_without_the_project(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    flow = await add(hass, entry, SUBENTRY_BUTTON)
    assert flow["reason"] == "entry_not_loaded"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (SUBENTRY_LIGHT, "highest", "nan"),
        (SUBENTRY_NUMBER, "min", "nan"),
        (SUBENTRY_NUMBER, "min", "-inf"),
        (SUBENTRY_NUMBER, "max", "inf"),
        (SUBENTRY_NUMBER, "step", "nan"),
    ],
)
async def test_a_number_of_the_command_form_is_finite(
    hass: HomeAssistant, loaded: MockConfigEntry, kind: str, field: str, value: str
) -> None:
    """A light with NaN as its highest brightness ended the setup of all lights."""
    with pytest.raises(InvalidData):
        await configure(hass, await add(hass, loaded, kind), {**TYPED[kind], field: value})
