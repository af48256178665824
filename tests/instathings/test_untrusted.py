"""Untrusted data: secrets in readings, other servers, and limits."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.http_commands import Request
from custom_components.instathings.api.model import Reading
from custom_components.instathings.api.pending import MAX_READINGS, MAX_VALUES, PendingReadings
from custom_components.instathings.api.readings import MAX_KEYS, _reader_of, parse_reading, parse_status
from custom_components.instathings.commands import async_ask_status, async_request, async_set
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.const import DOMAIN
from custom_components.instathings.diagnostics import async_get_config_entry_diagnostics
from harness.vendor import LOOPBACK, Address
from harness.vendors.instathings import GATEWAY, SECRET
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY as HOUSE_GATEWAY
from simulators.pimatic.server import PimaticSimulator
from tests.entries import add_entry, running, set_up
from tests.waiting import eventually

ADDRESS = "http://somebody:hunter22@192.0.2.7/picture?access=hunter22"


async def _act(hass: HomeAssistant, action: str, device: str, **data: Any) -> Any:
    return await hass.services.async_call(
        DOMAIN, action, {"device_id": device, **data}, blocking=True, return_response=True
    )


@pytest.mark.usefixtures("everything_enabled")
async def test_secrets_in_readings_are_in_no_state_response_or_diagnostics(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    await set_up(hass, cloud_entry)
    token = await cloud_entry.runtime_data.client.tokens.get()
    signature = token.rpartition(".")[2]
    values_with_secrets = {
        "note": f"login {SECRET}",
        "hint": f"Bearer {token}",
        "picture": ADDRESS,
        "wifi_password": "hunter22",
    }
    cloud.house.things["zbTemp001"].payload.update(values_with_secrets)
    cloud.house.send("zbTemp001", {"temperature": 7.5, **values_with_secrets})
    cloud.command("log", message=f"started with {SECRET}")
    values = cloud_entry.runtime_data.data
    await eventually(lambda: values.get(("zbTemp001", "temperature")) == 7.5)
    await hass.async_block_till_done()
    sensor, gateway = device_id_of(cloud_entry, "zbTemp001"), device_id_of(cloud_entry, HOUSE_GATEWAY)
    seen = {
        "states": [state.as_dict() for state in hass.states.async_all()],
        "diagnostics": await async_get_config_entry_diagnostics(hass, cloud_entry),
        "data": await _act(hass, "get_data", sensor),
        "status": await _act(hass, "get_status", sensor),
        "logs": await _act(hass, "get_logs", gateway, container="gate"),
    }
    for name, what in seen.items():
        text = json.dumps(what, default=str)
        for secret in (SECRET, signature, "hunter22"):
            assert secret not in text, f"{secret} in {name}"
    assert "started with" in json.dumps(seen["logs"])
    assert "192.0.2.7/picture" in json.dumps(seen["data"])


async def test_addresses_from_a_gateway_contain_no_password(
    hass: HomeAssistant, gateway: GatewaySimulator, at_gateway: MockConfigEntry
) -> None:
    gateway.house.send("zbTemp001", {"temperature": 7.5, "picture": ADDRESS})
    values = at_gateway.runtime_data.data
    await eventually(lambda: values.get(("zbTemp001", "temperature")) == 7.5)
    assert values["zbTemp001", "picture"] == "http://192.0.2.7/picture"


async def test_reauthentication_works_while_another_flow_is_open(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REFUSED_FIRST", "REFUSED_LONGEST"):
        monkeypatch.setattr(f"custom_components.instathings.common.client.backoff.{name}", 0.1)
    # A browser tab was left open.
    await in_cloud.start_reconfigure_flow(hass)
    cloud.set_fault("unauthorized")
    cloud.command("end_tokens")
    await cloud.command("close_websockets")
    await eventually(lambda: not in_cloud.runtime_data.last_update_success, 5)
    cloud.set_fault("unauthorized", False)
    await eventually(lambda: in_cloud.runtime_data.last_update_success, 5)


async def test_a_pimatic_server_at_the_address_of_a_gateway_is_not_crashed(hass: HomeAssistant) -> None:
    async for pimatic in running(PimaticSimulator()):
        entry = add_entry(hass, GATEWAY.entry(Address(LOOPBACK, pimatic.port)))
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        assert pimatic.crashed == ""


def test_pending_readings_are_limited_in_number_and_size() -> None:
    def reading(values: int) -> Reading:
        return Reading("thing", 1.0, {f"{number:0100}": "x" * 255 for number in range(values)})

    pending = PendingReadings()
    for _ in range(MAX_READINGS + 10):
        pending.add(reading(1))
    assert len(pending) == MAX_READINGS
    pending.clear()
    large = reading(500)
    for _ in range(MAX_VALUES // 500 + 10):
        pending.add(large)
    assert len(pending) == MAX_VALUES // 500
    assert len(pending.pop("thing")) == MAX_VALUES // 500
    pending.add(large)
    assert len(pending) == 1


def test_ids_that_are_too_long_are_invalid() -> None:
    dropped = DropCounter()
    for length in (200, 201):
        row = {"deviceId": "x" * length, "ts": 0, "payload": {"state": "ON"}}
        is_id = length <= 200
        assert (parse_reading(row, dropped) is not None) is is_id
        assert (parse_status({**row, "response": {}}, dropped) is not None) is is_id
    assert dropped.as_dict() == {"malformed reading": 1, "malformed status": 1}


async def test_the_number_of_remembered_unknown_ids_is_limited(
    in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.cloud.UNKNOWN_SECONDS", 0.0)
    coordinator = in_cloud.runtime_data
    for number in range(5):
        await coordinator._async_ask_for(f"nobody{number}")
    assert len(coordinator._unknown_until) == 1
    monkeypatch.setattr("custom_components.instathings.cloud.UNKNOWN_SECONDS", 300.0)
    monkeypatch.setattr("custom_components.instathings.cloud.MOST_UNKNOWN", 3)
    for number in range(5):
        await coordinator._async_ask_for(f"nobody{number}")
    assert list(coordinator._unknown_until) == ["nobody2", "nobody3", "nobody4"]


async def test_a_command_to_a_removed_device_raises_a_translated_error(
    in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without translation the user would see "Unknown error"."""
    monkeypatch.setattr("custom_components.instathings.commands.ECHO_SECONDS", 0.5)
    coordinator = in_cloud.runtime_data
    await async_ask_status(coordinator, "zbBulb001")
    command = asyncio.create_task(async_set(coordinator, "zbBulb001", {"state": "ON"}, {"state": "never"}))
    await asyncio.sleep(0)
    coordinator.drop_device("zbBulb001")
    with pytest.raises(HomeAssistantError) as failed:
        await command
    assert failed.value.translation_key == "not_confirmed"
    assert not coordinator.asked


async def test_a_request_to_a_removed_http_device_raises_a_translated_error(
    in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.commands.ECHO_SECONDS", 0.5)
    coordinator = in_cloud.runtime_data
    request = Request("/relay/0", {"turn": "on"})
    command = asyncio.create_task(async_request(coordinator, "httpPlug1", request, {"relays.0.ison": "never"}))
    await asyncio.sleep(0)
    coordinator.drop_device("httpPlug1")
    with pytest.raises(HomeAssistantError) as failed:
        await command
    assert failed.value.translation_key == "not_confirmed"


@pytest.mark.parametrize("value", [{}, [{}] * 500, "192.0.2.1", None, 1], ids=str)
def test_a_reading_with_endless_keys_does_not_block_home_assistant(value: Any) -> None:
    """Looking up a new key takes a tenth of a millisecond, also if its value is ignored."""
    _reader_of.cache_clear()
    payload = {f"mac{number}": value for number in range(20_000)}
    assert parse_reading({"deviceId": "thing", "ts": 0, "payload": payload}, DropCounter()) is not None
    assert 0 < _reader_of.cache_info().misses <= MAX_KEYS
