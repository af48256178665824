"""A house of many protocols."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.instathings.conftest import cloud, cloud_data, cloud_entry, house, in_cloud
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, speech

__all__ = ["cloud", "cloud_data", "cloud_entry", "house", "in_cloud"]


@pytest.mark.parametrize(
    ("language", "sentence", "entity_id", "state"),
    [
        ("en", "turn off the living room lamp", "light.living_room_lamp", "off"),
        ("en", "turn on the coffee maker", "switch.coffee_maker", "on"),
        ("en", "close the bedroom blind", "cover.bedroom_blind", "closed"),
        ("de", "schalte Shelly plug ein", "switch.shelly_plug", "on"),
    ],
)
async def test_said_and_done(
    hass: HomeAssistant, in_cloud: MockConfigEntry, language: str, sentence: str, entity_id: str, state: str
) -> None:
    """The state is what the device reported."""
    await listen(hass)
    await say(hass, sentence, language)
    await eventually(lambda: hass.states.is_state(entity_id, state), 5)


async def test_asked_and_answered(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await listen(hass)
    assert "14.2" in speech(await say(hass, "what is the cellar tag temperature"))


async def test_google_assistant(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await listen(hass)
    devices = await google_devices(hass)
    assert devices["light.living_room_lamp"] == "action.devices.types.LIGHT"
    assert devices["switch.coffee_maker"] == "action.devices.types.OUTLET"
    assert devices["lock.back_door_lock"] == "action.devices.types.LOCK"
    await google_on_off(hass, "switch.coffee_maker", on=True)
    await eventually(lambda: hass.states.is_state("switch.coffee_maker", "on"), 5)


async def test_alexa(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices["switch.coffee_maker"] == ["SMARTPLUG"]
    assert devices["climate.radiator"] == ["THERMOSTAT"]
    await alexa_turn_on(hass, "switch.shelly_plug")
    await eventually(lambda: hass.states.is_state("switch.shelly_plug", "on"), 5)
