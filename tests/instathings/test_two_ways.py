"""Devices that are connected by two ways, the cloud and the gateway on the network, each with delays and faults."""

import asyncio
from collections.abc import AsyncIterator, Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.readings import parse_reading
from custom_components.instathings.commands import async_delete
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.const import CONF_GATEWAY_ID, DOMAIN, SUBENTRY_GATEWAY
from custom_components.instathings.diagnostics import async_get_config_entry_diagnostics
from harness.vendor import LOOPBACK, Address
from harness.vendors.instathings import CLOUD, SECRET
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY as HUB
from simulators.instathings.store import Store
from tests.entries import set_up
from tests.waiting import eventually

DOOR = "binary_sensor.front_door_contact"
LAMP = "light.living_room_lamp"
LOCAL, REMOTE = "binary_sensor.gateway_local_connection", "binary_sensor.gateway_cloud_connection"


def state_of(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return state.state if state else None


@pytest.fixture
def both_entry(hass: HomeAssistant, cloud: CloudSimulator, gateway: GatewaySimulator) -> MockConfigEntry:
    """Return an entry of a project with its gateway on the network that is not set up."""
    address = Address(LOOPBACK, gateway.port)
    subentry = {
        "subentry_id": "gateway",
        "subentry_type": SUBENTRY_GATEWAY,
        "title": "Gateway",
        "unique_id": HUB,
        "data": {**address.fields, CONF_GATEWAY_ID: HUB},
    }
    wanted = CLOUD.entry(Address(LOOPBACK, cloud.port), http_seconds=0)
    entry = MockConfigEntry(**wanted.arguments, subentries_data=[subentry])
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def both(hass: HomeAssistant, both_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry after its setup, connected to both."""
    await set_up(hass, both_entry)
    await eventually(lambda: state_of(hass, LOCAL) == "on")
    return both_entry


@pytest.fixture
async def changes(hass: HomeAssistant) -> AsyncIterator[list[str]]:
    """Return a list that collects the states of the door."""
    found: list[str] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if (new := event.data["new_state"]) is not None:
            found.append(new.state)

    unsubscribe = async_track_state_change_event(hass, DOOR, changed)
    yield found
    unsubscribe()


async def test_each_device_exists_once(hass: HomeAssistant, both: MockConfigEntry, gateway: GatewaySimulator) -> None:
    before = {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), both.entry_id)}
    for thing in gateway.house.things:
        gateway.house.send(thing)
    gateway.house.change("zbDoor001", {"contact": False})
    await eventually(lambda: state_of(hass, DOOR) == "on")
    after = {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), both.entry_id)}
    assert before == after
    assert [state_of(hass, one) for one in (LOCAL, REMOTE)] == ["on", "on"]


@pytest.mark.parametrize("late", ["cloud", "gateway"])
async def test_a_late_way_does_not_restore_old_states(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    changes: list[str],
    late: str,
) -> None:
    """One of the ways reports each change half a second later, after the next one."""
    {"cloud": cloud, "gateway": gateway}[late].set_fault("late", 0.5)
    for contact in (False, True, False):
        gateway.house.change("zbDoor001", {"contact": contact})
        await asyncio.sleep(0.15)
    await asyncio.sleep(0.8)
    assert changes == ["on", "off", "on"]


async def test_a_press_reported_by_both_ways_is_one_event(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudSimulator, gateway: GatewaySimulator
) -> None:
    cloud.set_fault("late", 0.3)
    gateway.house.press("zbButton1")
    await eventually(lambda: hass.states.get("event.bedside_button_action") is not None)
    await asyncio.sleep(0.5)
    presses: list[str] = []
    both.runtime_data.subscribe_event(("zbButton1", "click"), presses.append)
    gateway.house.press("zbButton1")
    gateway.house.press("zbButton1")
    await eventually(lambda: len(presses) == 2)
    await asyncio.sleep(0.6)
    assert presses == ["single", "single"]


async def test_devices_are_available_without_the_cloud(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    changes: list[str],
    caplog: pytest.LogCaptureFixture,
    reaches: Callable[..., Any],
) -> None:
    caplog.set_level(logging.INFO, "custom_components.instathings")
    port = cloud.port
    await cloud.stop_port(port)
    await reaches(REMOTE, "off")
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")
    assert state_of(hass, LAMP) == "on", "the lamp stays available"
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call("light", "turn_off", {"entity_id": LAMP}, blocking=True)
    assert failed.value.translation_key == "commands_need_cloud"
    assert state_of(hass, LAMP) == "on", "the state did not change, because nothing was sent"
    gateway.house.change("zbDoor001", {"contact": True})
    await reaches(DOOR, "off")
    await cloud.start(port)
    await reaches(REMOTE, "on", 10)
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")
    await asyncio.sleep(0.3)
    assert changes == ["on", "off", "on"]
    lines = [record.getMessage() for record in caplog.records if record.name == "custom_components.instathings"]
    assert [line.partition(":")[0] for line in lines] == [
        "house (cloud) is unavailable",
        "house (cloud) is available again",
    ]


async def test_setup_without_the_cloud_uses_the_gateway(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    reaches: Callable[..., Any],
) -> None:
    """The devices are those of the last list of the cloud, with the stored readings of the gateway."""
    caplog.set_level(logging.INFO, "custom_components.instathings")
    assert f"{DOMAIN}.devices.{both.entry_id}" in hass_storage
    devices = dr.async_get(hass)
    before = {device.id: device.model for device in dr.async_entries_for_config_entry(devices, both.entry_id)}
    await cloud.stop_port(port := cloud.port)
    gateway.house.change("zbDoor001", {"contact": False})
    caplog.clear()
    await hass.config_entries.async_reload(both.entry_id)
    assert both.state is ConfigEntryState.LOADED
    await reaches(DOOR, "on")
    await eventually(lambda: state_of(hass, LAMP) == "on")
    assert state_of(hass, REMOTE) == "off"
    await cloud.start(port)
    await reaches(REMOTE, "on", 10)
    gateway.house.change("zbDoor001", {"contact": True})
    await reaches(DOOR, "off")
    lines = [record.getMessage() for record in caplog.records if record.name == "custom_components.instathings"]
    assert [line.partition(":")[0] for line in lines] == [
        "house (cloud) is unavailable",
        "house (cloud) is available again",
    ]
    after = {device.id: device.model for device in dr.async_entries_for_config_entry(devices, both.entry_id)}
    assert after == before
    await hass.config_entries.async_remove(both.entry_id)
    assert f"{DOMAIN}.devices.{both.entry_id}" not in hass_storage


async def test_setup_without_cloud_and_gateway_is_retried(
    hass: HomeAssistant,
    both_entry: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.instathings.two_ways.LOCAL_SECONDS", 0.3)
    await cloud.stop_port(cloud.port)
    await hass.config_entries.async_setup(both_entry.entry_id)
    assert both_entry.state is ConfigEntryState.SETUP_RETRY, "there is no stored device list"
    kept: dict[str, Any] = {"devices": [], "types": [], "protocols": {}}
    key = f"{DOMAIN}.devices.{both_entry.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": kept}
    hass_storage[key]["data"] = {**kept, "devices": [{"id": "zbDoor001", "of_tomorrow": 1}]}
    await hass.config_entries.async_reload(both_entry.entry_id)
    assert both_entry.state is ConfigEntryState.SETUP_RETRY, "the device list of another version is ignored"
    hass_storage[key]["data"] = kept
    await gateway.stop_port(gateway.port)
    await hass.config_entries.async_reload(both_entry.entry_id)
    assert both_entry.state is ConfigEntryState.SETUP_RETRY


async def test_devices_are_available_without_the_gateway(
    hass: HomeAssistant,
    both: MockConfigEntry,
    gateway: GatewaySimulator,
    changes: list[str],
    caplog: pytest.LogCaptureFixture,
    reaches: Callable[..., Any],
) -> None:
    caplog.set_level(logging.INFO, "custom_components.instathings")
    port = gateway.port
    await gateway.stop_port(port)
    await reaches(LOCAL, "off")
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")
    await hass.services.async_call("light", "turn_off", {"entity_id": LAMP}, blocking=True)
    assert state_of(hass, LAMP) == "off"
    await gateway.start(port)
    await reaches(LOCAL, "on", 10)
    gateway.house.change("zbDoor001", {"contact": True})
    await reaches(DOOR, "off")
    await asyncio.sleep(0.2)
    assert changes == ["on", "off"]
    lines = [record.getMessage() for record in caplog.records if record.name == "custom_components.instathings"]
    assert [line.partition(":")[0] for line in lines] == [
        "house (Gateway) is unavailable",
        "house (Gateway) is available again",
    ]


async def test_devices_are_unavailable_without_cloud_and_gateway(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    reaches: Callable[..., Any],
) -> None:
    """The stored readings of the gateway are applied when it reconnects before the cloud."""
    ports = cloud.port, gateway.port
    await cloud.stop_port(ports[0])
    await gateway.stop_port(ports[1])
    await reaches(DOOR, "unavailable")
    gateway.house.change("zbDoor001", {"contact": False})
    await gateway.start(ports[1])
    await reaches(DOOR, "on", 10)
    await eventually(lambda: state_of(hass, LAMP) == "on")
    await cloud.start(ports[0])
    await reaches(REMOTE, "on", 10)
    assert state_of(hass, DOOR) == "on"


async def test_a_failed_database_of_the_gateway_is_a_repair_issue(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    monkeypatch: pytest.MonkeyPatch,
    reaches: Callable[..., Any],
) -> None:
    """The gateway then reports nothing. This is detected after a while, and its stored readings are fetched later."""
    monkeypatch.setattr("custom_components.instathings.local_gateway.QUIET_SECONDS", 0.2)
    monkeypatch.setattr("custom_components.instathings.api.gateway.REQUEST_SECONDS", 0.5)
    await gateway.stop_port(port := gateway.port)
    await gateway.start(port)
    gateway.set_fault("database_down", 0.05)
    await reaches("binary_sensor.gateway_database", "on", 10)
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"database_down_{both.entry_id}") is not None
    assert state_of(hass, DOOR) == "off", "the cloud reports it"
    await cloud.stop_port(cloud.port)
    await reaches(DOOR, "unavailable")
    gateway.set_fault("database_down", None)
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")
    await reaches("binary_sensor.gateway_database", "off")


async def test_the_gateway_confirms_a_command(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudSimulator
) -> None:
    """The cloud forwards the command at once, but reports the change too late."""
    cloud.set_fault("late", 30)
    await hass.services.async_call("light", "turn_off", {"entity_id": LAMP}, blocking=True)
    assert state_of(hass, LAMP) == "off"
    assert len(cloud.record.of("set")) == 1


async def test_a_response_to_a_status_request_updates_the_state(
    hass: HomeAssistant, both: MockConfigEntry, gateway: GatewaySimulator
) -> None:
    gateway.house.things["zbDoor001"].payload["contact"] = False
    gateway.command("ask", device="zbDoor001")
    await eventually(lambda: state_of(hass, DOOR) == "on")


async def test_devices_that_are_not_behind_the_gateway_are_ignored(
    hass: HomeAssistant, both: MockConfigEntry, gateway: GatewaySimulator
) -> None:
    """These are a virtual device, the gateway, and a device that is not in the project."""
    before = state_of(hass, "sensor.demo_counter")
    for device in ("virtual01", HUB, "foreign01"):
        reading = {"deviceId": device, "payload": {"value": 1e6}, "ts": "2026-11-21T00:09:03.251Z"}
        gateway.command("emit", event="data", payload=reading)
    key = "reading of a device that is not behind the gateway"
    await eventually(lambda: both.runtime_data.dropped.as_dict().get(key) == 3)
    assert state_of(hass, "sensor.demo_counter") == before
    assert "foreign01" not in both.runtime_data.inventory


async def test_stored_readings_of_other_devices_are_ignored(hass: HomeAssistant, both: MockConfigEntry) -> None:
    """The gateway responds with rows of other devices than the requested one."""
    before = state_of(hass, "sensor.demo_counter")
    for device in ("virtual01", HUB, "foreign01"):
        row = {"deviceId": device, "payload": {"value": 1e6}, "ts": "2036-11-21T00:09:03.251Z"}
        reading = parse_reading(row, DropCounter())
        assert reading is not None
        both.runtime_data.take_local_stored(both.runtime_data.local_gateways[HUB], reading)
    await hass.async_block_till_done()
    assert both.runtime_data.dropped.as_dict()["reading of a device that is not behind the gateway"] == 3
    assert state_of(hass, "sensor.demo_counter") == before


async def test_devices_are_unavailable_with_another_gateway_at_the_address(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudSimulator,
    gateway: GatewaySimulator,
    monkeypatch: pytest.MonkeyPatch,
    reaches: Callable[..., Any],
) -> None:
    """The other gateway reports no devices of the project, so their old values must not stay available."""
    monkeypatch.setattr("custom_components.instathings.local_gateway.WATCH_SECONDS", 0.1)
    own, port = gateway.store, gateway.port
    await gateway.stop_port(port)
    await reaches(LOCAL, "off")
    gateway.store = Store()
    await gateway.start(port)
    await reaches(LOCAL, "on", 10)
    assert state_of(hass, DOOR) == "off", "the cloud reports it"
    await cloud.stop_port(cloud.port)
    await reaches(DOOR, "unavailable")
    # The gateway of the project has the address again.
    gateway.store = own
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")


async def test_a_deleted_device_is_removed(hass: HomeAssistant, both: MockConfigEntry) -> None:
    await async_delete(both.runtime_data, "zbDoor001")
    await hass.async_block_till_done()
    assert hass.states.get(DOOR) is None


async def test_diagnostics_have_both_connections(hass: HomeAssistant, both: MockConfigEntry) -> None:
    found = await async_get_config_entry_diagnostics(hass, both)
    assert found["connection"]["gateways_on_the_network"] == [
        {"connected": True, "attempts": 1, "sessions": 1, "last_error": None, "database_down": False}
    ]
    assert HUB not in str(found)


async def test_removing_the_gateway_removes_its_entities_and_keeps_the_devices(
    hass: HomeAssistant, both: MockConfigEntry
) -> None:
    entities = er.async_get(hass)
    assert LOCAL in entities.entities
    hass.config_entries.async_remove_subentry(both, "gateway")
    await hass.async_block_till_done()
    assert {LOCAL, REMOTE, "binary_sensor.gateway_database"}.isdisjoint(entities.entities)
    assert state_of(hass, DOOR) == "off"


async def test_secrets_of_the_project_that_come_by_the_gateway_are_redacted(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudSimulator, gateway: GatewaySimulator
) -> None:
    values = both.runtime_data.data
    await cloud.stop_port(cloud.port)
    await eventually(lambda: not both.runtime_data.last_update_success)
    gateway.house.send("zbTemp001", {"temperature": 7.5, "note": f"login {SECRET}"})
    await eventually(lambda: values.get(("zbTemp001", "temperature")) == 7.5)
    assert values["zbTemp001", "note"] == "login **REDACTED**"
    stored = await both.runtime_data.local_gateways[HUB].client.data("zbTemp001", per_page=1)
    assert stored.readings[0].values["note"] == "login **REDACTED**"
