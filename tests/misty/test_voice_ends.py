"""However a conversation or an announcement ends, the satellite is idle afterwards and can be used again."""

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
    agent,
    announce,
    ask,
    can_be_used_again,
    is_speaking,
    listen,
    listens,
    plays_long,
    question,
)

pytestmark = pytest.mark.usefixtures("recogniser")


# A pipeline that ends in one way or another -----------------------------------------------------


async def test_answer_is_spoken(
    hass: HomeAssistant, simulator: MistySimulator, states: list[str], reaches: Callable[..., Any]
) -> None:
    """The satellite responds for as long as the answer plays, and then is idle."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    await reaches(SATELLITE, "responding")
    simulator.robot.voice.end_sound()
    await can_be_used_again(hass, simulator, reaches)
    assert states[:4] == ["listening", "processing", "responding", "idle"]


async def test_agent_says_nothing(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An answer without words is not spoken."""
    with monkeypatch.context() as patch:
        agent(patch, "")
        await ask(hass, simulator)
        await eventually(lambda: states == ["listening", "processing", "idle"], 10)
    assert not simulator.record.of("fetched")
    await can_be_used_again(hass, simulator, reaches)


async def test_nothing_is_understood(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
) -> None:
    """A recording without words ends the pipeline with an error."""
    recogniser.text = ""
    await ask(hass, simulator)
    await eventually(lambda: states == ["listening", "idle"], 10)
    recogniser.text = "what time is it"
    await can_be_used_again(hass, simulator, reaches)


async def test_answer_cannot_be_made(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The robot gets an error where the answer should be."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise HomeAssistantError("no voice")

    with monkeypatch.context() as patch:
        patch.setattr(Speaker, "get_tts_audio", fail)
        await ask(hass, simulator)
        fetched = await simulator.record.wait_for("fetched", seconds=10)
        assert fetched["size"] == 0
    await can_be_used_again(hass, simulator, reaches)


async def test_robot_refuses_to_play(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
) -> None:
    """The answer is lost, and the robot still listens."""
    await listen(hass, simulator)
    recogniser.meanwhile = lambda: simulator.set_fault("status", 500)
    await ask(hass, simulator)
    await eventually(lambda: states == ["listening", "processing", "responding", "idle"], 10)
    simulator.set_fault("status", None)
    recogniser.meanwhile = lambda: None
    await listen(hass, simulator)
    await can_be_used_again(hass, simulator, reaches)


async def test_robot_plays_nothing(
    hass: HomeAssistant,
    simulator: MistySimulator,
    recogniser: Recogniser,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A robot held by its scruff takes the command and plays nothing, so it never reports an end."""
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
    await can_be_used_again(hass, simulator, reaches)


async def test_pipeline_fails_unexpectedly(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody else's fault is in the log, and the robot still listens."""
    await listen(hass, simulator)
    noted = hass.data.pop(DATA_LAST_WAKE_UP)
    simulator.command("key_phrase")
    assert simulator.command("talk", text="what time is it")
    await eventually(lambda: "the conversation failed" in caplog.text, 10)
    hass.data[DATA_LAST_WAKE_UP] = noted
    await can_be_used_again(hass, simulator, reaches)


async def test_robot_does_not_listen_when_asked_back(
    hass: HomeAssistant,
    simulator: MistySimulator,
    states: list[str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A question of the agent that the robot cannot take the answer of ends the conversation."""
    with monkeypatch.context() as patch:
        agent(patch, "Which lamp?", asks_back=True)
        await listen(hass, simulator)
        plays_long(simulator)
        await ask(hass, simulator)
        await is_speaking(simulator)
        simulator.robot.vision.streaming = True
        simulator.robot.voice.end_sound()
        await simulator.record.wait_for("rest", path="audio/speech/capture")
        simulator.robot.vision.streaming = False
        await eventually(lambda: listens(simulator))
    await can_be_used_again(hass, simulator, reaches)


# The robot goes away ----------------------------------------------------------------------------


async def test_connection_drops_while_the_robot_answers(
    hass: HomeAssistant, simulator: MistySimulator, states: list[str], reaches: Callable[..., Any]
) -> None:
    """The end of the answer is missed, so it is not waited for."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    simulator.drop_connections()
    await can_be_used_again(hass, simulator, reaches)


async def test_robot_is_switched_off_while_it_answers(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """It comes back idle."""
    await listen(hass, simulator)
    plays_long(simulator)
    await ask(hass, simulator)
    await is_speaking(simulator)
    simulator.command("reboot", seconds=0.5)
    await reaches(SATELLITE, "unavailable")
    await can_be_used_again(hass, simulator, reaches)


async def test_connection_drops_in_an_announcement(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """Whoever announced learns it, and the next announcement is not refused."""
    await listen(hass, simulator)
    plays_long(simulator)
    announcing = hass.async_create_task(announce(hass))
    await is_speaking(simulator)
    simulator.drop_connections()
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await announcing
    await can_be_used_again(hass, simulator, reaches)


async def test_announcement_without_the_event_connection(
    hass: HomeAssistant, simulator: MistySimulator, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    """A robot that only takes commands speaks, too; nothing waits for an end that it cannot report."""
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


async def test_connection_drops_while_a_question_waits(
    hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """Whoever asked learns that there is no answer, and the next announcement is not refused."""
    await listen(hass, simulator)
    asking = question(hass)
    await simulator.record.wait_for("recording", seconds=10)
    simulator.robot.pace = 1000.0
    simulator.drop_connections()
    with pytest.raises(HomeAssistantError):
        async with asyncio.timeout(5):
            await asking
    await can_be_used_again(hass, simulator, reaches)
