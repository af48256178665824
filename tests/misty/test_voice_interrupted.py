"""Interrupted conversations and announcements: the satellite is idle afterwards and works again."""

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
    announce,
    ask,
    check_satellite_works,
    is_listening,
    listen,
    make_sounds_long,
    question,
    say_key_phrase,
    set_agent_answer,
    wait_until_speaking,
)

pytestmark = pytest.mark.usefixtures("recogniser")


# Interruptions ----------------------------------------------------------------------------------


async def test_an_announcement_aborts_a_pipeline(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The robot listens for the key phrase afterwards."""
    with monkeypatch.context() as patch:
        set_agent_answer(patch, "Too late", waits_for=asyncio.Event())
        await ask(hass, simulator)
        await reaches(SATELLITE, "processing")
        await announce(hass)
        await eventually(lambda: is_listening(simulator), 10)
    assert states == ["listening", "processing", "idle", "responding", "idle"]
    await check_satellite_works(hass, simulator, reaches)


async def test_an_announcement_interrupts_an_answer(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The satellite is responding while the announcement plays."""
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    announcing = hass.async_create_task(announce(hass))
    await eventually(lambda: len(simulator.record.of("fetched")) == 2, 10)
    await eventually(lambda: is_listening(simulator), 10)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await announcing
    await check_satellite_works(hass, simulator, reaches)


async def test_a_question_interrupts_a_conversation(
    hass: HomeAssistant, simulator: MistySimulator, recogniser: Recogniser, reaches: Callable[..., Any]
) -> None:
    """A text that was said before the question is not its answer."""
    recogniser.text = "never mind"
    await listen(hass, simulator)
    # The recording must not end before the robot speaks.
    make_sounds_long(simulator)
    say_key_phrase(hass, simulator)
    await simulator.record.wait_for("led", color=(0, 90, 255))
    asking = question(hass)
    await wait_until_speaking(simulator)
    assert simulator.command("talk", text="never mind")
    await asyncio.sleep(0.3)
    recogniser.text = "yes"
    simulator.robot.voice.end_sound()
    await simulator.record.wait_for("recording", file="capture_Dialogue.wav", seconds=10)
    assert simulator.command("talk", text="yes")
    async with asyncio.timeout(5):
        answer = await asking
    assert answer["sentence"] == "yes"
    await check_satellite_works(hass, simulator, reaches)


async def test_the_key_phrase_interrupts_an_answer(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The robot listens for the key phrase while it speaks. LED and face show the second conversation."""
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    await listen(hass, simulator)
    simulator.record.clear()
    say_key_phrase(hass, simulator)
    await simulator.record.wait_for("led", color=(0, 90, 255))
    await reaches(SATELLITE, "idle")
    assert simulator.robot.display.led == (0, 90, 255)
    assert simulator.command("talk", text="what time is it")
    await wait_until_speaking(simulator)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await check_satellite_works(hass, simulator, reaches)


async def test_the_entry_is_reloaded_while_the_answer_plays(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """The end of the answer is ignored."""
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await check_satellite_works(hass, simulator, reaches)


async def test_the_entry_is_reloaded_during_a_question(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """The action raises an error."""
    await listen(hass, simulator)
    asking = question(hass)
    await simulator.record.wait_for("recording", seconds=10)
    simulator.robot.pace = 1000.0
    assert await hass.config_entries.async_reload(loaded.entry_id)
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await asking
    await check_satellite_works(hass, simulator, reaches)


# The dialog of Home Assistant for a new satellite -----------------------------------------------


async def test_the_connection_test_of_the_dialog(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    hass_ws_client: WebSocketGenerator,
    reaches: Callable[..., Any],
) -> None:
    """The robot fetches the sound of the dialog and plays it."""
    await listen(hass, simulator)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "assist_satellite/test_connection", "entity_id": SATELLITE})
    answer = await client.receive_json()
    assert answer["result"] == {"status": "success"}
    await eventually(lambda: states == ["responding", "idle"], 10)
    await check_satellite_works(hass, simulator, reaches)


async def test_a_failed_connection_test_of_the_dialog(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    hass_ws_client: WebSocketGenerator,
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The satellite does not wait longer than the dialog."""
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
    await check_satellite_works(hass, simulator, reaches)
