"""Voice control of the devices of a simulated Instathings cloud."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.instathings.conftest import cloud, cloud_data, cloud_entry, house, in_cloud
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, sentences_of, speech

__all__ = ["cloud", "cloud_data", "cloud_entry", "house", "in_cloud"]


# The effects of the sentences of the page: the state of an entity, or a part of the answer.
EFFECTS: dict[str, tuple[str, str] | str] = {
    "the living room lamp is off": ("light.living_room_lamp", "off"),
    "the coffee maker is on": ("switch.coffee_maker", "on"),
    "the bedroom blind is closed": ("cover.bedroom_blind", "closed"),
    "it says 14.2": "14.2",
}


@pytest.mark.parametrize(("language", "sentence", "effect"), sentences_of("instathings"))
async def test_sentences_of_the_docs_work(
    hass: HomeAssistant, in_cloud: MockConfigEntry, language: str, sentence: str, effect: str
) -> None:
    """The device reports the state."""
    await listen(hass)
    answer = speech(await say(hass, sentence, language))
    wanted = EFFECTS[effect]
    if isinstance(wanted, str):
        assert wanted in answer
    else:
        await eventually(lambda: hass.states.is_state(*wanted), 5)


async def test_google_assistant_lists_and_switches_devices(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await listen(hass)
    devices = await google_devices(hass)
    assert devices["light.living_room_lamp"] == "action.devices.types.LIGHT"
    assert devices["switch.coffee_maker"] == "action.devices.types.OUTLET"
    assert devices["lock.back_door_lock"] == "action.devices.types.LOCK"
    await google_on_off(hass, "switch.coffee_maker", on=True)
    await eventually(lambda: hass.states.is_state("switch.coffee_maker", "on"), 5)


async def test_alexa_lists_and_switches_devices(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices["switch.coffee_maker"] == ["SMARTPLUG"]
    assert devices["climate.radiator"] == ["THERMOSTAT"]
    await alexa_turn_on(hass, "switch.shelly_plug")
    await eventually(lambda: hass.states.is_state("switch.shelly_plug", "on"), 5)
