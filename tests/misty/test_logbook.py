"""Recognized persons in Activity."""

from functools import partial

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.misty.const import DOMAIN
from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

FACE = "event.misty_face_seen"


@pytest.fixture
async def with_recorder(recorder_mock: Recorder) -> Recorder:
    """Set up the recorder before the robot."""
    return recorder_mock


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the monotonic time of the event entities, which the test changes."""
    now = [1000.0]
    monkeypatch.setattr("custom_components.misty.event.monotonic", lambda: now[0])
    return now


def is_changed(hass: HomeAssistant, before: str) -> bool:
    return state_of(hass, FACE).state != before


async def test_activity_has_a_row_for_each_time_a_person_appears(
    with_recorder: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    hass_ws_client: WebSocketGenerator,
    seconds: list[float],
) -> None:
    """The text is the name only, which needs no translation."""
    assert await async_setup_component(hass, "logbook", {})
    simulator.set_fault("lossless")
    await eventually(lambda: "FaceRecognition" in simulator.state()["subscriptions"], 20)
    begin = dt_util.utcnow()
    for label, elapsed in (
        ("Ada", 0),
        ("Ada", 1),
        ("Ada", 10),
        ("Bob", 1),
        ("unknown person", 1),
        (None, 1),
        ("Bob", 1),
        ("Bob", 10.5),
    ):
        seconds[0] += elapsed
        before = state_of(hass, FACE).state
        simulator.command("event", type="FaceRecognition", message={"label": label})
        await eventually(partial(is_changed, hass, before))
    await async_wait_recording_done(hass)
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {"type": "logbook/get_events", "start_time": begin.isoformat(), "entity_ids": [FACE]}
    )
    answer = await client.receive_json()
    rows = [(one["name"], one["message"]) for one in answer["result"] if one.get("domain") == DOMAIN]
    assert rows == [("Misty Face seen", name) for name in ("Ada", "Bob", "Bob", "Bob")]
