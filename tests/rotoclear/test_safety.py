"""Diagnostics, repairs, secrets and arbitrary input."""

from collections.abc import Callable
import logging
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PORT, CONF_SSL, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from hypothesis import given, settings, strategies as st
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.rotoclear.api import VARIABLES, InvalidValue, check_writes
from custom_components.rotoclear.api.client import read_state
from custom_components.rotoclear.common.client.secrets import REDACTED
from custom_components.rotoclear.common.client.wire import DropCounter, decode_json
from custom_components.rotoclear.const import DOMAIN
from tests.texts import look_up
from tests.waiting import eventually

from .conftest import MAC, TOKEN


async def test_diagnostics(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(hass, "diagnostics", {})
    diagnostics: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert diagnostics["entry"]["data"][CONF_TOKEN] == REDACTED
    assert diagnostics["connection"] == {
        "connected": True,
        "attempts": 1,
        "sessions": 1,
        "last_error": None,
        "dropped": {},
        "viewers": 0,
    }
    assert diagnostics["parts"] == [
        {"kind": "unit", "number": 0, "view": ""},
        {"kind": "head", "number": 0, "view": ""},
        {"kind": "head", "number": 1, "view": ""},
    ]
    assert diagnostics["state"]["light0"] is False
    text = orjson.dumps(diagnostics).decode()
    for private in (TOKEN, MAC, MAC.upper(), "127.0.0.1", "192.168."):
        assert private not in text


async def fix(hass_client: ClientSessionGenerator, issue_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Open the flow of a repair and submit it. Return both results."""
    client = await hass_client()
    answer = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
    flow = await answer.json()
    if flow["type"] != "form":
        return flow, {}
    return flow, await (await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})).json()


@pytest.mark.parametrize(
    ("issue", "wrong", "variable", "right"),
    [
        ("public_stream", {"mjpgStreamIsOpen": True}, "mjpgStreamIsOpen", False),
        ("wrong_clock", {"seconds": 1_000_000_000, "ntpSync": False}, "ntpSync", True),
    ],
)
async def test_a_repair_corrects_the_setting_of_the_unit(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    issue: str,
    wrong: dict[str, Any],
    variable: str,
    right: Any,
) -> None:
    await async_setup_component(hass, "repairs", {})
    registry = ir.async_get(hass)
    issue_id = f"{issue}_{loaded.entry_id}"
    unit.command("change", seconds=int(time.time()))
    await eventually(lambda: registry.async_get_issue(DOMAIN, issue_id) is None)
    unit.command("change", **wrong)
    await eventually(lambda: registry.async_get_issue(DOMAIN, issue_id))

    flow, done = await fix(hass_client, issue_id)
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"] == {"name": "Mill 1"}
    assert done["type"] == "create_entry"
    assert unit.state()[variable] is right
    unit.command("change", seconds=int(time.time()))
    await eventually(lambda: registry.async_get_issue(DOMAIN, issue_id) is None)


async def test_the_repair_of_a_changed_certificate_trusts_it(
    hass: HomeAssistant,
    unit: Any,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    refused_handshakes: None,
) -> None:
    await async_setup_component(hass, "repairs", {})
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, "fingerprint": "00" * 32}
    hass.config_entries.async_update_entry(entry, data=data)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    issue_id = f"certificate_changed_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert not unit.record.all()

    flow, done = await fix(hass_client, issue_id)
    fingerprint = unit.certificate.fingerprint.replace(":", "").lower()
    assert flow["description_placeholders"]["fingerprint"].replace(":", "").lower() == fingerprint
    assert done["type"] == "create_entry"
    await eventually(lambda: entry.state is ConfigEntryState.LOADED)
    assert entry.data["fingerprint"] == fingerprint
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


async def test_the_repair_of_a_certificate_aborts_without_connection(
    hass: HomeAssistant,
    unit: Any,
    entry: MockConfigEntry,
    refused_handshakes: None,
    hass_client: ClientSessionGenerator,
) -> None:
    await async_setup_component(hass, "repairs", {})
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, "fingerprint": "00" * 32}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    await unit.power_off()
    issue_id = f"certificate_changed_{entry.entry_id}"
    flow, _ = await fix(hass_client, issue_id)
    assert flow["reason"] == "cannot_connect"

    await hass.config_entries.async_remove(entry.entry_id)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


async def test_a_repair_aborts_when_the_entry_is_removed(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    from custom_components.rotoclear.repairs import SetVariablesFlow, async_create_fix_flow

    flow = await async_create_fix_flow(hass, "public_stream_x", {"entry_id": "x", "issue": "public_stream"})
    assert isinstance(flow, SetVariablesFlow)
    flow.hass = hass
    flow.flow_id = "1"
    flow.handler = DOMAIN
    result = await flow.async_step_init()
    assert result["reason"] == "entry_gone"


async def test_a_repair_is_removed_with_the_entry(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    unit.command("change", mjpgStreamIsOpen=True)
    issue_id = f"public_stream_{loaded.entry_id}"
    await eventually(lambda: ir.async_get(hass).async_get_issue(DOMAIN, issue_id))
    await hass.config_entries.async_remove(loaded.entry_id)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


async def test_no_output_contains_the_token(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    """The test makes many faults, and searches all outputs for the token."""
    for name in ("", "custom_components.rotoclear", "aiohttp", "homeassistant"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    errors: list[str] = []
    light = {"entity_id": entity_of("light", "light0")}
    for fault, value in (("status", 500), ("garbage", True), ("websocket_refused", True), ("unauthorized", True)):
        unit.set_fault(fault, value)
        unit.command("drop")
        for service in ("turn_on", "turn_off"):
            try:
                await hass.services.async_call("light", service, light, blocking=True)
            except HomeAssistantError as error:
                errors.append(repr(error) + repr(error.__cause__) + repr(error.__context__))
        unit.set_fault(fault, False)
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, CONF_PORT: 1})
    await hass.config_entries.async_reload(loaded.entry_id)
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, CONF_PORT: unit.port, CONF_SSL: True})
    await hass.config_entries.async_reload(loaded.entry_id)
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, CONF_SSL: False})
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    encoded = "s3cret-tok%2Bn"
    outputs = {
        "log": caplog.text,
        "errors": "".join(errors),
        "states": str([state.as_dict() for state in hass.states.async_all()]),
        "reason": str(loaded.reason),
        "client": repr(loaded.runtime_data.client),
    }
    assert errors
    assert "custom_components.rotoclear" in caplog.text
    leaks = [output for output, text in outputs.items() if TOKEN in text or encoded in text or "s3cret" in text]
    assert leaks == []


any_json: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)) | st.text(max_size=5), any_json, max_size=12))
def test_arbitrary_json_raises_nothing(message: dict[str, Any]) -> None:
    state = read_state(message, DropCounter())
    assert state is not None
    assert state.keys() <= VARIABLES.keys()
    for key, value in state.items():
        assert value == value, f"{key} is not a number"  # noqa: PLR0124 - only NaN is not equal to itself


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_arbitrary_frames_raise_nothing(raw: bytes | str) -> None:
    decode_json(raw, DropCounter())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(VARIABLES)), any_json)
def test_arbitrary_values_are_sent_or_refused_with_a_text(key: str, value: Any) -> None:
    refusals: list[InvalidValue] = []
    try:
        orjson.dumps(check_writes({key: value}))
    except InvalidValue as error:
        refusals.append(error)
    for refusal in refusals:
        text = look_up(DOMAIN, "exceptions", refusal.reason, "message")
        assert key in text.format(**refusal.placeholders)
