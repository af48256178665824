"""Voice control of a simulated robot by Home Assistant, not by its own microphones."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.misty.conftest import entity_of, entry, simulator

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say

__all__ = ["entity_of", "entry", "simulator"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "turn on Misty flashlight"), ("de", "schalte Misty flashlight ein")],
)
async def test_sentences_switch_entities(
    hass: HomeAssistant,
    simulator: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    language: str,
    sentence: str,
) -> None:
    await listen(hass)
    await say(hass, sentence, language)
    await reaches(entity_of("light", "flashlight"), "on")


async def test_google_assistant_lists_and_switches_devices(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    await listen(hass)
    devices = await google_devices(hass)
    assert devices[entity_of("light", "led")] == "action.devices.types.LIGHT"
    await google_on_off(hass, entity_of("light", "flashlight"), on=True)
    await reaches(entity_of("light", "flashlight"), "on")


async def test_alexa_lists_and_switches_devices(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices[entity_of("light", "led")] == ["LIGHT"]
    await alexa_turn_on(hass, entity_of("light", "flashlight"))
    await reaches(entity_of("light", "flashlight"), "on")
