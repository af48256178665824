"""Ends of conversations and announcements: the satellite is idle afterwards and works again."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.components.assist_pipeline.const import DATA_LAST_WAKE_UP
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty import playback
from simulators.misty import MistySimulator
from tests.waiting import eventually

from .assistant import (
    SATELLITE,
    Recogniser,
    Speaker,
    announce,
    ask,
    check_satellite_works,
    is_listening,
    listen,
    make_sounds_long,
    question,
    set_agent_answer,
    wait_until_speaking,
)

pytestmark = pytest.mark.usefixtures("recogniser")


# Ends of a pipeline -------------------------------------------------------------------------------


async def test_the_satellite_is_responding_while_the_answer_plays(
    hass: HomeAssistant, simulator: MistySimulator, states: list[str], reaches: Callable[..., Any]
) -> None:
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await check_satellite_works(hass, simulator, reaches)
    assert states[:4] == ["listening", "processing", "responding", "idle"]


async def test_an_empty_answer_is_not_spoken(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        set_agent_answer(patch, "")
        await ask(hass, simulator)
        await eventually(lambda: states == ["listening", "processing", "idle"], 10)
    assert not simulator.record.of("fetched")
    await check_satellite_works(hass, simulator, reaches)


async def test_a_recording_without_words_ends_the_conversation(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
) -> None:
    recogniser.text = ""
    await ask(hass, simulator)
    await eventually(lambda: states == ["listening", "idle"], 10)
    recogniser.text = "what time is it"
    await check_satellite_works(hass, simulator, reaches)


async def test_text_to_speech_fails(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The robot receives an error instead of the answer."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise HomeAssistantError("no voice")

    with monkeypatch.context() as patch:
        patch.setattr(Speaker, "get_tts_audio", fail)
        await ask(hass, simulator)
        fetched = await simulator.record.wait_for("fetched", seconds=10)
        assert fetched["size"] == 0
    await check_satellite_works(hass, simulator, reaches)


async def test_the_robot_refuses_to_play_the_answer(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
) -> None:
    await listen(hass, simulator)
    recogniser.meanwhile = lambda: simulator.set_fault("status", 500)
    await ask(hass, simulator)
    await eventually(lambda: states == ["listening", "processing", "responding", "idle"], 10)
    simulator.set_fault("status", None)
    recogniser.meanwhile = lambda: None
    await listen(hass, simulator)
    await check_satellite_works(hass, simulator, reaches)


async def test_the_robot_does_not_play_the_answer(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A robot that is held by its scruff accepts the command, but does not play and reports no end."""
    with monkeypatch.context() as patch:
        patch.setattr(playback, "FETCHING_SECONDS", 0.2)
        patch.setattr(playback, "SECONDS_PER_CHARACTER", 0.0)
        await listen(hass, simulator)
        recogniser.meanwhile = lambda: simulator.command("touch", position="Scruff")
        await ask(hass, simulator)
        await eventually(lambda: states == ["listening", "processing", "responding", "idle"], 10)
        assert simulator.record.of("ignored", path="audio/play")
    simulator.command("touch", position="Scruff", touched=False)
    recogniser.meanwhile = lambda: None
    await listen(hass, simulator)
    await check_satellite_works(hass, simulator, reaches)


async def test_an_unexpected_error_in_the_pipeline_is_logged(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    await listen(hass, simulator)
    last_wake_up = hass.data.pop(DATA_LAST_WAKE_UP)
    simulator.command("key_phrase")
    assert simulator.command("talk", text="what time is it")
    await eventually(lambda: "the conversation failed" in caplog.text, 10)
    hass.data[DATA_LAST_WAKE_UP] = last_wake_up
    await check_satellite_works(hass, simulator, reaches)


async def test_the_robot_cannot_record_the_next_answer(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The agent asks back. AV streaming uses the microphones."""
    with monkeypatch.context() as patch:
        set_agent_answer(patch, "Which lamp?", asks_back=True)
        await listen(hass, simulator)
        make_sounds_long(simulator)
        await ask(hass, simulator)
        await wait_until_speaking(simulator)
        simulator.robot.vision.streaming = True
        simulator.robot.voice.end_sound()
        await simulator.record.wait_for("rest", path="audio/speech/capture")
        simulator.robot.vision.streaming = False
        await eventually(lambda: is_listening(simulator))
    await check_satellite_works(hass, simulator, reaches)


# Lost connections -------------------------------------------------------------------------------


async def test_the_connection_is_lost_while_the_answer_plays(
    hass: HomeAssistant, simulator: MistySimulator, states: list[str], reaches: Callable[..., Any]
) -> None:
    """The satellite does not wait for the end, which it cannot receive."""
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    simulator.drop_connections()
    await check_satellite_works(hass, simulator, reaches)


async def test_the_robot_restarts_while_the_answer_plays(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    await listen(hass, simulator)
    make_sounds_long(simulator)
    await ask(hass, simulator)
    await wait_until_speaking(simulator)
    simulator.command("reboot", seconds=0.5)
    await reaches(SATELLITE, "unavailable")
    await check_satellite_works(hass, simulator, reaches)


async def test_the_connection_is_lost_during_an_announcement(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The action raises an error, and the next announcement works."""
    await listen(hass, simulator)
    make_sounds_long(simulator)
    announcing = hass.async_create_task(announce(hass))
    await wait_until_speaking(simulator)
    simulator.drop_connections()
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await announcing
    await check_satellite_works(hass, simulator, reaches)


async def test_an_announcement_works_without_the_websocket(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """It does not wait for the end, which the robot cannot report."""
    await listen(hass, simulator)
    simulator.set_fault("no_websocket")
    simulator.drop_connections()
    await eventually(lambda: not loaded.runtime_data.is_connected)
    await reaches(SATELLITE, "unavailable")
    await reaches(SATELLITE, "idle", 10)
    async with asyncio.timeout(5):
        await announce(hass)
    await reaches(SATELLITE, "idle")
    assert (await simulator.record.wait_for("fetched"))["status"] == 200


async def test_the_connection_is_lost_during_a_question(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The action raises an error, and the next announcement works."""
    await listen(hass, simulator)
    asking = question(hass)
    await simulator.record.wait_for("recording", seconds=10)
    simulator.robot.pace = 1000.0
    simulator.drop_connections()
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await asking
    await check_satellite_works(hass, simulator, reaches)
