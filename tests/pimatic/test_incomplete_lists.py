"""Lists that are empty, malformed or refused: nobody knows what is gone, so nothing is removed."""

from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic import async_remove_config_entry_device
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up
from tests.waiting import eventually


def known(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the devices with their areas, and the entities."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {one.id: one.area_id for one in devices}, {one.entity_id for one in entities}


@pytest.mark.parametrize("sent", [None, [], [{"id": 5, "name": "x"}]], ids=str)
@pytest.mark.parametrize("name", ["devices", "variables", "rules", "groups"])
async def test_an_invalid_list_removes_nothing(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    sent: Any,
) -> None:
    """The entities and areas that a person has set up are still there after the next start of the server."""
    before = known(hass, loaded)
    assert before[1]
    assert any(before[0].values())
    greeting, sessions = simulator.greeting, loaded.runtime_data.connection.sessions
    monkeypatch.setattr(
        simulator, "greeting", lambda user: [(one, sent if one == name else it) for one, it in greeting(user)]
    )
    simulator.drop_connections()
    await eventually(lambda: loaded.runtime_data.connection.sessions > sessions)
    await hass.async_block_till_done()
    assert known(hass, loaded) == before
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert known(hass, loaded) == before


async def test_a_user_who_may_not_read_the_list_by_rest_keeps_the_devices(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor's default role gets the devices only by the WebSocket, which a proxy may refuse for a while."""
    monkeypatch.setattr("custom_components.pimatic.common.push.coordinator.FALLBACK_SECONDS", 0.1)
    resident = {**entry.data, CONF_USERNAME: "resident", CONF_PASSWORD: "residentpw"}
    hass.config_entries.async_update_entry(entry, data=resident)
    await set_up(hass, entry)
    before = known(hass, entry)
    assert len(before[0]) > 10
    simulator.set_fault("no_websocket")
    simulator.drop_connections()
    await eventually(lambda: len(simulator.record.of("rest", action="getVariables")) > 1)
    await hass.async_block_till_done()
    assert known(hass, entry) == before


async def test_what_a_valid_list_lacks_is_removed(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    devices, entities = known(hass, loaded)
    sessions = loaded.runtime_data.connection.sessions
    simulator.drop_connections()
    del simulator.house.devices["dummy-switch"]
    await eventually(lambda: loaded.runtime_data.connection.sessions > sessions)
    await hass.async_block_till_done()
    after = known(hass, loaded)
    assert len(after[0]) == len(devices) - 1
    assert after[1] < entities


async def test_a_user_can_delete_a_device_that_the_server_does_not_list(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty list removes nothing, and the entities of a device that is gone would stay forever."""
    registry = dr.async_get(hass)
    devices = {one.model_id: one for one in dr.async_entries_for_config_entry(registry, loaded.entry_id)}
    lamp, switch = devices["dummy-dimmer"], devices["dummy-switch"]
    greeting, sessions = simulator.greeting, loaded.runtime_data.connection.sessions
    monkeypatch.setattr(
        simulator, "greeting", lambda user: [(one, [] if one == "devices" else it) for one, it in greeting(user)]
    )
    assert not await async_remove_config_entry_device(hass, loaded, lamp)
    simulator.drop_connections()
    await eventually(lambda: loaded.runtime_data.connection.sessions > sessions)
    await hass.async_block_till_done()
    assert await async_remove_config_entry_device(hass, loaded, lamp)
    await hass.async_block_till_done()
    assert registry.async_get(lamp.id) is None
    assert registry.async_get(switch.id) is not None
    assert not er.async_entries_for_device(er.async_get(hass), lamp.id, include_disabled_entities=True)
