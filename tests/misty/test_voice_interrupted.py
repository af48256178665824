"""Whoever comes in between, and when: the satellite is idle afterwards and can be used again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.misty import assist_satellite
from simulators.misty import MistySimulator
from tests.waiting import eventually

from .assistant import (
    SATELLITE,
    Recogniser,
    agent,
    announce,
    ask,
    can_be_used_again,
    is_speaking,
    listen,
    listens,
    plays_long,
    question,
    say_key_phrase,
)

pytestmark = pytest.mark.usefixtures("recogniser")


# Somebody comes in between ----------------------------------------------------------------------


async def test_announcement_takes_the_place_of_a_pipeline(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Home Assistant aborts the pipeline; the robot still listens for the key phrase afterwards."""
    with monkeypatch.context() as patch:
        agent(patch, "Too late", waits_for=asyncio.Event())
        await ask(hass, simulator)
        await reaches(SATELLITE, "processing")
        await announce(hass)
        await eventually(lambda: listens(simulator), 10)
    assert states == ["listening", "processing", "idle", "responding", "idle"]
    await can_be_used_again(hass, simulator, reaches)


async def test_announcement_interrupts_an_answer(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The satellite responds for as long as the announcement plays."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    announcing = hass.async_create_task(announce(hass))
    await eventually(lambda: len(simulator.record.of("fetched")) == 2, 10)
    await eventually(lambda: listens(simulator), 10)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await announcing
    await can_be_used_again(hass, simulator, reaches)


async def test_question_takes_the_place_of_a_turn(
    hass: HomeAssistant, simulator: MistySimulator, recogniser: Recogniser, reaches: Callable[..., Any]
) -> None:
    """What was said to the turn before is no answer to the question."""
    recogniser.text = "never mind"
    await listen(hass, simulator)
    # Also the recording: it must not end before the robot speaks.
    plays_long(simulator)
    say_key_phrase(hass, simulator)
    await simulator.record.wait_for("led", color=(0, 90, 255))
    asking = question(hass)
    await is_speaking(simulator)
    assert simulator.command("talk", text="never mind")
    await asyncio.sleep(0.3)
    recogniser.text = "yes"
    simulator.robot.voice.end_sound()
    await simulator.record.wait_for("recording", file="capture_Dialogue.wav", seconds=10)
    assert simulator.command("talk", text="yes")
    async with asyncio.timeout(5):
        answer = await asking
    assert answer["sentence"] == "yes"
    await can_be_used_again(hass, simulator, reaches)


async def test_key_phrase_while_the_robot_answers(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """Armed meanwhile, the robot can be interrupted: the second answer is spoken to its end too, and LED and face
    belong to it."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    await listen(hass, simulator)
    simulator.record.clear()
    say_key_phrase(hass, simulator)
    await simulator.record.wait_for("led", color=(0, 90, 255))
    await reaches(SATELLITE, "idle")
    assert simulator.robot.display.led == (0, 90, 255)
    assert simulator.command("talk", text="what time is it")
    await is_speaking(simulator)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await can_be_used_again(hass, simulator, reaches)


async def test_reload_while_the_robot_answers(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """The end of the answer changes nothing any more."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await can_be_used_again(hass, simulator, reaches)


async def test_reload_while_a_question_waits(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """Whoever asked does not wait for ever."""
    await listen(hass, simulator)
    asking = question(hass)
    await simulator.record.wait_for("recording", seconds=10)
    simulator.robot.pace = 1000.0
    assert await hass.config_entries.async_reload(loaded.entry_id)
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await asking
    await can_be_used_again(hass, simulator, reaches)


# Home Assistant's own dialog for a new voice assistant ------------------------------------------


async def test_the_dialog_tests_the_connection(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    hass_ws_client: WebSocketGenerator,
    reaches: Callable[..., Any],
) -> None:
    """The robot fetches the dialog's sound, plays it, and is idle."""
    await listen(hass, simulator)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "assist_satellite/test_connection", "entity_id": SATELLITE})
    answer = await client.receive_json()
    assert answer["result"] == {"status": "success"}
    await eventually(lambda: states == ["responding", "idle"], 10)
    await can_be_used_again(hass, simulator, reaches)


async def test_the_dialog_is_closed(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    hass_ws_client: WebSocketGenerator,
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A robot that plays nothing is not waited for longer than the dialog itself waits."""
    with monkeypatch.context() as patch:
        patch.setattr(assist_satellite, "CONNECTION_TEST_SECONDS", 0.3)
        await listen(hass, simulator)
        simulator.set_fault("low_battery")
        client = await hass_ws_client(hass)
        await client.send_json_auto_id({"type": "assist_satellite/test_connection", "entity_id": SATELLITE})
        await reaches(SATELLITE, "responding")
        with suppress(TimeoutError):
            await client.close()
        await eventually(lambda: states == ["responding", "idle"], 5)
    simulator.set_fault("low_battery", None)
    await can_be_used_again(hass, simulator, reaches)
