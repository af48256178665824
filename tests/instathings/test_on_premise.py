"""The entry of a gateway on the own network: read-only, with devices from its readings, and its faults."""

import asyncio
from collections.abc import AsyncIterator, Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.instathings import async_remove_config_entry_device
from custom_components.instathings.const import CONF_CONNECTION, DOMAIN, GATEWAY, ON_PREMISE
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY as HUB
from tests.entries import set_up
from tests.waiting import eventually

from .conftest import recorded_packets, replay

PLATFORMS = ("binary_sensor", "event", "sensor")


def _state(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return state.state if state else None


async def test_a_device_is_added_with_its_first_reading(
    hass: HomeAssistant, gateway: GatewaySimulator, at_gateway: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    assert set(at_gateway.runtime_data.inventory) == {GATEWAY}
    for thing in gateway.house.things:
        gateway.house.send(thing)
    await eventually(lambda: hass.states.get("sensor.stcellar1_temperature") is not None)
    await hass.async_block_till_done()
    # The devices of every protocol have entities, without commands.
    for platform, unique_id, state in (
        ("binary_sensor", "zbBulb001/state", "on"),
        ("sensor", "zbBulb001/brightness", "254"),
        ("binary_sensor", "zbLock001/state", "off"),
        ("sensor", "zbBlind01/position", "100"),
        ("binary_sensor", "zbDoor001/contact", "off"),
        ("binary_sensor", "httpPlug1/relays.0.ison", "off"),
        ("sensor", "mbMeter01/active_power", "720.5"),
        ("sensor", "knxLux001/data", "81"),
        ("binary_sensor", "zbPlug001/state", "off"),
    ):
        assert _state(hass, entity_of(platform, unique_id)) == state
    assert {entity.domain for entity in er.async_get(hass).entities.values()} == set(PLATFORMS)
    gateway.house.change("zbDoor001", {"contact": False})
    await eventually(lambda: _state(hass, "binary_sensor.zbdoor001_contact") == "on")
    # After a restart, the devices have their latest stored readings.
    await hass.config_entries.async_reload(at_gateway.entry_id)
    await hass.async_block_till_done()
    assert _state(hass, "binary_sensor.zbdoor001_contact") == "on"


async def test_devices_from_the_options_are_added(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbTemp001", "nothing01", "bad"]})
    await set_up(hass, gateway_entry)
    assert _state(hass, "sensor.zbtemp001_temperature") == "21.37"
    assert set(gateway_entry.runtime_data.inventory) == {GATEWAY, "zbTemp001", "nothing01"}


async def test_entities_are_available_again_after_a_restart_of_the_gateway(
    hass: HomeAssistant,
    gateway: GatewaySimulator,
    gateway_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    reaches: Callable[..., Any],
) -> None:
    caplog.set_level(logging.INFO, "custom_components.instathings")
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbDoor001"]})
    await set_up(hass, gateway_entry)
    exiting = asyncio.create_task(gateway.command("exit", seconds=1.2))
    await reaches("binary_sensor.zbdoor001_contact", "unavailable")
    gateway.store.add("zbDoor001", {"contact": False})
    await exiting
    await reaches("binary_sensor.zbdoor001_contact", "on", 10)
    lines = [record.getMessage() for record in caplog.records if record.name == "custom_components.instathings"]
    assert [("unavailable" in text, "again" in text) for text in lines] == [(True, False), (False, True)]


async def test_setup_is_retried_when_there_is_no_gateway(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry
) -> None:
    port = gateway.port
    await gateway.stop_port(port)
    await hass.config_entries.async_setup(gateway_entry.entry_id)
    before = gateway_entry.state
    await gateway.start(port)
    await hass.config_entries.async_reload(gateway_entry.entry_id)
    await hass.async_block_till_done()
    assert (before, gateway_entry.state) == (ConfigEntryState.SETUP_RETRY, ConfigEntryState.LOADED)


async def test_a_failed_database_is_a_repair_issue(
    hass: HomeAssistant,
    gateway: GatewaySimulator,
    gateway_entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    reaches: Callable[..., Any],
) -> None:
    monkeypatch.setattr("custom_components.instathings.on_premise.QUIET_SECONDS", 0.1)
    monkeypatch.setattr("custom_components.instathings.api.gateway.REQUEST_SECONDS", 0.5)
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbDoor001"]})
    await set_up(hass, gateway_entry)
    issue = (DOMAIN, f"database_down_{gateway_entry.entry_id}")
    await asyncio.sleep(0.4)
    # The database works, and the check changed nothing.
    assert _state(hass, "binary_sensor.zbdoor001_contact") == "off"
    assert _state(hass, "binary_sensor.gateway_database") == "off"
    gateway.set_fault("database_down", 0.05)
    await reaches("binary_sensor.zbdoor001_contact", "unavailable")
    await reaches("binary_sensor.gateway_database", "on")
    assert ir.async_get(hass).async_get_issue(*issue) is not None
    gateway.set_fault("database_down", None)
    await reaches("binary_sensor.zbdoor001_contact", "off")
    assert ir.async_get(hass).async_get_issue(*issue) is None
    # The database does not respond, and a received reading shows that it works again.
    gateway.set_fault("database_down", 30)
    await reaches("binary_sensor.gateway_database", "on")
    monkeypatch.setattr("custom_components.instathings.on_premise.QUIET_SECONDS", 60)
    gateway.set_fault("database_down", None)
    gateway.house.send("zbDoor001")
    await reaches("binary_sensor.gateway_database", "off")
    # The database is down at the setup, and the issue is removed with the entry.
    gateway.set_fault("database_down", 0.05)
    await hass.config_entries.async_reload(gateway_entry.entry_id)
    await hass.async_block_till_done()
    assert gateway_entry.state is ConfigEntryState.LOADED
    assert ir.async_get(hass).async_get_issue(*issue) is not None
    await hass.config_entries.async_unload(gateway_entry.entry_id)
    assert ir.async_get(hass).async_get_issue(*issue) is None


async def test_a_device_without_readings_becomes_unavailable(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    hass.config_entries.async_update_entry(
        gateway_entry, options={"devices": ["zbDoor001", "zbTemp001"], "silence_minutes": 0.01}
    )
    await set_up(hass, gateway_entry)
    await reaches("binary_sensor.zbdoor001_contact", "unavailable")
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches("binary_sensor.zbdoor001_contact", "on")
    assert _state(hass, "sensor.zbtemp001_temperature") == "unavailable"
    await reaches("binary_sensor.zbdoor001_contact", "unavailable")
    gateway.command("ask", device="zbDoor001", sent={})
    await reaches("binary_sensor.zbdoor001_contact", "on")


async def test_devices_with_invalid_ids_or_above_the_limit_are_dropped(
    hass: HomeAssistant, gateway: GatewaySimulator, at_gateway: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading(device: str) -> dict[str, Any]:
        return {"deviceId": device, "payload": {"temperature": 1}, "ts": "2026-11-21T00:09:03.251Z"}

    monkeypatch.setattr("custom_components.instathings.on_premise.MAX_DEVICES", 2)
    for device in ("short", "with space", "good00001", "good00002", "good00003"):
        gateway.command("emit", event="data", payload=reading(device))
    gateway.command("emit", event="nonsense event", payload=1)
    gateway.command("emit", event="data", payload=[])
    await eventually(lambda: at_gateway.runtime_data.dropped.as_dict().get("malformed reading") == 1)
    assert set(at_gateway.runtime_data.inventory) == {GATEWAY, "good00001", "good00002"}
    assert at_gateway.runtime_data.dropped.as_dict()["reading of an impossible device"] == 3


async def test_a_reading_of_the_gateway_adds_no_device(
    hass: HomeAssistant,
    gateway: GatewaySimulator,
    in_cloud: MockConfigEntry,
    gateway_entry: MockConfigEntry,
) -> None:
    await set_up(hass, gateway_entry)
    gateway.house.send(HUB)
    gateway.house.send("zbDoor001")
    await eventually(lambda: "zbDoor001" in gateway_entry.runtime_data.inventory)
    assert set(gateway_entry.runtime_data.inventory) == {GATEWAY, "zbDoor001"}


async def test_a_user_can_remove_a_device(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbDoor001"]})
    await set_up(hass, gateway_entry)
    registry = dr.async_get(hass)

    def device(device_id: str) -> dr.DeviceEntry | None:
        identifier = gateway_entry.runtime_data.identifier(device_id)
        return registry.async_get_device_by_identifier(identifier, gateway_entry.entry_id)

    door, itself = device("zbDoor001"), device(GATEWAY)
    assert door is not None
    assert itself is not None
    assert not await async_remove_config_entry_device(hass, gateway_entry, itself)
    assert await async_remove_config_entry_device(hass, gateway_entry, door)
    await hass.async_block_till_done()
    assert device("zbDoor001") is None
    gateway.house.send("zbDoor001")
    await eventually(lambda: _state(hass, "binary_sensor.zbdoor001_contact") == "off")


async def test_a_device_of_both_entries_is_two_devices(
    hass: HomeAssistant,
    gateway: GatewaySimulator,
    in_cloud: MockConfigEntry,
    gateway_entry: MockConfigEntry,
) -> None:
    """The local device has the name of the other one, and its entities are disabled."""
    await set_up(hass, gateway_entry)
    entities, twin = er.async_get(hass), "binary_sensor.living_room_lamp_on_premise_state"
    gateway.house.change("zbBulb001", {"state": "ON"})
    await eventually(lambda: twin in entities.entities)
    assert entities.entities[twin].disabled, "Assist must not have two entities for a device"
    entities.async_update_entity(twin, disabled_by=None)
    await hass.config_entries.async_reload(gateway_entry.entry_id)
    gateway.house.change("zbBulb001", {"state": "OFF"})
    await eventually(lambda: _state(hass, "binary_sensor.living_room_lamp_on_premise_state") == "off")
    await eventually(lambda: _state(hass, "light.living_room_lamp") == "off")
    registry = dr.async_get(hass)
    local = registry.async_get_device_by_identifier((DOMAIN, "on_premise_zbBulb001"), gateway_entry.entry_id)
    remote = registry.async_get_device_by_identifier((DOMAIN, "zbBulb001"), in_cloud.entry_id)
    assert local is not None
    assert remote is not None
    assert local.id != remote.id
    assert (local.name, local.model) == ("Living room lamp (on-premise)", remote.model)
    # The gateway updates its entities while the cloud entry is unloaded.
    assert await hass.config_entries.async_unload(in_cloud.entry_id)
    gateway.house.change("zbBulb001", {"state": "ON"})
    await eventually(lambda: _state(hass, "binary_sensor.living_room_lamp_on_premise_state") == "on")


@pytest.fixture
async def recorded_entry(hass: HomeAssistant) -> AsyncIterator[MockConfigEntry]:
    """Return an entry for a server that sends the recorded packets of a real gateway, and stays connected."""

    async for url in replay(*recorded_packets(), stays=True):
        data = {
            CONF_CONNECTION: ON_PREMISE,
            CONF_HOST: "127.0.0.1",
            CONF_PORT: url.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: True,
        }
        entry = MockConfigEntry(domain=DOMAIN, title="Gateway", data=data, entry_id="recorded")
        entry.add_to_hass(hass)
        yield entry
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.freeze_time("2026-11-21 00:10:00+00:00")
async def test_recorded_frames_become_entities(
    hass: HomeAssistant,
    recorded_entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
    platform: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Compare the entities and states for the recorded frames of a real gateway."""
    monkeypatch.setattr("custom_components.instathings.READ_ONLY_PLATFORMS", [platform])
    await set_up(hass, recorded_entry)
    coordinator = recorded_entry.runtime_data
    # The time is frozen, so the test must not wait for a time.
    while not (len(coordinator.inventory) == 8 and ("mbTemp0002", "humidity") in coordinator.data):
        await asyncio.sleep(0)
    await hass.async_block_till_done()
    await snapshot_platform(hass, er.async_get(hass), snapshot, recorded_entry.entry_id)
    assert coordinator.data["zbBulb001", "state"] == "OFF"
    assert coordinator.dropped.as_dict() == {}
