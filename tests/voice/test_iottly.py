"""Boards in a greenhouse, and a relay that a person made a switch of."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import SUBENTRY_SWITCH
from tests.iottly.conftest import cloud, device_of, entity_of, entry, loaded, user_input
from tests.iottly.subentries import SWITCH, with_command

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, speech

__all__ = ["cloud", "device_of", "entity_of", "entry", "loaded", "user_input"]


async def test_said_and_done(hass: HomeAssistant, loaded: MockConfigEntry, reaches: Callable[..., Any]) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    await listen(hass)
    state = hass.states.get(switch)
    assert state is not None
    await say(hass, f"turn on {state.name}")
    await reaches(switch, "on")
    await say(hass, f"schalte {state.name} aus", "de")
    await reaches(switch, "off")


async def test_asked_and_answered(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await listen(hass)
    assert "21.5" in speech(await say(hass, "what is the greenhouse temperature"))


async def test_google_assistant_and_alexa(
    hass: HomeAssistant, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    await listen(hass)
    assert (await google_devices(hass))[switch] == "action.devices.types.SWITCH"
    await google_on_off(hass, switch, on=True)
    await reaches(switch, "on")
    await google_on_off(hass, switch, on=False)
    await reaches(switch, "off")
    assert (await alexa_devices(hass))[switch] == ["SWITCH"]
    await alexa_turn_on(hass, switch)
    await reaches(switch, "on")
