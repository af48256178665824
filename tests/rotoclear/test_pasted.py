"""Forms with pasted addresses and secrets, and with addresses of other devices."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket

from custom_components.rotoclear.const import DOMAIN
from simulators.instathings.cloud import SIMULATOR as CLOUD
from simulators.instathings.gateway import SIMULATOR as GATEWAY
from simulators.iottly import SIMULATOR as IOTTLY
from simulators.kit.ports import free_port
from simulators.misty import SIMULATOR as MISTY
from simulators.pimatic import SIMULATOR as PIMATIC
from simulators.rotoclear import SIMULATOR
from tests.flows import submit, suggested

from .conftest import MAC, TOKEN

INVALID_ADDRESSES = ["", " ", "a b", "user:pw@127.0.0.1", "http://user:pw@127.0.0.1/", "ftp://127.0.0.1", "127.0.0.1:0",
                     "127.0.0.1:99999", "a..b", "[::1", "ho\nst", "x\x00", "//", "http://", "127.0.0.1:port",
                     "é" * 60]  # fmt: skip
INVALID_TEXTS = ["", " \n", "two\nlines", "nul\x00inside", "x" * 5000]


async def begin(hass: HomeAssistant) -> Any:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


@pytest.mark.parametrize(
    "pasted",
    ["http://127.0.0.1:{port}/", " 127.0.0.1:{port}\n", "HTTP://127.0.0.1:{port}/api?token=x#top", "ws://127.0.0.1:{port}"],
)  # fmt: skip
async def test_a_pasted_address_is_accepted(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], pasted: str
) -> None:
    # The scheme replaces the value of the field `ssl`.
    typed = {**user_input, CONF_HOST: pasted.format(port=unit.port), CONF_PORT: 443, CONF_SSL: "://" in pasted}
    done = await submit(hass, await begin(hass), typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == user_input


@pytest.mark.parametrize("pasted", INVALID_ADDRESSES)
async def test_an_invalid_address_is_an_error_at_the_field_host(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, user_input: dict[str, Any], pasted: str
) -> None:
    for flow in (await begin(hass), await entry.start_reconfigure_flow(hass)):
        form = await submit(hass, flow, {**user_input, CONF_HOST: pasted, CONF_PORT: 8443})
        assert form["errors"] == {CONF_HOST: "invalid_host"}
        assert suggested(form)[CONF_HOST] == pasted
        assert suggested(form)[CONF_PORT] == 8443
        hass.config_entries.flow.async_abort(form["flow_id"])
    assert not unit.record.all()


@pytest.mark.parametrize("pasted", INVALID_TEXTS)
@pytest.mark.parametrize("field", [CONF_TOKEN, CONF_USERNAME])
async def test_an_invalid_token_or_user_is_an_error_at_its_field(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, user_input: dict[str, Any], field: str, pasted: str
) -> None:
    credentials = {CONF_USERNAME: "API-User", CONF_TOKEN: TOKEN}
    for flow, typed in (
        (await begin(hass), user_input),
        (await entry.start_reconfigure_flow(hass), user_input),
        (await entry.start_reauth_flow(hass), credentials),
    ):
        if "reconfigure" in str(flow["step_id"]) and field == CONF_TOKEN and not pasted.strip():
            continue  # the stored token is kept, see below
        form = await submit(hass, flow, {**typed, field: pasted})
        assert form["errors"] == {field: "invalid_text"}
        hass.config_entries.flow.async_abort(form["flow_id"])
    assert not unit.record.all()


@pytest.mark.parametrize("token", [{}, {CONF_TOKEN: ""}, {CONF_TOKEN: " \n"}], ids=repr)
async def test_reconfiguration_keeps_the_token_when_none_is_typed(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any], token: dict[str, str]
) -> None:
    form = await loaded.start_reconfigure_flow(hass)
    typed = {**user_input, CONF_PORT: 1, **token}
    typed = typed if token else {name: value for name, value in typed.items() if name != CONF_TOKEN}
    form = await submit(hass, form, typed)
    assert form["errors"] == {"base": "cannot_connect"}
    assert not (suggested(form)[CONF_TOKEN] or "").strip(), "the form shows the stored token"
    done = await submit(hass, form, {**typed, CONF_PORT: unit.port})
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_TOKEN] == TOKEN


async def test_reauthentication_keeps_a_typed_token_after_a_server_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    flow = await loaded.start_reauth_flow(hass)
    assert suggested(flow)[CONF_TOKEN] is None
    typed = {CONF_USERNAME: "API-User", CONF_TOKEN: "another"}
    unit.set_fault("status", 500)
    form = await submit(hass, flow, typed)
    assert suggested(form)[CONF_TOKEN] == "another"
    unit.set_fault("status", False)
    form = await submit(hass, form, typed)
    assert form["errors"] == {"base": "invalid_auth"}
    assert suggested(form)[CONF_TOKEN] is None


async def test_spaces_around_user_and_token_are_removed(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    pasted = {CONF_USERNAME: " API-User\n", CONF_TOKEN: f"\t{TOKEN} \r\n"}
    done = await submit(hass, await loaded.start_reconfigure_flow(hass), {**user_input, **pasted})
    assert done["reason"] == "reconfigure_successful"
    done = await submit(hass, await loaded.start_reauth_flow(hass), pasted)
    assert done["reason"] == "reauth_successful"
    assert loaded.data == user_input


async def test_a_unit_with_an_ipv6_address(
    hass: HomeAssistant, socket_enabled: None, user_input: dict[str, Any]
) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    unit = SIMULATOR(token=TOKEN, https_port=free_port())
    await unit.start(port=free_port(), host="::1")
    unit.command("change", rtspOn=True, rtspPort=8554)
    done = await submit(hass, await begin(hass), {**user_input, CONF_HOST: f"http://[::1]:{unit.port}/"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    entry = done["result"]
    assert entry.data[CONF_HOST] == "::1"
    assert entry.runtime_data.last_update_success
    assert (await entry.runtime_data.client.still()).startswith(b"\xff\xd8")
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), entry.entry_id)
    assert device is not None
    assert device.configuration_url == f"http://[::1]:{unit.port}"
    camera = hass.data["camera"].get_entity("camera.rotoclear")
    assert await camera.stream_source() == "rtsp://[::1]:8554/"
    await hass.config_entries.async_unload(entry.entry_id)
    await unit.stop()


# Other devices ----------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [PIMATIC, MISTY, GATEWAY, CLOUD, IOTTLY], ids=lambda one: str(one.name))
async def test_another_device_is_refused_and_still_works(
    hass: HomeAssistant, user_input: dict[str, Any], foreign: Any
) -> None:
    other = foreign()
    await other.start()
    done = await submit(hass, await begin(hass), {**user_input, CONF_PORT: other.port})
    # A server that refuses every request looks like a unit that refuses the token.
    assert done["errors"] in ({"base": "not_rotoclear"}, {"base": "invalid_auth"})
    assert not other.websockets
    again = await submit(hass, done, {**user_input, CONF_PORT: other.port})
    assert again["errors"] == done["errors"], "the other device does not answer any more"
    await other.stop()


async def test_the_form_sends_one_get_request(hass: HomeAssistant, unit: Any, user_input: dict[str, Any]) -> None:
    unit.command("set_rights", hidden=["macAddr", "netInfo"])
    await submit(hass, await begin(hass), user_input)
    assert [record["kind"] for record in unit.record.all()] == ["get"]


async def test_json_of_another_server_is_refused(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "encode", lambda _: '{"status": "ok"}')
    form = await submit(hass, await begin(hass), user_input)
    assert form["errors"] == {"base": "not_rotoclear"}


@pytest.mark.parametrize("mac", ["n/a", "00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "01:00:5e:00:00:01", "", "../x"])
async def test_an_invalid_mac_address_is_no_unique_id(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], mac: str
) -> None:
    unit.command("change", macAddr=mac, netInfo=[{"macAddress": mac}])
    flow = await submit(hass, await begin(hass), user_input)
    assert flow["errors"] == {"base": "no_identity"}
    unit.command("change", netInfo=[{"macAddress": mac}, {"macAddress": "0015.5DC2.0007"}])
    done = await submit(hass, flow, user_input)
    assert done["result"].unique_id == "00:15:5d:c2:00:07"


@pytest.mark.parametrize("hostname", ["![x](http://evil/p.png)", "[Log in](http://evil)", "", "<b>", "a\nb"])
async def test_the_title_contains_no_markup(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], hostname: str
) -> None:
    unit.command("change", hostname=hostname)
    done = await submit(hass, await begin(hass), user_input)
    assert done["title"] == "Rotoclear C2"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("/live", "/live"), (" live\n", "live"), ("rtsp://192.0.2.1:554/live?x=1", "/live?x=1"), ("rtsp://mill", "/"),
     ("", "/")],
)  # fmt: skip
async def test_a_pasted_rtsp_path(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, typed: str, kept: str
) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    form = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"advanced": {"heartbeat": 20}, "rtsp_path": "a\x00"}
    )
    assert form["errors"] == {"rtsp_path": "invalid_path"}
    done = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"advanced": {"heartbeat": 20}, "rtsp_path": typed}
    )
    await hass.async_block_till_done()
    assert done["data"] == {"heartbeat": 20, "rtsp_path": kept}
