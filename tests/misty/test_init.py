"""Setup, lost and restored connections, and unload."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty import coordinator as coordinator_module
from custom_components.misty.common.push import coordinator as push_coordinator
from simulators.misty import MistySimulator
from tests.waiting import eventually

LOGGER = "custom_components.misty"


async def test_setup_and_unload(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator) -> None:
    """Every entity has a state, and all subscriptions end at the unload."""
    assert loaded.state is ConfigEntryState.LOADED
    assert len(hass.states.async_entity_ids()) > 25
    await eventually(lambda: "BatteryCharge" in simulator.state()["subscriptions"])
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    await eventually(lambda: not simulator.robot.hub.by_name)
    assert not simulator.robot.hub.ghosts
    own = [entity.entity_id for entity in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)]
    assert {state.state for state in hass.states.async_all() if state.entity_id in own} == {STATE_UNAVAILABLE}
    assert await hass.config_entries.async_setup(loaded.entry_id)


async def test_only_events_of_enabled_entities_are_subscribed(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    """Disabling the last entity of an event ends its subscription."""
    await eventually(lambda: "TouchSensor" in simulator.state()["subscriptions"])
    assert not {"TimeOfFlight", "ActuatorPosition", "IMU", "PRUMessage"} & set(simulator.state()["subscriptions"])
    registry = er.async_get(hass)
    registry.async_update_entity(entity_of("event", "bump"), disabled_by=er.RegistryEntryDisabler.USER)
    await eventually(lambda: "BumpSensor" not in simulator.state()["subscriptions"])


@pytest.mark.usefixtures("everything_enabled")
async def test_entities_are_unavailable_while_the_robot_restarts(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The loss and the return are logged once each, and events work afterwards."""
    bumper = entity_of("binary_sensor", "bump_bfr")
    await reaches(bumper, "off")
    caplog.set_level(logging.INFO, LOGGER)
    caplog.clear()
    simulator.command("reboot", seconds=1.0)
    await reaches(bumper, STATE_UNAVAILABLE)
    await reaches(bumper, "off", 20)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(LOGGER)]
    assert len(lines) == 2, lines
    assert "is unavailable" in lines[0]
    assert "is available again" in lines[1]
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    simulator.command("bump", sensor="bfr")
    await reaches(bumper, "on")


@pytest.mark.usefixtures("everything_enabled")
async def test_events_arrive_after_a_lost_connection(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """The robot still has the subscription names of the lost connection."""
    await eventually(lambda: "TouchSensor" in simulator.state()["subscriptions"])
    simulator.drop_connections()
    await eventually(lambda: bool(simulator.robot.hub.ghosts))
    await eventually(lambda: "TouchSensor" in simulator.state()["subscriptions"], 10)
    simulator.command("touch", position="Chin")
    await reaches(entity_of("binary_sensor", "touch_chin"), "on")


async def test_the_update_entity_is_available_during_an_update(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has the new version afterwards."""
    monkeypatch.setattr(push_coordinator, "FALLBACK_SECONDS", 0.2)
    run_state = entity_of("sensor", "run_state")
    await reaches(run_state, "running")
    simulator.command("update", seconds=1.5)
    await reaches(run_state, "updating")
    simulator.drop_connections()
    await asyncio.sleep(0.3)
    update = hass.states.get(entity_of("update", "software"))
    assert update is not None
    assert update.attributes["in_progress"] is True
    assert hass.states.is_state(run_state, "updating")
    await simulator.record.wait_for("updated")
    await reaches(run_state, "running", 20)

    def is_newest() -> bool:
        state = hass.states.get(entity_of("update", "software"))
        return state is not None and state.attributes["installed_version"] == "2.0.2.11660"

    await eventually(is_newest)


async def test_setup_is_retried_with_a_reason(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator
) -> None:
    """The robot is another one, updates or cannot be reached."""
    simulator.robot.serial = "another"
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_robot"
    simulator.robot.serial = "20193600123"
    simulator.robot.system.run_state = "Updating"
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_ready"
    simulator.robot.system.is_on = False
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.error_reason_translation_key == "unreachable"
    simulator.robot.system.is_on = True
    simulator.robot.system.run_state = "Running"
    assert await hass.config_entries.async_reload(entry.entry_id)


async def test_values_are_polled_while_the_websocket_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, entity_of: Callable[[str, str], str]
) -> None:
    simulator.set_fault("no_websocket")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(entity_of("sensor", "battery"))
    assert state is not None
    assert state.state == "82.0"


async def test_the_basic_edition_has_no_entities_for_mapping(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, everything_enabled: None
) -> None:
    """Entities of a feature that the robot does not have any more are removed."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    keys = {entity.unique_id for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}
    slam = {key for key in keys if any(word in key for word in ("slam", "fisheye", "charger_detection", "reset_map"))}
    assert len(slam) >= 5
    simulator.robot.edition = "basic"
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    left = {entity.unique_id for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}
    assert not slam & left
    assert len(left) > 120


async def test_values_that_are_never_pushed_are_polled(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: MistySimulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A failed query is not a lost connection."""
    monkeypatch.setattr(coordinator_module, "BATTERY_SECONDS", 0.05)
    monkeypatch.setattr(coordinator_module, "SLOW_EVERY", 2)
    caplog.set_level(logging.DEBUG, "custom_components.misty")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    simulator.robot.voice.volume = 33

    def level() -> Any:
        state = hass.states.get("media_player.misty_speaker")
        return state and state.attributes.get("volume_level")

    await eventually(lambda: level() == 0.33)
    simulator.set_fault("status", 500)
    await eventually(lambda: "a query failed" in caplog.text)
    assert entry.runtime_data.last_update_success
    simulator.set_fault("status", 0)
    simulator.robot.system.run_state = "Updating"
    await eventually(lambda: hass.states.is_state("sensor.misty_run_state", "updating"))
    await entry.runtime_data.async_refresh_slow()
    simulator.robot.system.run_state = "Running"
    simulator.robot.skills.report("x", "Added")
