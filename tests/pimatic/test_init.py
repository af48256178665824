"""Setup, lost connections, reconnects, unload, and the states that an event writes."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME, STATE_UNAVAILABLE
from homeassistant.core import EVENT_STATE_CHANGED, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.api.state import ServerState
from custom_components.pimatic.common.client import backoff, socketio
from custom_components.pimatic.common.client.slices import in_slices
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up
from tests.turns import turns_during
from tests.waiting import eventually

from .conftest import ENTRY_ID

type EntityOf = Callable[[str, str], str]
type Reaches = Callable[..., Any]

LOGGER = "custom_components.pimatic"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the log messages of the integration at INFO and above."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(LOGGER) and record.levelno >= logging.INFO
    ]


def open_sockets(simulator: PimaticSimulator) -> int:
    assert simulator.socket_io is not None
    return len([one for one in simulator.socket_io.eio.sockets.values() if not one.closed])


@pytest.fixture
def quick_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the backoff to 0.05 seconds."""
    monkeypatch.setattr(backoff, "BACKOFF_FIRST", 0.05)
    monkeypatch.setattr(backoff, "BACKOFF_LONGEST", 0.05)


async def test_setup_and_unload(hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry) -> None:
    assert loaded.state is ConfigEntryState.LOADED
    assert open_sockets(simulator) == 1
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await eventually(lambda: open_sockets(simulator) == 0)


async def test_many_reloads_leave_one_connection(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    for _ in range(5):
        assert await hass.config_entries.async_reload(loaded.entry_id)
    await eventually(lambda: open_sockets(simulator) == 1)


async def test_setup_is_retried_when_there_is_no_server(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert str(entry.reason).startswith("The pimatic server cannot be reached")


async def test_a_wrong_password_at_setup_starts_the_reauthentication(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: "wrong"})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_a_lost_connection_and_a_reconnect_are_logged_once_each(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    quick_backoff: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    switch = entity_of("switch", "dummy-switch_switch")
    port = simulator.port
    caplog.clear()
    await simulator.stop()
    await reaches(switch, STATE_UNAVAILABLE)
    tries = loaded.runtime_data.connection.attempts
    await eventually(lambda: loaded.runtime_data.connection.attempts >= tries + 3)
    assert lines(caplog) == ["Home is unavailable: the connection was lost"]
    simulator.house.set_attribute("dummy-switch", "state", True)  # while the client is not connected
    await simulator.start(port)
    await reaches(switch, "on", 10)
    assert lines(caplog)[1:] == ["Home is available again"]


async def test_entities_are_available_again_after_a_restart_of_the_server(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: EntityOf, reaches: Reaches
) -> None:
    switch = entity_of("switch", "dummy-switch_switch")
    simulator.command("set", device="dummy-switch", attribute="state", value=True)
    await reaches(switch, "on")
    restarting = asyncio.create_task(simulator.restart(0.3))
    await reaches(switch, STATE_UNAVAILABLE)
    await restarting
    await reaches(switch, "on", 5)


async def test_entities_become_unavailable_when_the_server_does_not_respond(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socketio, "PING_SECONDS", 0.2)
    monkeypatch.setattr(socketio, "LEAST_PING_SECONDS", 0.2)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert simulator.socket_io is not None
    switch = entity_of("switch", "dummy-switch_switch")
    for socket in simulator.socket_io.eio.sockets.values():

        async def deaf(_: Any) -> None: ...

        socket.receive = deaf
    simulator.set_fault("status", 503)
    await reaches(switch, STATE_UNAVAILABLE, 3)
    simulator.set_fault("status", False)


async def test_a_password_changed_at_run_time_starts_the_reauthentication(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    quick_backoff: None,
) -> None:
    simulator.command("set_password", username="admin", password="new")
    simulator.drop_connections()
    await reaches(entity_of("switch", "dummy-switch_switch"), STATE_UNAVAILABLE)
    await eventually(hass.config_entries.flow.async_progress)
    flow = hass.config_entries.flow.async_progress()[0]
    tries = len(simulator.record.of("rest"))
    await asyncio.sleep(0.5)  # ten times the longest backoff
    assert len(simulator.record.of("rest")) == tries, (
        "the login is not repeated often, because this could lock the account"
    )
    done = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_USERNAME: "admin", CONF_PASSWORD: "new"}
    )
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    await reaches(entity_of("switch", "dummy-switch_switch"), "off")


async def test_a_changed_server_secret_causes_a_reconnect_only(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: EntityOf, reaches: Reaches
) -> None:
    simulator.command("change_secret", secret="another")
    simulator.command("set", device="labelled-switch", attribute="state", value=True)
    simulator.drop_connections()
    switch = entity_of("switch", "labelled-switch_switch")
    await reaches(switch, STATE_UNAVAILABLE)
    await reaches(switch, "on", 5)
    assert not hass.config_entries.flow.async_progress()


async def test_without_a_websocket_the_state_is_polled_and_commands_work(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.pimatic.common.push.coordinator.FALLBACK_SECONDS", 0.1)
    simulator.set_fault("no_websocket")
    simulator.drop_connections()
    await eventually(
        lambda: not loaded.runtime_data.client.connected and simulator.record.of("rest", action="getDevices")
    )
    switch = entity_of("switch", "dummy-switch_switch")
    await reaches(switch, "off", 5)
    await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    assert simulator.record.of("rest", action="callDeviceAction")
    await reaches(switch, "on")
    simulator.set_fault("no_websocket", False)
    await eventually(lambda: loaded.runtime_data.client.connected)


async def test_refused_cookies_are_no_refused_credentials(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.pimatic.common.push.coordinator.FALLBACK_SECONDS", 0.1)
    with monkeypatch.context() as refusing:
        refusing.setattr(simulator.access, "user_of_cookies", lambda _: None)
        simulator.drop_connections()
        await eventually(lambda: simulator.record.of("rest", action="getDevices"))
        await reaches(entity_of("switch", "dummy-switch_switch"), "off", 5)
        assert not loaded.runtime_data.client.connected
    await eventually(lambda: loaded.runtime_data.client.connected)
    assert not hass.config_entries.flow.async_progress()


async def test_a_session_that_the_server_refuses_later_is_opened_again(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    sessions = loaded.runtime_data.connection.sessions
    await simulator.command("send_raw", text='4"Authentication error"')
    await eventually(lambda: loaded.runtime_data.connection.sessions > sessions, 5)
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize("fault", ["mute_calls", "unauthorized"])
async def test_a_failed_command_raises_an_error(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    fault: str,
) -> None:
    loaded.runtime_data.client.request_seconds = 0.2
    simulator.set_fault(fault)
    if fault == "unauthorized":
        await loaded.runtime_data.client.disconnect()
    with pytest.raises(HomeAssistantError, match=r"did not answer|refused"):
        await loaded.runtime_data.async_act("dummy-switch", "turnOn")


async def test_an_event_writes_the_state_of_one_entity(
    hass: HomeAssistant, simulator: PimaticSimulator, everything_enabled: None, loaded: MockConfigEntry
) -> None:
    written: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    before = loaded.runtime_data.data.copy()
    simulator.command("set", device="dummy-contact", attribute="contact", value=True)
    await eventually(lambda: loaded.runtime_data.data != before)
    await hass.async_block_till_done()
    assert written == ["binary_sensor.dummy_contact"]


async def test_measurements_are_throttled_and_the_last_one_is_written(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: EntityOf, reaches: Reaches
) -> None:
    sensor = entity_of("sensor", "dummy-temperature_temperature")
    written: list[str] = []
    hass.bus.async_listen(EVENT_STATE_CHANGED, callback(lambda event: written.append(str(event.data["entity_id"]))))
    start = hass.loop.time()
    await simulator.command("flood", device="dummy-temperature", attribute="temperature", count=500)
    await reaches(sensor, "499")
    assert written.count(sensor) <= 3 + 10 * (hass.loop.time() - start)


async def test_groups_set_the_area_of_new_devices_only(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    devices, areas = dr.async_get(hass), ar.async_get(hass)
    living_room = areas.async_get_area_by_name("Living Room")
    assert living_room is not None
    switch = devices.async_get_device_by_identifier((DOMAIN, f"{ENTRY_ID}_dummy-switch"), ENTRY_ID)
    assert switch is not None
    assert switch.area_id == living_room.id
    devices.async_update_device(switch.id, area_id=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    same = devices.async_get(switch.id)
    assert same is not None
    assert same.area_id is None


async def test_hidden_attributes_are_disabled_by_default(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_of: EntityOf
) -> None:
    entity = er.async_get(hass).async_get(entity_of("sensor", "dummy-temperature_humidity"))
    assert entity is not None
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_a_device_is_unavailable_while_its_plugin_is_missing(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: EntityOf, reaches: Reaches
) -> None:
    issues = ir.async_get(hass)
    issue = issues.async_get_issue(DOMAIN, f"missing_plugin_{ENTRY_ID}")
    assert issue is not None
    assert "NoSuchClass" in str(issue.translation_placeholders)
    switch = entity_of("switch", "dummy-switch_switch")
    good = simulator.house.devices["dummy-switch"]
    simulator.house.change_device({**good, "template": "device", "attributes": [], "actions": []})
    await reaches(switch, STATE_UNAVAILABLE)
    # The same is true after a restart of Home Assistant.
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert entity_of("switch", "dummy-switch_switch") == switch
    simulator.house.change_device(good)
    await reaches(switch, "off")
    simulator.house.remove_device("missing-plugin")
    await eventually(lambda: issues.async_get_issue(DOMAIN, f"missing_plugin_{ENTRY_ID}") is None)


async def test_devices_removed_while_disconnected_are_removed_unless_the_role_sees_none(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, user_input: dict[str, Any]
) -> None:
    devices = dr.async_get(hass)

    def exists(device: str) -> bool:
        return devices.async_get_device_by_identifier((DOMAIN, f"{ENTRY_ID}_{device}"), ENTRY_ID) is not None

    assert await hass.config_entries.async_unload(loaded.entry_id)
    blind = {**user_input, CONF_USERNAME: "ctrl", CONF_PASSWORD: "ctrlpw"}
    hass.config_entries.async_update_entry(loaded, data=blind)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert exists("dummy-switch")
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"nothing_visible_{ENTRY_ID}")
    assert await hass.config_entries.async_unload(loaded.entry_id)
    hass.config_entries.async_update_entry(loaded, data=user_input)
    simulator.house.remove_device("dummy-switch")
    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert not exists("dummy-switch")
    assert exists("dummy-dimmer")
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"nothing_visible_{ENTRY_ID}") is None


async def test_thousands_of_devices_do_not_block_the_event_loop(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three thousand devices once blocked the event loop for a second at the setup and at each reconnect."""
    monkeypatch.setattr("custom_components.pimatic.common.client.slices.SLICE_SECONDS", -1.0)
    like = simulator.house.devices["dummy-temperature"]
    for number in range(300):
        simulator.house.add_device({**like, "id": f"many-{number}", "name": f"Many {number}"})
    await set_up(hass, entry)
    coordinator = entry.runtime_data
    state = ServerState(DropCounter())
    assert await turns_during(in_slices(state.loading("devices", list(simulator.house.devices.values())))) > 300
    assert state.devices.keys() == simulator.house.devices.keys()
    assert await turns_during(coordinator.async_connected(dict(coordinator.data))) > 300


async def test_values_that_are_null_after_an_edit_are_unknown(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
    reaches: Reaches,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.pimatic.edited.SETTLE_SECONDS", 0.1)
    sensor = entity_of("sensor", "dummy-thermostat_valve")
    simulator.command("set", device="dummy-thermostat", attribute="valve", value=40)
    await reaches(sensor, "40")
    thermostat = simulator.house.devices["dummy-thermostat"]
    attributes = [{**one, "value": None} if one["name"] == "valve" else one for one in thermostat["attributes"]]
    simulator.house.change_device({**thermostat, "name": "Bath", "attributes": attributes})
    await reaches(sensor, "unknown")
    await reaches(entity_of("climate", "dummy-thermostat_thermostat"), "auto")


async def test_one_task_reads_the_values_of_a_device_with_many_edits(
    simulator: PimaticSimulator, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task for each edit would be 200 tasks in less than a second."""
    monkeypatch.setattr("custom_components.pimatic.edited.SETTLE_SECONDS", 0.3)
    device = simulator.house.devices["dummy-temperature"]
    simulator.record.clear()
    for number in range(200):
        simulator.house.change_device({**device, "name": f"Edited {number}"})
    await eventually(lambda: loaded.runtime_data.profiles["dummy-temperature"].device.name == "Edited 199", 10.0)
    assert sum("edited" in task.get_name() for task in asyncio.all_tasks()) == 1
    await eventually(lambda: simulator.record.of("call"))
    await asyncio.sleep(0.5)
    assert len(simulator.record.of("call")) < 20


async def test_a_log_message_is_an_event(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
) -> None:
    event = entity_of("event", "$server_messages")
    simulator.command("log", level="warn", text="the cellar is wet")

    def attributes() -> dict[str, Any]:
        state = hass.states.get(event)
        return dict(state.attributes) if state else {}

    await eventually(lambda: attributes().get("event_type") == "warn")
    assert attributes()["text"] == "the cellar is wet"


async def test_a_refused_restart_of_the_server_raises_an_error(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: EntityOf,
) -> None:
    with pytest.raises(HomeAssistantError, match="refused this"):
        await hass.services.async_call(
            "button", "press", {"entity_id": entity_of("button", "$server_restart")}, blocking=True
        )


async def test_reauthentication_works_while_another_flow_is_open(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REFUSED_FIRST", "REFUSED_LONGEST"):
        monkeypatch.setattr(backoff, name, 0.1)
    await loaded.start_reconfigure_flow(hass)  # a browser tab that was left open
    simulator.command("set_password", username="admin", password="new")
    simulator.drop_connections()
    await eventually(lambda: not loaded.runtime_data.last_update_success)
    await asyncio.sleep(0.3)
    simulator.command("set_password", username="admin", password="adminpw")
    await eventually(lambda: loaded.runtime_data.last_update_success, 10)
