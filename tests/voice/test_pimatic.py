"""A house that pimatic runs."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.pimatic.conftest import entry, loaded, simulator, survives, user_input
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say

__all__ = ["entry", "loaded", "simulator", "survives", "user_input"]


@pytest.mark.parametrize(
    ("language", "sentence", "entity_id", "state"),
    [
        ("en", "turn on Dummy Switch", "switch.living_room_dummy_switch", "on"),
        ("en", "set Dummy Dimmer brightness to 40%", "light.living_room_dummy_dimmer", "on"),
        ("en", "close Dummy Shutter", "cover.living_room_dummy_shutter", "closed"),
        ("de", "schalte Dummy Switch ein", "switch.living_room_dummy_switch", "on"),
        ("de", "öffne Dummy Shutter", "cover.living_room_dummy_shutter", "open"),
    ],
)
async def test_said_and_done(
    hass: HomeAssistant, loaded: MockConfigEntry, language: str, sentence: str, entity_id: str, state: str
) -> None:
    """The state is what the server told back."""
    await listen(hass)
    await say(hass, sentence, language)
    await eventually(lambda: hass.states.is_state(entity_id, state))


async def test_google_assistant(hass: HomeAssistant, simulator: Any, loaded: MockConfigEntry) -> None:
    await listen(hass)
    devices = await google_devices(hass)
    assert devices["light.led_light"] == "action.devices.types.LIGHT"
    assert devices["climate.dummy_thermostat"] == "action.devices.types.THERMOSTAT"
    assert devices["cover.living_room_dummy_shutter"] == "action.devices.types.SHUTTER"
    await google_on_off(hass, "switch.living_room_dummy_switch", on=True)
    await eventually(lambda: hass.states.is_state("switch.living_room_dummy_switch", "on"))


async def test_alexa(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices["light.living_room_dummy_dimmer"] == ["LIGHT"]
    assert devices["climate.dummy_thermostat"] == ["THERMOSTAT"]
    await alexa_turn_on(hass, "light.living_room_dummy_dimmer")
    await eventually(lambda: hass.states.is_state("light.living_room_dummy_dimmer", "on"))
