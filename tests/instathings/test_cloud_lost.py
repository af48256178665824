"""The entry of a cloud project whose connection is lost, refused or closed."""

import asyncio
from collections.abc import Callable
import logging
import random
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.const import DOMAIN
from simulators.instathings.cloud import CloudSimulator
from tests.entries import set_up
from tests.waiting import eventually


async def test_devices_deleted_while_disconnected_are_removed(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(in_cloud.entry_id)
    cloud.command("remove", device="zbDoor001")
    await set_up(hass, in_cloud)
    registry = dr.async_get(hass)
    assert registry.async_get_device_by_identifier((DOMAIN, "zbDoor001"), in_cloud.entry_id) is None
    assert registry.async_get_device_by_identifier((DOMAIN, "zbBulb001"), in_cloud.entry_id) is not None


async def test_a_lost_connection_is_logged_once_and_missed_changes_are_fetched(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO, "custom_components.instathings")
    monkeypatch.setattr("custom_components.instathings.common.client.backoff.BACKOFF_LONGEST", 0.1)
    lamp, door = entity_of("light", "zbBulb001/state"), entity_of("binary_sensor", "zbDoor001/contact")
    port = cloud.port
    await cloud.stop_port(port)
    await reaches(lamp, "unavailable")
    cloud.house.change("zbDoor001", {"contact": False})
    await asyncio.sleep(0.5)
    await cloud.start(port)
    await reaches(lamp, "on", 10)
    await reaches(door, "on")
    lines = [record.getMessage() for record in caplog.records if record.name == "custom_components.instathings"]
    assert len([text for text in lines if "unavailable" in text]) == 1
    assert len([text for text in lines if "available again" in text]) == 1


async def test_no_change_is_lost_while_the_websocket_is_closed_repeatedly(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each connection lasts a fraction of a second, and tokens expire, during commands and changes."""
    monkeypatch.setattr("custom_components.instathings.common.client.backoff.BACKOFF_FIRST", 0.02)
    cloud.set_fault("websocket_seconds", 0.6)
    await cloud.command("close_websockets")
    plug = entity_of("switch", "zbPlug001/state")
    generator = random.Random(7)
    for number in range(12):
        on = bool(number % 2)
        if number % 4 == 0:
            cloud.command("end_tokens")
        cloud.house.change("knxLux001", {"data": generator.randrange(100)})
        # Home Assistant sends no command to an unavailable entity. The connection may be lost at any moment.
        await eventually(lambda: not hass.states.is_state(plug, "unavailable"), 5)
        await hass.services.async_call("switch", f"turn_{'on' if on else 'off'}", {ATTR_ENTITY_ID: plug}, blocking=True)
        assert cloud.house.things["zbPlug001"].payload["state"] == ("ON" if on else "OFF")
        await asyncio.sleep(0.15)
    cloud.set_fault("websocket_seconds", None)
    await reaches(plug, "on", 10)
    await reaches(entity_of("sensor", "knxLux001/data"), str(cloud.house.things["knxLux001"].payload["data"]), 10)


async def test_a_command_during_status_429_succeeds_or_raises_an_error(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.api.cloud.BACKOFF_FIRST", 0.02)
    cloud.set_fault("quota", 15)
    results = await asyncio.gather(
        *(
            hass.services.async_call("light", "turn_on", {ATTR_ENTITY_ID: "light.living_room_lamp"}, blocking=True)
            for _ in range(40)
        ),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, HomeAssistantError)]
    assert all(error.translation_key == "too_many_requests" for error in refused)
    assert len(cloud.record.of("set")) + len(refused) == 40
    assert cloud.record.of("set")


async def test_the_state_is_polled_without_a_websocket(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.common.push.coordinator.FALLBACK_SECONDS", 0.2)
    cloud.set_fault("websocket_status", 403)
    await set_up(hass, cloud_entry)
    assert hass.states.is_state("light.living_room_lamp", "on")
    # The client tries the name and the id, with the first and with a new token.
    assert cloud.record.of("websocket", project="house")
    cloud.house.change("zbBulb001", {"state": "OFF"})
    await eventually(lambda: hass.states.is_state("light.living_room_lamp", "off"), 5)
    cloud.set_fault("websocket_status", None)
    await eventually(lambda: cloud_entry.runtime_data.connection.sessions == 1, 5)
    cloud.house.change("zbBulb001", {"state": "ON"})
    await eventually(lambda: hass.states.is_state("light.living_room_lamp", "on"))


async def test_credentials_refused_at_run_time_start_the_reauthentication(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.common.client.backoff.BACKOFF_FIRST", 0.02)
    cloud.set_fault("unauthorized")
    cloud.command("end_tokens")
    await cloud.command("close_websockets")
    await eventually(lambda: bool(hass.config_entries.flow.async_progress()))
    asked = len(cloud.record.of("token"))
    await asyncio.sleep(0.3)
    # The login is not repeated, because this could lock the account.
    assert len(cloud.record.of("token")) == asked
    assert hass.states.is_state("light.living_room_lamp", "unavailable")


async def test_a_reload_and_an_unload_close_the_connection(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry
) -> None:
    for _ in range(3):
        async with asyncio.timeout(5):
            await hass.config_entries.async_reload(in_cloud.entry_id)
    await hass.async_block_till_done()
    await eventually(lambda: len(cloud.websockets) == 1)
    assert await hass.config_entries.async_unload(in_cloud.entry_id)
    await eventually(lambda: cloud.websockets == [])


@pytest.mark.parametrize("while_", ["list", "device", "http"])
async def test_credentials_refused_while_connected_start_the_reauthentication(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    while_: str,
) -> None:
    hass.config_entries.async_update_entry(cloud_entry, options={"http_seconds": 0.2 if while_ == "http" else 0})
    await set_up(hass, cloud_entry)
    cloud.set_fault("unauthorized")
    if while_ == "list":
        cloud_entry.runtime_data.request_list()
    elif while_ == "device":
        cloud.command("add_many", count=1)
        cloud.house.send("many00000")
    await eventually(lambda: bool(hass.config_entries.flow.async_progress()))
    await eventually(lambda: hass.states.is_state("light.living_room_lamp", "unavailable"))
