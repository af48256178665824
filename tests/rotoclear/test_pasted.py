"""What people paste into the forms, and whose address it is."""

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

NO_ADDRESS = ["", " ", "a b", "user:pw@127.0.0.1", "http://user:pw@127.0.0.1/", "ftp://127.0.0.1", "127.0.0.1:0",
              "127.0.0.1:99999", "a..b", "[::1", "ho\nst", "x\x00", "//", "http://", "127.0.0.1:port",
              "é" * 60]  # fmt: skip
NO_TEXT = ["", " \n", "two\nlines", "nul\x00inside", "x" * 5000]


async def begin(hass: HomeAssistant) -> Any:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


@pytest.mark.parametrize(
    "pasted",
    ["http://127.0.0.1:{port}/", " 127.0.0.1:{port}\n", "HTTP://127.0.0.1:{port}/api?token=x#top", "ws://127.0.0.1:{port}"],
)  # fmt: skip
async def test_pasted_address_works(hass: HomeAssistant, unit: Any, user_input: dict[str, Any], pasted: str) -> None:
    # The scheme counts, where there is one.
    typed = {**user_input, CONF_HOST: pasted.format(port=unit.port), CONF_PORT: 443, CONF_SSL: "://" in pasted}
    done = await submit(hass, await begin(hass), typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == user_input


@pytest.mark.parametrize("pasted", NO_ADDRESS)
async def test_no_address_is_an_error_at_the_host(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, user_input: dict[str, Any], pasted: str
) -> None:
    for flow in (await begin(hass), await entry.start_reconfigure_flow(hass)):
        shown = await submit(hass, flow, {**user_input, CONF_HOST: pasted, CONF_PORT: 8443})
        assert shown["errors"] == {CONF_HOST: "invalid_host"}
        assert suggested(shown)[CONF_HOST] == pasted
        assert suggested(shown)[CONF_PORT] == 8443
        hass.config_entries.flow.async_abort(shown["flow_id"])
    assert not unit.record.all()


@pytest.mark.parametrize("pasted", NO_TEXT)
@pytest.mark.parametrize("field", [CONF_TOKEN, CONF_USERNAME])
async def test_no_token_or_user_is_an_error_at_the_field(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, user_input: dict[str, Any], field: str, pasted: str
) -> None:
    credentials = {CONF_USERNAME: "API-User", CONF_TOKEN: TOKEN}
    for flow, typed in (
        (await begin(hass), user_input),
        (await entry.start_reconfigure_flow(hass), user_input),
        (await entry.start_reauth_flow(hass), credentials),
    ):
        if "reconfigure" in str(flow["step_id"]) and field == CONF_TOKEN and not pasted.strip():
            continue  # keeps the token, see below
        shown = await submit(hass, flow, {**typed, field: pasted})
        assert shown["errors"] == {field: "invalid_text"}
        hass.config_entries.flow.async_abort(shown["flow_id"])
    assert not unit.record.all()


@pytest.mark.parametrize("token", [{}, {CONF_TOKEN: ""}, {CONF_TOKEN: " \n"}], ids=repr)
async def test_reconfigure_keeps_the_token_when_none_is_typed(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any], token: dict[str, str]
) -> None:
    shown = await loaded.start_reconfigure_flow(hass)
    typed = {**user_input, CONF_PORT: 1, **token}
    typed = typed if token else {name: value for name, value in typed.items() if name != CONF_TOKEN}
    shown = await submit(hass, shown, typed)
    assert shown["errors"] == {"base": "cannot_connect"}
    assert not (suggested(shown)[CONF_TOKEN] or "").strip(), "the token of the entry is nobody's to read"
    done = await submit(hass, shown, {**typed, CONF_PORT: unit.port})
    assert done["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_TOKEN] == TOKEN


async def test_reauth_keeps_a_token_that_could_not_be_tried(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    flow = await loaded.start_reauth_flow(hass)
    assert suggested(flow)[CONF_TOKEN] is None
    typed = {CONF_USERNAME: "API-User", CONF_TOKEN: "another"}
    unit.set_fault("status", 500)
    shown = await submit(hass, flow, typed)
    assert suggested(shown)[CONF_TOKEN] == "another"
    unit.set_fault("status", False)
    shown = await submit(hass, shown, typed)
    assert shown["errors"] == {"base": "invalid_auth"}
    assert suggested(shown)[CONF_TOKEN] is None


async def test_spaces_around_user_and_token_are_no_part_of_them(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    pasted = {CONF_USERNAME: " API-User\n", CONF_TOKEN: f"\t{TOKEN} \r\n"}
    done = await submit(hass, await loaded.start_reconfigure_flow(hass), {**user_input, **pasted})
    assert done["reason"] == "reconfigure_successful"
    done = await submit(hass, await loaded.start_reauth_flow(hass), pasted)
    assert done["reason"] == "reauth_successful"
    assert loaded.data == user_input


async def test_unit_with_an_ipv6_address(hass: HomeAssistant, socket_enabled: None, user_input: dict[str, Any]) -> None:
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


# Whose address it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [PIMATIC, MISTY, GATEWAY, CLOUD, IOTTLY], ids=lambda one: str(one.name))
async def test_other_device_is_no_unit_and_lives_on(
    hass: HomeAssistant, user_input: dict[str, Any], foreign: Any
) -> None:
    other = foreign()
    await other.start()
    done = await submit(hass, await begin(hass), {**user_input, CONF_PORT: other.port})
    # What refuses every request cannot be told from a unit that refuses the token.
    assert done["errors"] in ({"base": "not_rotoclear"}, {"base": "invalid_auth"})
    assert not other.websockets
    again = await submit(hass, done, {**user_input, CONF_PORT: other.port})
    assert again["errors"] == done["errors"], "it does not answer any more"
    await other.stop()


async def test_unit_is_asked_by_a_plain_get(hass: HomeAssistant, unit: Any, user_input: dict[str, Any]) -> None:
    unit.command("set_rights", hidden=["macAddr", "netInfo"])
    await submit(hass, await begin(hass), user_input)
    assert [record["kind"] for record in unit.record.all()] == ["get"]


async def test_json_that_is_not_of_a_unit(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "encode", lambda _: '{"status": "ok"}')
    shown = await submit(hass, await begin(hass), user_input)
    assert shown["errors"] == {"base": "not_rotoclear"}


@pytest.mark.parametrize("mac", ["n/a", "00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "01:00:5e:00:00:01", "", "../x"])
async def test_what_is_no_mac_address_is_nobodys_identity(
    hass: HomeAssistant, unit: Any, user_input: dict[str, Any], mac: str
) -> None:
    unit.command("change", macAddr=mac, netInfo=[{"macAddress": mac}])
    flow = await submit(hass, await begin(hass), user_input)
    assert flow["errors"] == {"base": "no_identity"}
    unit.command("change", netInfo=[{"macAddress": mac}, {"macAddress": "0015.5DC2.0007"}])
    done = await submit(hass, flow, user_input)
    assert done["result"].unique_id == "00:15:5d:c2:00:07"


@pytest.mark.parametrize("hostname", ["![x](http://evil/p.png)", "[Log in](http://evil)", "", "<b>", "a\nb"])
async def test_title_is_a_name_and_no_markup(
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
async def test_rtsp_path_that_was_pasted(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, typed: str, kept: str
) -> None:
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    shown = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"advanced": {"heartbeat": 20}, "rtsp_path": "a\x00"}
    )
    assert shown["errors"] == {"rtsp_path": "invalid_path"}
    done = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"advanced": {"heartbeat": 20}, "rtsp_path": typed}
    )
    await hass.async_block_till_done()
    assert done["data"] == {"heartbeat": 20, "rtsp_path": kept}
