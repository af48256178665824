"""Voice control of simulated Iottly boards, and of a switch for a user-defined command."""

from collections.abc import Callable
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import SUBENTRY_SWITCH
from simulators.iottly.boards import DOORBELL
from simulators.iottly.cloud import IottlyCloud
from tests.entries import set_up
from tests.iottly.conftest import cloud, device_of, entity_of, entry, sent, user_input
from tests.iottly.subentries import SWITCH, with_command
from tests.waiting import eventually

from .speaking import (
    alexa_devices,
    alexa_turn_on,
    google_devices,
    google_on_off,
    listen,
    page_of,
    say,
    sentences_of,
    speech,
)

__all__ = ["cloud", "device_of", "entity_of", "entry", "user_input"]

# The effects of the sentences of the page: the command that the board receives, or a part of the answer.
EFFECTS: dict[str, dict[str, Any] | str] = {
    "the pump is on": {"relay": {"status": "on"}},
    "the pump is off": {"relay": {"status": "off"}},
    "it says 21.5 °C": "21.5 °C",
}


@pytest.mark.parametrize(("language", "sentence", "effect"), sentences_of("iottly"))
async def test_sentences_of_the_docs_work(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, language: str, sentence: str, effect: str
) -> None:
    hass.config.language = language
    await set_up(hass, entry)
    await with_command(hass, entry, SUBENTRY_SWITCH, SWITCH, title="Pump")
    await listen(hass)
    answer = speech(await say(hass, sentence, language))
    wanted = EFFECTS[effect]
    if isinstance(wanted, str):
        assert wanted in answer
    else:
        await eventually(lambda: sent(cloud) == [wanted])


async def test_the_automation_with_a_sentence_of_the_docs_works(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", page_of("iottly"), re.DOTALL)
    text = next(block for block in blocks if "trigger: conversation" in block)
    automation = parse_yaml(text.replace("0123456789abcdef0123456789abcdef", device_of(DOORBELL)))
    await listen(hass)
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    answer = speech(await say(hass, "say come in please at the door"))
    assert answer == "The door says come in please"
    assert sent(cloud) == [{"echo": {"content": "come in please"}}]


async def test_sentences_switch_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    await listen(hass)
    state = hass.states.get(switch)
    assert state is not None
    await say(hass, f"turn on {state.name}")
    await reaches(switch, "on")
    await say(hass, f"schalte {state.name} aus", "de")
    await reaches(switch, "off")


async def test_a_question_is_answered_with_the_state(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await listen(hass)
    assert "21.5" in speech(await say(hass, "what is the greenhouse temperature"))


async def test_google_assistant_and_alexa_list_and_switch_a_device(
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
