"""The actions of the integration: permissions, responses, errors."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

from .conftest import ENTRY_ID


async def test_an_action_is_refused_without_a_device_of_a_connected_server(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    async def act(device_id: str) -> None:
        await hass.services.async_call(
            DOMAIN, "set_variable", {"device_id": device_id, "name": "x", "value": 1}, blocking=True
        )

    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    foreign = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "x")})
    for device_id in ("no such device", foreign.id):
        with pytest.raises(ServiceValidationError, match="no device of pimatic"):
            await act(device_id)
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    assert await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(ServiceValidationError, match="not connected"):
        await act(server.id)


async def test_executing_a_text_without_response(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    waiting = asyncio.create_task(
        hass.services.async_call(
            DOMAIN, "execute_action", {"device_id": server.id, "text": "turn dummy-switch on"}, blocking=True
        )
    )
    simulator.set_fault("mute_calls")
    await simulator.record.wait_for("call")
    await loaded.runtime_data.client.disconnect()
    with pytest.raises(HomeAssistantError, match="cannot be reached"):
        await waiting


async def test_a_command_to_a_removed_device_raises_a_translated_error(loaded: MockConfigEntry) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await loaded.runtime_data.async_act("gone", "turnOn")
    assert refused.value.translation_key == "unknown_device"


async def test_an_import_runs_in_the_background_unless_wait_is_set(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
) -> None:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    progress = async_capture_events(hass, "pimatic_history_import")

    def done() -> int:
        return len([event for event in progress if event.data["state"] == "done"])

    await hass.services.async_call(DOMAIN, "import_history", {"device_id": server.id}, blocking=True)
    await eventually(lambda: done() == 1)
    button = er.async_get(hass).async_get_entity_id("button", DOMAIN, f"{ENTRY_ID}/server/import_history")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    await eventually(lambda: done() == 2)
    await hass.services.async_call(DOMAIN, "import_history", {"device_id": server.id, "wait": True}, blocking=True)
    assert done() == 3


async def test_a_parameter_with_very_many_levels_is_refused(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    nested: Any = 1
    for _ in range(900):
        nested = [nested]
    data = {"device_id": server.id, "pimatic_id": "x", "action": "turnOn", "parameters": {"a": nested}}
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "call_action", data, blocking=True)
    assert caught.value.translation_key == "parameter_not_sendable"
