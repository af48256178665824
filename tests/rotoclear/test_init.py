"""Setup, lost and restored connections, and unload."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from aiohttp import ClientWebSocketResponse
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PORT, CONF_TOKEN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, StateMachine
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import DOMAIN
from tests.waiting import eventually

from .conftest import MAC

LOGGER = "custom_components.rotoclear"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the log messages of the integration at info level and above."""
    return [
        record.getMessage() for record in caplog.records if record.name == LOGGER and record.levelno >= logging.INFO
    ]


async def test_setup_and_unload(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    await eventually(lambda: len(unit.websockets) == 1)

    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.NOT_LOADED
    await eventually(lambda: not unit.websockets)


async def test_there_is_one_connection_after_many_reloads(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    for _ in range(5):
        assert await hass.config_entries.async_reload(loaded.entry_id)
    await eventually(lambda: len(unit.websockets) == 1)


async def test_setup_is_retried_when_the_unit_cannot_be_reached(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry
) -> None:
    await unit.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason == (
        "The control unit cannot be reached. Check that it is switched on and connected to the network"
    )


async def test_reauthentication_starts_when_setup_is_refused_the_token(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: "wrong"})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_setup_is_retried_when_the_unit_does_not_answer(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.api.client.CONNECT_SECONDS", 0.2)
    unit.set_fault("silent")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_loss_and_return_are_logged_once_each(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    light = entity_of("light", "light0")
    caplog.set_level(logging.INFO, LOGGER)
    caplog.clear()
    await unit.power_off()
    await reaches(light, STATE_UNAVAILABLE)
    await asyncio.sleep(2.5)  # some attempts fail
    # The reason depends on the request that failed.
    assert len(lines(caplog)) == 1, lines(caplog)
    assert lines(caplog)[0].startswith("Mill 1 is unavailable: ")

    await unit.power_on(light0=True)
    await reaches(light, "on", 20)
    assert lines(caplog)[1:] == ["Mill 1 is available again"]


async def test_a_silent_unit_is_unavailable_within_the_heartbeat(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """The unit closes no connection. The heartbeat of this entry is 5 seconds."""
    unit.set_fault("silent")
    await reaches(entity_of("light", "light0"), STATE_UNAVAILABLE, 6.5)
    unit.set_fault("silent", False)


async def test_a_websocket_without_pong_reconnects_within_the_heartbeat(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The unit still answers HTTP requests."""
    lost = loaded.runtime_data.connection.sessions
    pings = 0

    async def send_no_pong(*_: Any) -> None:
        nonlocal pings
        pings += 1

    monkeypatch.setattr("aiohttp.web.WebSocketResponse.pong", send_no_pong)
    await eventually(lambda: loaded.runtime_data.connection.sessions > lost, 8)
    assert pings == 1


async def test_an_idle_connection_stays_while_pings_are_answered(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """The test waits for two heartbeats."""
    sessions, light = loaded.runtime_data.connection.sessions, loaded.runtime_data.data["light1"]
    await asyncio.sleep(10)
    assert loaded.runtime_data.connection.sessions == sessions
    assert loaded.runtime_data.last_update_success
    unit.command("change", light1=not light)
    await eventually(lambda: loaded.runtime_data.data["light1"] is not light)


async def test_a_ping_of_the_unit_is_answered(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    pongs: list[bytes] = []
    pong = ClientWebSocketResponse.pong

    async def note(websocket: ClientWebSocketResponse, message: bytes = b"") -> None:
        pongs.append(message)
        await pong(websocket, message)

    monkeypatch.setattr(ClientWebSocketResponse, "pong", note)
    (websocket,) = unit.websockets
    await websocket.ping(b"payload")
    await eventually(lambda: pongs == [b"payload"])
    unit.command("change", light1=True)
    await eventually(lambda: loaded.runtime_data.data["light1"] is True)


async def test_the_state_is_current_after_a_reconnect(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    unit.command("drop")
    unit.unit.values["light1"] = True  # the unit sends no message about it
    await reaches(entity_of("light", "light1"), "on", 5)


async def test_values_are_polled_while_the_websocket_is_refused(
    hass: HomeAssistant,
    unit: Any,
    entry: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.common.push.coordinator.FALLBACK_SECONDS", 0.2)
    unit.set_fault("websocket_refused")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    light = entity_of("light", "light0")
    await reaches(light, "off")
    unit.command("change", light0=True)
    await reaches(light, "on")

    unit.set_fault("websocket_refused", False)
    await eventually(lambda: unit.websockets)
    unit.command("change", light0=False)
    await reaches(light, "off")


async def test_a_changed_token_starts_one_reauthentication(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    await unit.command("change_token", token="another")
    await eventually(hass.config_entries.flow.async_progress, 5)
    await asyncio.sleep(1.5)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


@pytest.mark.parametrize("fault", ["garbage", "wrong_types"])
async def test_invalid_messages_are_dropped_and_counted(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    fault: str,
) -> None:
    unit.set_fault(fault)
    unit.command("change", light0=True, psi0="many", zoom0=-5)
    unit.command("send_raw", text="[1, 2")
    unit.command("send_raw", text='{"light0": {"a": 1}, "new_in_next_software": 7}')
    unit.command("send_binary")
    await reaches(entity_of("light", "light0"), "unknown")
    unit.set_fault(fault, False)
    unit.command("change", light1=True)
    await reaches(entity_of("light", "light1"), "on")
    dropped = loaded.runtime_data.client.dropped.as_dict()
    assert dropped["broken JSON"] >= 1
    assert dropped["unknown key"] == 1
    assert loaded.runtime_data.last_update_success


async def test_the_connection_is_closed_when_home_assistant_stops(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    await hass.async_stop()
    await eventually(lambda: not unit.websockets)


async def test_a_head_is_added_and_removed_without_reload(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    registry = dr.async_get(hass)

    def head() -> dr.DeviceEntry | None:
        return registry.async_get_device_by_identifier((DOMAIN, f"{MAC}_head1"), loaded.entry_id)

    light = entity_of("light", "light1")
    assert head() is not None
    unit.command("detach_head", head=1)
    await eventually(lambda: head() is None)
    await hass.async_block_till_done()
    assert hass.states.get(light) is None
    assert hass.states.get(entity_of("light", "light0")) is not None

    unit.command("attach_head", head=1)
    await eventually(lambda: head() is not None and hass.states.get(light) is not None)
    assert entity_of("light", "light1") == light


async def test_a_head_detached_while_the_entry_is_not_loaded_is_removed(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    unit.command("detach_head", head=1)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert sorted(next(iter(device.identifiers))[1] for device in devices) == [MAC, f"{MAC}_head0"]


async def test_devices(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    registry = dr.async_get(hass)
    hub = registry.async_get_device_by_identifier((DOMAIN, MAC), loaded.entry_id)
    head = registry.async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
    assert hub is not None
    assert head is not None
    assert hub.name == "Mill 1"
    assert hub.sw_version == unit.state()["swVersion"]
    assert hub.hw_version == unit.state()["fmVersion"]
    assert (dr.CONNECTION_NETWORK_MAC, MAC) in hub.connections
    assert head.name == "Mill 1 head 1"
    assert head.via_device_id == hub.id
    assert unit.state()["ver0"] == "HW2.1 SW1.4.0"
    assert (head.hw_version, head.sw_version) == ("2.1", "1.4.0")


async def test_heads_are_renamed_after_a_change_of_the_language(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    hass.config.language = "it"
    assert await hass.config_entries.async_reload(loaded.entry_id)
    head = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
    assert head is not None
    assert head.name == "Mill 1 testa 1"


async def test_a_version_of_a_head_in_another_format_is_its_software_version(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    unit.command("change", ver0="3.0.1")

    def versions() -> tuple[str | None, str | None] | None:
        head = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
        return (head.hw_version, head.sw_version) if head else None

    await eventually(lambda: versions() == (None, "3.0.1"))


async def test_a_new_software_version_updates_the_device(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    unit.command("change", swVersion="V9.9.9")

    def version() -> str | None:
        hub = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), loaded.entry_id)
        return hub.sw_version if hub else None

    await eventually(lambda: version() == "V9.9.9")


async def test_a_message_writes_only_entities_of_changed_keys(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There are more than 110 entities, and one of them is written."""
    assert len(hass.states.async_all()) > 110
    writes: list[str] = []
    write = StateMachine.async_set_internal

    def count(states: StateMachine, entity_id: str, *arguments: Any, **named: Any) -> None:
        writes.append(entity_id)
        write(states, entity_id, *arguments, **named)

    monkeypatch.setattr(StateMachine, "async_set_internal", count)
    unit.command("change", sharpness=9)
    await eventually(lambda: writes)
    await asyncio.sleep(0.1)
    assert writes == ["number.mill_1_sharpness"]


async def test_rarely_used_and_often_changing_entities_are_disabled(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    disabled = {entity.unique_id.removeprefix(f"{MAC}_") for entity in entities if entity.disabled}
    assert {"seconds_sensor", "time_sensor", "rtspOn", "httpOn", "cam1SelectedSensor"} <= disabled
    assert not {"light0", "zoom0", "oct0_sensor", "backupActive", "cam0SelectedSensor"} & disabled


async def test_setup_accepts_a_port_that_is_a_float(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    """A number selector returns floats."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PORT: float(unit.port)})
    assert await hass.config_entries.async_setup(entry.entry_id)
