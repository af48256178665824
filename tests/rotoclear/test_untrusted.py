"""Hostile data of a unit: it contains the token, has no end, or changes all the time."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import asynccontextmanager
import json
from typing import Any
from urllib.parse import quote, quote_plus

from homeassistant.components.camera import async_get_image
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import CONF_DEVICE_ID, CONF_PORT, CONF_SSL
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.rotoclear.api import VARIABLES, StreamRelay, part_of
from custom_components.rotoclear.api.client import read_state
from custom_components.rotoclear.api.kinds import is_small
from custom_components.rotoclear.common.client.secrets import REDACTED, is_secret_name
from custom_components.rotoclear.common.client.wire import DropCounter
from custom_components.rotoclear.const import DOMAIN
from tests.states import state_of
from tests.waiting import eventually

from .conftest import MAC, TOKEN

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# The spellings of the token that must be redacted.
SPELLINGS = {
    "plain": TOKEN,
    "percent": quote(TOKEN, safe=""),
    "percent twice": quote(quote(TOKEN, safe=""), safe=""),
    "some percent": TOKEN.replace("&", "%26"),
    "plus": quote_plus(TOKEN),
    "basic": b64encode(f"API-User:{TOKEN}".encode()).decode(),
    "base64": b64encode(TOKEN.encode()).decode(),
}


def hub(hass: HomeAssistant, entry: MockConfigEntry) -> dr.DeviceEntry:
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), entry.entry_id)
    assert isinstance(device, dr.DeviceEntry)
    return device


def head(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head1"), entry.entry_id)


async def get_state(hass: HomeAssistant, entry: MockConfigEntry, user: MockUser | None = None) -> Any:
    answer = await hass.services.async_call(
        DOMAIN,
        "get_state",
        {CONF_DEVICE_ID: hub(hass, entry).id},
        blocking=True,
        return_response=True,
        context=Context(user_id=user.id if user else None),
    )
    assert answer is not None
    return answer["values"]


# Our own token ----------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
async def test_the_token_is_redacted_when_the_unit_sends_it(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_read_only_user: MockUser,
    spelling: str,
) -> None:
    await async_setup_component(hass, "diagnostics", {})
    texts = {key: f"a {spelling} z" for key in unit.unit.snapshot() if isinstance(unit.unit.values[key], str)}
    inside = {
        "urls": [f"http://mill/camera.mjpeg?user=API-User&token={spelling}"],
        "status": f"playing {spelling}",
        spelling: {"deep": [spelling]},
    }
    structures = {key: inside for key in VARIABLES if type(VARIABLES[key].kind).__name__ == "Structure"}
    storages = {"diskStorages": [{"uuid": "1", "name": spelling}], "netStorages": [spelling]}
    selected = {"recordingStorage": {"uuid": "1", "name": spelling}}
    planted: dict[str, Any] = {**texts, **structures, **storages, **selected}
    unit.unit.values.update({key: value for key, value in planted.items() if key in unit.unit.values})
    unit.command("send_raw", text=json.dumps({**planted, "light1": True}))
    await eventually(lambda: loaded.runtime_data.data["light1"] is True)
    await hass.async_block_till_done()
    outputs = {
        "states": [state.as_dict() for state in hass.states.async_all()],
        "devices": [
            device.dict_repr for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
        ],
        "entities": [entry.extended_dict for entry in er.async_get(hass).entities.values()],
        "diagnostics": await get_diagnostics_for_config_entry(hass, hass_client, loaded),
        "get_state": await get_state(hass, loaded, hass_read_only_user),
        "data": loaded.runtime_data.data,
    }
    assert "playing" in str(outputs["states"])
    for secret in {spelling, TOKEN}:
        assert [output for output, text in outputs.items() if secret.lower() in str(text).lower()] == []


async def test_a_text_with_the_token_or_a_url_can_be_set(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    """The confirmation contains the redacted text."""
    text = entity_of("text", "changeVideoName")
    for value in (f"a{TOKEN}", "http://mill/?a=b"):
        await hass.services.async_call("text", "set_value", {"entity_id": text, "value": value}, blocking=True)
        await hass.services.async_call("text", "set_value", {"entity_id": text, "value": value}, blocking=True)
        assert unit.state()["changeVideoName"] == value


async def test_only_admins_can_read_the_accounts_of_the_unit(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
) -> None:
    sent = {"active": True, "accounts": [{"name": "operator", "hash": "5f4dcc3b", "pwd": "x", "mail": "o@mill"}]}
    unit.command("change", userAuthentication=sent, light1=True)
    await eventually(lambda: loaded.runtime_data.data["light1"] is True)
    whole = (await get_state(hass, loaded, hass_admin_user))["userAuthentication"]
    assert whole["accounts"][0] == {"name": "operator", "hash": REDACTED, "pwd": REDACTED, "mail": "o@mill"}
    state = hass.states.get(entity_of("sensor", "userAuthentication_sensor"))
    assert state is not None
    for output in (state.as_dict(), await get_state(hass, loaded, hass_read_only_user)):
        assert not any(private in str(output) for private in ("operator", "5f4dcc3b", "o@mill"))
    assert state.attributes["users"]["active"] is True


def test_no_variable_has_the_name_of_a_secret() -> None:
    assert not [key for key in VARIABLES if is_secret_name(key)]


# Pictures ---------------------------------------------------------------------------------------


async def test_a_still_picture_that_is_not_a_jpeg_raises_an_error(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unit.streams, "_spoiled", lambda _: SVG)
    with pytest.raises(HomeAssistantError, match="an answer that makes no sense"):
        await async_get_image(hass, entity_of("camera", "camera"))


async def test_viewers_receive_only_jpeg_pictures(unit: Any) -> None:
    class Upstream:
        dropped = DropCounter()

        @asynccontextmanager
        async def stream(self) -> Any:
            async def chunks() -> Any:
                for picture in (SVG, b"\xff\xd8\xff picture \xff\xd9"):
                    yield part_of(picture)
                await hold.wait()

            yield chunks()

    import asyncio

    hold = asyncio.Event()
    upstream: Any = Upstream()
    relay = StreamRelay(upstream)
    async with relay.watch() as viewer:
        assert (await anext(viewer)).startswith(b"\xff\xd8\xff")
    assert upstream.dropped.as_dict() == {"picture that is no JPEG": 1}


# Limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "small"),
    [
        ("x" * 4096, True),
        ("x" * 4097, False),
        ([[]] * 2000, True),
        ([[]] * 2100, False),
        ([[[]] * 100] * 100, False),
        ({str(n): n for n in range(1100)}, False),
        (["x" * 100_000], True),
        (["x" * 100_000] * 2, False),
        (7, True),
    ],
)
def test_values_have_a_size_limit(raw: Any, small: bool) -> None:
    assert is_small(raw) is small


def test_a_value_that_is_too_large_is_unknown_and_counted() -> None:
    dropped = DropCounter()
    message = {"netInfo": [[]] * 300_000, "hdmiName": "x" * 5000, "light0": True}
    assert read_state(message, dropped) == {"netInfo": None, "hdmiName": None, "light0": True}
    assert dropped.as_dict() == {"wrong value of netInfo": 1, "wrong value of hdmiName": 1}


async def test_a_frame_with_too_many_parts_is_dropped(unit: Any, loaded: MockConfigEntry) -> None:
    unit.command("send_raw", text=json.dumps({"netInfo": [[]] * 30_000, "light1": True}))
    unit.command("send_raw", text='{"light0": true}')
    await eventually(lambda: loaded.runtime_data.data["light0"] is True)
    assert loaded.runtime_data.data["light1"] is False
    assert loaded.runtime_data.client.dropped.as_dict() == {"frame of too many parts": 1}


async def test_storages_have_a_limit_and_different_names(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    select = entity_of("select", "recordingStorage")
    equal_names = [{"uuid": "1", "name": "x"}, {"uuid": "2", "name": "x"}, {"uuid": "3", "name": "x (1)"}]
    long_id = [{"uuid": "y" * 300, "name": "too long an id"}]
    unit.command("send_raw", text=json.dumps({"diskStorages": equal_names + long_id, "netStorages": []}))
    await eventually(lambda: len(state_of(hass, select).attributes["options"]) == 3)
    assert state_of(hass, select).attributes["options"] == ["x (1)*", "x (2)", "x (1)"]
    many = [f"disk {n}" for n in range(1000)]
    unit.command("send_raw", text=json.dumps({"diskStorages": many}))
    await eventually(lambda: len(state_of(hass, select).attributes["options"]) == 64)


async def test_a_version_that_changes_often_is_written_rarely(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    updates: list[Any] = []
    hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, updates.append)
    for n in range(200):
        loaded.runtime_data.apply({"swVersion": f"V{n}" * 1000})
    await hass.async_block_till_done()
    assert len(updates) < 10
    await eventually(lambda: str(hub(hass, loaded).sw_version).startswith("V199"))
    assert len(str(hub(hass, loaded).sw_version)) == 100


# Missing values -------------------------------------------------------------------------------


async def test_a_head_stays_when_the_unit_does_not_report_it(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    light = entity_of("light", "light1")
    unit.command("set_rights", hidden=["cam1Exists"])
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert head(hass, loaded) is not None
    assert state_of(hass, light).state == "off"
    unit.command("send_raw", text='{"cam1Exists": "perhaps", "light1": true}')
    await eventually(lambda: state_of(hass, light).state == "on")
    assert head(hass, loaded) is not None
    unit.command("send_raw", text='{"cam1Exists": false}')
    await eventually(lambda: head(hass, loaded) is None)


# Repairs and credentials ------------------------------------------------------------------------


async def fix(hass: HomeAssistant, hass_client: Any, issue_id: str, between: Callable[[], Any]) -> Any:
    """Open the flow of a repair, call a function, and submit the flow. Return the result."""
    client = await hass_client()
    flow = await (await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})).json()
    if (awaitable := between()) is not None:
        await awaitable
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert answer.status == 200
    return await answer.json()


@pytest.mark.parametrize("fault", ["not loaded", "switched off", "server error", "no right"])
@pytest.mark.parametrize(
    ("issue", "wrong"),
    [("public_stream", {"mjpgStreamIsOpen": True}), ("wrong_clock", {"seconds": 1_000_000_000, "ntpSync": False})],
)
async def test_a_repair_that_fails_aborts_with_a_text(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    issue: str,
    wrong: dict[str, Any],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.coordinator.ECHO_SECONDS", 0.1)
    hass.config.language = "de"
    await async_setup_component(hass, "repairs", {})
    unit.command("change", **wrong)
    issue_id = f"{issue}_{loaded.entry_id}"
    await eventually(lambda: ir.async_get(hass).async_get_issue(DOMAIN, issue_id))
    faults = {
        "not loaded": lambda: hass.config_entries.async_unload(loaded.entry_id),
        "switched off": unit.stop,
        "server error": lambda: unit.set_fault("status", 500),
        "no right": lambda: unit.command("set_rights", locked=["mjpgStreamIsOpen", "ntpSync"]),
    }
    done = await fix(hass, hass_client, issue_id, faults[fault])
    assert done["type"] == "abort"
    assert done["reason"] == ("not_loaded" if fault == "not loaded" else "fix_failed")
    # The reason is translated, too.
    assert fault == "not loaded" or "Die Steuereinheit" in done["description_placeholders"]["reason"]


@pytest.mark.parametrize("fault", ["not loaded", "disabled", "switched off", "removed"])
async def test_the_repair_of_a_certificate_ends_without_an_error(
    hass: HomeAssistant,
    unit: Any,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    refused_handshakes: None,
    fault: str,
) -> None:
    await async_setup_component(hass, "repairs", {})
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, "fingerprint": "00" * 32}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    disable = hass.config_entries.async_set_disabled_by
    faults = {
        "not loaded": lambda: hass.config_entries.async_unload(entry.entry_id),
        "disabled": lambda: disable(entry.entry_id, ConfigEntryDisabler.USER),
        "switched off": unit.power_off,
        "removed": lambda: hass.config_entries.async_remove(entry.entry_id),
    }
    done = await fix(hass, hass_client, f"certificate_changed_{entry.entry_id}", faults[fault])
    await hass.async_block_till_done()
    assert done.get("reason") == ("entry_gone" if fault == "removed" else None)
    if fault == "not loaded":
        await eventually(lambda: entry.state is ConfigEntryState.LOADED)


async def test_the_right_token_restores_the_connection_during_another_flow(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REFUSED_FIRST", "REFUSED_LONGEST"):
        monkeypatch.setattr(f"custom_components.rotoclear.common.client.backoff.{name}", 0.1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await entry.start_reconfigure_flow(hass)  # it stays open
    await unit.command("change_token", token="another")
    await eventually(lambda: not entry.runtime_data.last_update_success, 5)
    await unit.command("change_token", token=TOKEN)
    await eventually(lambda: entry.runtime_data.last_update_success, 5)


def test_the_largest_frame_is_read_with_few_calls() -> None:
    """The frame has a megabyte and the largest values that are accepted. The test counts calls instead of time."""
    calls = 0

    def redact(value: Any) -> Any:
        nonlocal calls
        calls += 1
        return value

    structures = [key for key, variable in VARIABLES.items() if type(variable.kind).__name__ == "Structure"]
    message: dict[str, Any] = {key: [[]] * 2000 for key in structures}
    assert len(orjson.dumps(message)) < 1024 * 1024
    read_state({**message, "netInfo": [[]] * 200_000}, DropCounter(), redact)
    assert calls == len(structures) - 1


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("oct0", "69.7°C", 69.7),
        ("oct0", "9" * 60 + "°C", None),
        ("fpgaTemp", "-274°C", None),
        ("psi0", "0.02 bar", 20),
        ("psi0", "1000000 bar", None),
        ("backupRemainingCapacitySeconds", "-1 s", None),
    ],
)
def test_a_measurement_that_cannot_be_is_unknown(name: str, raw: str, value: float | None) -> None:
    """One of them would be in the statistics for ever."""
    assert read_state({name: raw}, DropCounter()) == {name: value}
