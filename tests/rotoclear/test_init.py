"""Setting up, losing and regaining the connection, unloading."""

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
    """Return what the integration logged for people."""
    return [
        record.getMessage() for record in caplog.records if record.name == LOGGER and record.levelno >= logging.INFO
    ]


async def test_set_up_and_unload(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    await eventually(lambda: len(unit.websockets) == 1)

    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.NOT_LOADED
    await eventually(lambda: not unit.websockets)


async def test_reload_many_times_leaves_one_connection(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    for _ in range(5):
        assert await hass.config_entries.async_reload(loaded.entry_id)
    await eventually(lambda: len(unit.websockets) == 1)


async def test_nobody_there(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    await unit.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason == (
        "The control unit cannot be reached. Check that it is switched on and connected to the network"
    )


async def test_wrong_token_at_start(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: "wrong"})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_silent_unit_is_not_waited_for(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.api.client.CONNECT_SECONDS", 0.2)
    unit.set_fault("silent")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_one_line_down_and_one_up(
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
    await asyncio.sleep(2.5)  # a few tries that fail
    # Which words it finds depends on whether it was just asking for the state.
    assert len(lines(caplog)) == 1, lines(caplog)
    assert lines(caplog)[0].startswith("Mill 1 is unavailable: ")

    await unit.power_on(light0=True)
    await reaches(light, "on", 20)
    assert lines(caplog)[1:] == ["Mill 1 is available again"]


async def test_half_open_connection_is_noticed_within_the_heartbeat(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """A unit that goes silent without closing anything: the option of this entry is 5 seconds."""
    unit.set_fault("silent")
    await reaches(entity_of("light", "light0"), STATE_UNAVAILABLE, 6.5)
    unit.set_fault("silent", False)


async def test_dead_websocket_of_a_living_unit_is_noticed_within_the_heartbeat(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The unit answers HTTP, but the WebSocket is gone without a word: no pong comes."""
    lost = loaded.runtime_data.connection.sessions
    pings = 0

    async def swallow(*_: Any) -> None:
        nonlocal pings
        pings += 1

    monkeypatch.setattr("aiohttp.web.WebSocketResponse.pong", swallow)
    await eventually(lambda: loaded.runtime_data.connection.sessions > lost, 8)
    assert pings == 1


async def test_quiet_unit_that_answers_stays_connected(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """Ten seconds are two heartbeats."""
    sessions, asked = loaded.runtime_data.connection.sessions, loaded.runtime_data.data["light1"]
    await asyncio.sleep(10)
    assert loaded.runtime_data.connection.sessions == sessions
    assert loaded.runtime_data.last_update_success
    unit.command("change", light1=not asked)
    await eventually(lambda: loaded.runtime_data.data["light1"] is not asked)


async def test_pings_of_the_unit_are_answered(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    pongs: list[bytes] = []
    pong = ClientWebSocketResponse.pong

    async def noted(websocket: ClientWebSocketResponse, message: bytes = b"") -> None:
        pongs.append(message)
        await pong(websocket, message)

    monkeypatch.setattr(ClientWebSocketResponse, "pong", noted)
    (websocket,) = unit.websockets
    await websocket.ping(b"there?")
    await eventually(lambda: pongs == [b"there?"])
    unit.command("change", light1=True)
    await eventually(lambda: loaded.runtime_data.data["light1"] is True)


async def test_dropped_connection_comes_back_with_fresh_state(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    unit.command("drop")
    unit.unit.values["light1"] = True  # behind our back, while nobody was connected
    await reaches(entity_of("light", "light1"), "on", 5)


async def test_values_stay_fresh_while_the_websocket_is_refused(
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


async def test_token_changed_at_run_time_asks_for_the_new_one_once(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    await unit.command("change_token", token="another")
    await eventually(hass.config_entries.flow.async_progress, 5)
    await asyncio.sleep(1.5)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


@pytest.mark.parametrize("fault", ["garbage", "wrong_types"])
async def test_nonsense_from_the_unit_is_survived(
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


async def test_home_assistant_stop_closes_the_connection(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    await hass.async_stop()
    await eventually(lambda: not unit.websockets)


async def test_head_comes_and_goes_without_reload(
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


async def test_head_that_went_while_away_is_removed(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
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


async def test_heads_have_their_names_right_after_a_change_of_the_language(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    hass.config.language = "it"
    assert await hass.config_entries.async_reload(loaded.entry_id)
    head = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
    assert head is not None
    assert head.name == "Mill 1 testa 1"


async def test_version_of_a_head_in_another_form_is_its_software(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    unit.command("change", ver0="3.0.1")

    def versions() -> tuple[str | None, str | None] | None:
        head = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
        return (head.hw_version, head.sw_version) if head else None

    await eventually(lambda: versions() == (None, "3.0.1"))


async def test_new_software_version_shows_in_the_device(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    unit.command("change", swVersion="V9.9.9")

    def version() -> str | None:
        hub = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), loaded.entry_id)
        return hub.sw_version if hub else None

    await eventually(lambda: version() == "V9.9.9")


async def test_one_changed_key_writes_one_entity(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message costs what changed: exactly one state write for one of more than 110 entities' keys."""
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


async def test_disabled_entities_are_those_that_are_rare_or_noisy(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    disabled = {entity.unique_id.removeprefix(f"{MAC}_") for entity in entities if entity.disabled}
    assert {"seconds_sensor", "time_sensor", "rtspOn", "httpOn", "cam1SelectedSensor"} <= disabled
    assert not {"light0", "zoom0", "oct0_sensor", "backupActive", "cam0SelectedSensor"} & disabled


async def test_port_of_the_entry_is_a_whole_number(hass: HomeAssistant, unit: Any, entry: MockConfigEntry) -> None:
    """A number selector hands out floats; an entry that holds one must still connect."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PORT: float(unit.port)})
    assert await hass.config_entries.async_setup(entry.entry_id)
