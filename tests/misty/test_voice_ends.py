"""However a conversation or an announcement ends, the satellite is idle afterwards and can be used again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline.const import DATA_LAST_WAKE_UP
from homeassistant.components.assist_satellite import DOMAIN as ASSIST_SATELLITE
from homeassistant.components.conversation import ConversationResult
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.misty import assist_satellite, playback
from simulators.misty import MistySimulator
from tests.waiting import eventually

from .assistant import SATELLITE, Recogniser, Speaker, ask, listen, listens, say_key_phrase

pytestmark = pytest.mark.usefixtures("recogniser")


@pytest.fixture
def states(hass: HomeAssistant, recogniser: Recogniser) -> list[str]:
    """Return what the satellite has been since the beginning, growing."""
    seen: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None and seen[-1:] != [state.state]:
            seen.append(state.state)

    async_track_state_change_event(hass, SATELLITE, note)
    return seen


async def announce(hass: HomeAssistant, message: str = "The door is open") -> None:
    """Let the robot announce something."""
    await hass.services.async_call(
        ASSIST_SATELLITE,
        "announce",
        {ATTR_ENTITY_ID: SATELLITE, "message": message, "preannounce": False},
        blocking=True,
    )


def question(hass: HomeAssistant) -> asyncio.Task[Any]:
    """Let the robot ask something, in the background."""
    return hass.async_create_task(
        hass.services.async_call(
            ASSIST_SATELLITE,
            "ask_question",
            {"entity_id": SATELLITE, "question": "Shall I?", "preannounce": False},
            blocking=True,
            return_response=True,
        )
    )


def agent(
    monkeypatch: pytest.MonkeyPatch, speech: str, *, waits_for: asyncio.Event | None = None, asks_back: bool = False
) -> None:
    """Let the conversation agent answer this, perhaps only when something has happened."""

    async def converse(*args: Any, **kwargs: Any) -> ConversationResult:
        if waits_for is not None:
            await waits_for.wait()
        response = intent.IntentResponse("en")
        response.async_set_speech(speech)
        return ConversationResult(response, "c1", continue_conversation=asks_back)

    monkeypatch.setattr(conversation, "async_converse", converse)


def plays_long(simulator: MistySimulator) -> None:
    """Let every sound play for longer than any test."""
    simulator.robot.pace = 1000.0


async def is_speaking(simulator: MistySimulator) -> None:
    """Wait until the robot plays what it fetched."""
    await simulator.record.wait_for("fetched", seconds=10)
    assert simulator.robot.voice.playing is not None


async def can_be_used_again(hass: HomeAssistant, simulator: MistySimulator, reaches: Callable[..., Any]) -> None:
    """Check that the satellite is idle, answers and announces."""
    await reaches(SATELLITE, "idle", 10)
    await eventually(lambda: listens(simulator) and "VoiceRecord" in simulator.state()["subscriptions"], 10)
    simulator.robot.pace = 0.05
    simulator.record.clear()
    await announce(hass)
    await reaches(SATELLITE, "idle")
    assert [entry["status"] for entry in simulator.record.of("fetched")] == [200]
    await ask(hass, simulator)
    await eventually(lambda: len(simulator.record.of("fetched")) == 2, 10)
    await reaches(SATELLITE, "idle", 10)


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
    """A robot held by its scruff takes the command and plays nothing: no end is ever told."""
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


async def test_pipeline_fails_in_a_way_nobody_thought_of(
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
    """A robot that takes commands only speaks too; nobody waits for an end that it cannot tell."""
    await listen(hass, simulator)
    simulator.set_fault("no_websocket")
    simulator.drop_connections()
    await eventually(lambda: not loaded.runtime_data.hears)
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
    say_key_phrase(hass, simulator)
    await simulator.record.wait_for("led", color=(0, 90, 255))
    plays_long(simulator)
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
    """The answer's end is nobody's business any more."""
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
