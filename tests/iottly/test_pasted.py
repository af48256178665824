"""Pasted input in the forms, and addresses of other servers."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket

from custom_components.iottly.config_flow import parse_base_url, parse_project_id
from custom_components.iottly.const import CONF_BASE_URL, CONF_PROJECT_ID, DOMAIN
from harness.vendors.iottly import PROJECT_IN_CLOUD
from simulators.instathings.cloud import SIMULATOR as CLOUD
from simulators.instathings.gateway import SIMULATOR as GATEWAY
from simulators.iottly.cloud import IottlyCloud
from simulators.kit.ports import free_port
from simulators.misty import SIMULATOR as MISTY
from simulators.pimatic import SIMULATOR as PIMATIC
from simulators.rotoclear import SIMULATOR as ROTOCLEAR
from tests.flows import submit, suggested

NO_ADDRESS = ["", " ", "a b", "user:pw@127.0.0.1", "http://user:pw@127.0.0.1/", "ftp://127.0.0.1", "127.0.0.1:0",
              "127.0.0.1:99999", "a..b", "[::1", "ho\nst", "x\x00", "//", "http://", "127.0.0.1:port",
              "http://127.0.0.1/a/../b"]  # fmt: skip
NO_TEXT = ["", " \n", "two\nlines", "nul\x00inside", "x" * 5000]
NO_PROJECT = ["", " ", "a b", "../other", "a/b", "x" * 65, "58f7\n3b41", "https://iottly.com/"]


async def begin(hass: HomeAssistant) -> Any:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("[fe80::1%25eth0]:81", "https://[fe80::1%eth0]:81/v1.0"),
        ("2001:DB8::1", "https://[2001:db8::1]/v1.0"),
        ("HTTP://mill:8080/v1.0/?token=x#top", "http://mill:8080/v1.0"),
        (" api.cloud.iottly.com\n", "https://api.cloud.iottly.com/v1.0"),
    ],
)
def test_a_pasted_address_is_normalized(pasted: str, url: str) -> None:
    assert str(parse_base_url(pasted)) == url


@pytest.mark.parametrize(
    ("field", "error", "pasted"),
    [(CONF_BASE_URL, "invalid_url", pasted) for pasted in NO_ADDRESS]
    + [(CONF_TOKEN, "invalid_text", pasted) for pasted in NO_TEXT]
    + [(CONF_PROJECT_ID, "invalid_project", pasted) for pasted in NO_PROJECT],
)
async def test_invalid_input_is_an_error_at_its_field(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    entry: MockConfigEntry,
    user_input: dict[str, Any],
    field: str,
    error: str,
    pasted: str,
) -> None:
    for flow in (await begin(hass), await entry.start_reconfigure_flow(hass)):
        shown = await submit(hass, flow, {**user_input, field: pasted})
        assert shown["errors"] == {field: error}
        kept = {name: value for name, value in {**user_input, field: pasted}.items() if name != CONF_TOKEN}
        assert suggested(shown)[CONF_TOKEN] == (None if field == CONF_TOKEN else user_input[CONF_TOKEN])
        assert {name: suggested(shown)[name] for name in kept} == kept
        hass.config_entries.flow.async_abort(shown["flow_id"])
    if field == CONF_TOKEN:
        shown = await submit(hass, await entry.start_reauth_flow(hass), {CONF_TOKEN: pasted})
        assert shown["errors"] == {field: error}
    assert not cloud.record.all()


async def test_spaces_around_pasted_input_are_removed(
    hass: HomeAssistant, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    pasted = {
        CONF_PROJECT_ID: f" https://iottly.com/project/{user_input[CONF_PROJECT_ID]}/boards\n",
        CONF_TOKEN: f"\t{user_input[CONF_TOKEN]} \r\n",
        CONF_BASE_URL: f" {user_input[CONF_BASE_URL]}/\n",
    }
    done = await submit(hass, await loaded.start_reconfigure_flow(hass), pasted)
    assert done["reason"] == "reconfigure_successful"
    assert {name: loaded.data[name] for name in user_input} == user_input
    done = await submit(hass, await loaded.start_reauth_flow(hass), {CONF_TOKEN: pasted[CONF_TOKEN]})
    assert done["reason"] == "reauth_successful"
    assert parse_project_id(" abc \n") == "abc"


@pytest.mark.parametrize(("typed", "kept"), [(" pasted \n", "pasted"), ("two\nlines", None)])
async def test_spaces_around_a_pasted_webhook_secret_are_removed(
    hass: HomeAssistant, loaded: MockConfigEntry, typed: str, kept: str | None
) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    options = {"webhook": True, "webhook_secret": typed, "poll_interval": 60, "answer_seconds": 15}
    done = await hass.config_entries.options.async_configure(flow["flow_id"], options)
    if kept is None:
        assert done["errors"] == {"webhook_secret": "invalid_text"}
    else:
        assert loaded.options["webhook_secret"] == kept
    await hass.async_block_till_done()


async def test_an_ipv6_address_works_in_the_url(
    hass: HomeAssistant, socket_enabled: None, user_input: dict[str, Any]
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    cloud = PROJECT_IN_CLOUD.simulator()
    await cloud.start(port=free_port(), host="::1")
    done = await submit(hass, await begin(hass), {**user_input, CONF_BASE_URL: f"http://[::1]:{cloud.port}/"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].runtime_data.last_update_success
    await hass.config_entries.async_unload(done["result"].entry_id)
    await cloud.stop()


@pytest.mark.parametrize("foreign", [PIMATIC, MISTY, GATEWAY, CLOUD, ROTOCLEAR], ids=lambda one: str(one.name))
async def test_another_server_is_refused_and_not_damaged(
    hass: HomeAssistant, cloud: IottlyCloud, user_input: dict[str, Any], foreign: Any
) -> None:
    other = foreign()
    await other.start()
    typed = {**user_input, CONF_BASE_URL: f"http://127.0.0.1:{other.port}"}
    done = await submit(hass, await begin(hass), typed)
    # A server that refuses every token looks like a cloud that refuses this one.
    assert done["errors"] == ({CONF_TOKEN: "invalid_auth"} if foreign is CLOUD else {CONF_BASE_URL: "not_iottly"})
    assert (await submit(hass, done, typed))["errors"] == done["errors"], "the server responds as before"
    await other.stop()
