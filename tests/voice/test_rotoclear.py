"""Voice control of a simulated control unit."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.rotoclear.conftest import entity_of, entry, unit, user_input
from tests.states import state_of
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, sentences_of, speech

__all__ = ["entity_of", "entry", "unit", "user_input"]


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
async def test_sentences_switch_entities(
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


# The effects of the sentences of the page: variables of the unit, or a part of the answer.
EFFECTS: dict[str, dict[str, Any] | str] = {
    "the light of head 1 is on": {"light0": True, "light1": False},
    "the lights of both heads are on": {"light0": True, "light1": True},
    "the disk of head 2 stands": {"dictRotation0": True, "dictRotation1": False},
    "it records": {"record": "start"},
    "it says 69.7 °C": "69.7 °C",
}


@pytest.mark.parametrize(("language", "sentence", "effect"), sentences_of("rotoclear"))
async def test_sentences_of_the_docs_work(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, language: str, sentence: str, effect: str
) -> None:
    hass.config.language = language
    hass.config_entries.async_update_entry(entry, title="Rotoclear")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    area = ar.async_get(hass).async_create("Mill 1")
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_device(device.id, area_id=area.id)
    await listen(hass)

    answer = speech(await say(hass, sentence, language))
    wanted = EFFECTS[effect]
    if isinstance(wanted, str):
        assert wanted in answer
    else:
        assert {key: unit.state()[key] for key in wanted} == wanted


async def test_sentences_work_with_german_names(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    hass.config.language = "de"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await listen(hass)
    await say(hass, "schalte Mill 1 Kopf 1 Licht ein", "de")
    assert unit.state()["light0"] is True


async def test_a_question_is_answered_with_the_state(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    await listen(hass)
    answer = speech(await say(hass, "what is the Mill 1 head 1 temperature"))
    assert "69.7" in answer


async def test_google_assistant_lists_and_switches_devices(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await listen(hass)
    unit.command("change", rtspOn=True)  # Google Assistant lists only cameras with a stream
    await eventually(lambda: state_of(hass, entity_of("camera", "camera")).attributes["supported_features"])
    devices = await google_devices(hass)
    assert devices[entity_of("light", "light0")] == "action.devices.types.LIGHT"
    assert devices[entity_of("switch", "dictRotation0")] == "action.devices.types.SWITCH"
    assert devices[entity_of("camera", "camera")] == "action.devices.types.CAMERA"
    await google_on_off(hass, entity_of("light", "light0"), on=True)
    assert unit.state()["light0"] is True


async def test_alexa_lists_and_switches_devices(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices[entity_of("light", "light0")] == ["LIGHT"]
    assert devices[entity_of("switch", "dictRotation0")] == ["SWITCH"]
    assert devices[entity_of("sensor", "oct0_sensor")] == ["TEMPERATURE_SENSOR"]
    await alexa_turn_on(hass, entity_of("light", "light1"))
    assert unit.state()["light1"] is True
