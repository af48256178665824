"""A person in front of a machine, and its camera."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.rotoclear.conftest import entity_of, entry, loaded, unit, user_input
from tests.states import state_of
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, speech

__all__ = ["entity_of", "entry", "loaded", "unit", "user_input"]


@pytest.mark.parametrize(
    ("language", "sentence", "variable", "value"),
    [
        ("en", "turn on the Mill 1 head 1 light", "light0", True),
        ("en", "switch Mill 1 head 2 light on", "light1", True),
        ("en", "turn off Mill 1 head 1 disk rotation", "dictRotation0", False),
        ("en", "turn on Mill 1 visual backup", "backupActive", True),
        ("de", "schalte Mill 1 head 1 light ein", "light0", True),
    ],
)
async def test_said_and_done(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    language: str,
    sentence: str,
    variable: str,
    value: Any,
) -> None:
    await listen(hass)
    await say(hass, sentence, language)
    assert unit.state()[variable] is value


async def test_german_names(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    hass.config.language = "de"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await listen(hass)
    await say(hass, "schalte Mill 1 Kopf 1 Licht ein", "de")
    assert unit.state()["light0"] is True


async def test_asked_and_answered(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    await listen(hass)
    answer = speech(await say(hass, "what is the Mill 1 head 1 temperature"))
    assert "69.7" in answer


async def test_google_assistant(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await listen(hass)
    unit.command("change", rtspOn=True)  # Google shows cameras that stream
    await eventually(lambda: state_of(hass, entity_of("camera", "camera")).attributes["supported_features"])
    devices = await google_devices(hass)
    assert devices[entity_of("light", "light0")] == "action.devices.types.LIGHT"
    assert devices[entity_of("switch", "dictRotation0")] == "action.devices.types.SWITCH"
    assert devices[entity_of("camera", "camera")] == "action.devices.types.CAMERA"
    await google_on_off(hass, entity_of("light", "light0"), on=True)
    assert unit.state()["light0"] is True


async def test_alexa(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices[entity_of("light", "light0")] == ["LIGHT"]
    assert devices[entity_of("switch", "dictRotation0")] == ["SWITCH"]
    assert devices[entity_of("sensor", "oct0_sensor")] == ["TEMPERATURE_SENSOR"]
    await alexa_turn_on(hass, entity_of("light", "light1"))
    assert unit.state()["light1"] is True
