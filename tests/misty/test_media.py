"""Sounds, speech, the display and the cameras of the robot."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty import camera
from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

from .acting import Act


async def test_the_select_of_the_face_has_all_images(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """Their names are made from the file names."""
    state = state_of(hass, "select.misty_face")
    assert len(state.attributes["options"]) == 45
    assert {"Joy goofy 2", "Sleeping ZZZ", "Default content"} <= set(state.attributes["options"])
    await act("select", "face", "select_option", option="Love")
    assert simulator.robot.display.face == "e_Love.jpg"
    state = state_of(hass, "select.misty_face")
    assert (state.state, state.attributes["file_name"]) == ("Love", "e_Love.jpg")


async def test_images_with_the_same_name_keep_their_file_names(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    simulator.robot.store.images.saved["Love.png"] = simulator.robot.store.content(
        simulator.robot.store.images, "e_Love.jpg"
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    options = state_of(hass, "select.misty_face").attributes["options"]
    assert {"Love.png", "e_Love.jpg"} <= set(options)
    assert "Love" not in options
    await act("select", "face", "select_option", option="Love.png")
    assert simulator.robot.display.face == "Love.png"


async def test_the_speaker_plays_pauses_and_stops(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """The robot reports the end of a sound."""
    player = "media_player.misty_speaker"
    simulator.robot.pace = 2.0
    await eventually(lambda: "AudioPlayComplete" in simulator.state()["subscriptions"])
    sound = {"media_content_type": "music", "media_content_id": "s_Joy.wav"}
    await act("media_player", "speaker", "play_media", **sound)
    assert state_of(hass, player).state == "playing"
    assert state_of(hass, player).attributes["media_title"] == "Joy"
    await act("media_player", "speaker", "media_pause")
    assert state_of(hass, player).state == "paused"
    await act("media_player", "speaker", "media_play")
    assert state_of(hass, player).state == "playing"
    await act("media_player", "speaker", "media_stop")
    await reaches(player, "idle")
    await act("media_player", "speaker", "play_media", **sound)
    await act("media_player", "speaker", "play_media", media_content_type="music", media_content_id="s_Awe.wav")
    assert state_of(hass, player).state == "playing", "the end of the interrupted sound ended the new one"
    await reaches(player, "idle")
    await act("media_player", "speaker", "volume_set", volume_level=0.4)
    await act("media_player", "speaker", "volume_up")
    assert simulator.robot.voice.volume == 50
    with pytest.raises(HomeAssistantError, match="There is no sound"):
        await act("media_player", "speaker", "play_media", media_content_type="music", media_content_id="no.wav")
    assert state_of(hass, player).state == "idle"


async def test_stored_sounds_can_be_browsed(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: Any, simulator: MistySimulator
) -> None:
    client = await hass_ws_client()
    browse = {"type": "media_player/browse_media", "entity_id": "media_player.misty_speaker"}
    await client.send_json_auto_id(browse)
    root = (await client.receive_json())["result"]
    assert root["children"][0]["media_content_id"] == "stored"
    await client.send_json_auto_id({**browse, "media_content_type": "music", "media_content_id": "stored"})
    stored = (await client.receive_json())["result"]
    assert len(stored["children"]) == 64
    assert stored["children"][0]["media_content_id"].startswith("s_")
    simulator.set_fault("status", 500)
    await client.send_json_auto_id({**browse, "media_content_type": "music", "media_content_id": "stored"})
    assert not (await client.receive_json())["success"]


async def test_messages_are_spoken_or_shown(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """Special characters in a text are escaped. A text in SSML is not changed."""
    await act("notify", "speak", "send_message", message="Tom & Jerry <3")
    await act("notify", "speak", "send_message", message="<speak>hi</speak>")
    await act("notify", "screen", "send_message", message="It rains", title="Weather")
    await eventually(lambda: len(simulator.record.of("spoke")) == 2)
    assert [entry["text"] for entry in simulator.record.of("spoke")] == [
        "Tom &amp; Jerry &lt;3",
        "<speak>hi</speak>",
    ]
    assert simulator.robot.display.text == "Weather\nIt rains"


@pytest.mark.usefixtures("everything_enabled")
async def test_the_text_entity_shows_and_clears_a_text(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    await act("text", "screen_text", "set_value", value="Hello")
    assert simulator.robot.display.text == "Hello"
    await act("text", "screen_text", "set_value", value="")
    assert simulator.robot.display.text == ""


async def test_viewers_of_the_camera_share_a_picture(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new picture is taken when the last one is too old."""
    from homeassistant.components.camera import async_get_image

    first = await async_get_image(hass, "camera.misty_camera")
    assert first.content.startswith(b"\xff\xd8")
    await async_get_image(hass, "camera.misty_camera")
    assert len(simulator.record.of("picture")) == 1
    monkeypatch.setattr(camera, "CACHE_SECONDS", 0)
    await hass.services.async_call(
        "light", "turn_on", {ATTR_ENTITY_ID: "light.misty_chest_led", "rgb_color": [255, 0, 0]}, blocking=True
    )
    second = await async_get_image(hass, "camera.misty_camera")
    assert second.content != first.content
    simulator.set_fault("status", 500)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, "camera.misty_camera")


@pytest.mark.usefixtures("everything_enabled")
async def test_the_av_stream_has_a_url_while_it_runs(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    from homeassistant.components.camera import async_get_stream_source

    stream = "camera.misty_av_stream"
    assert state_of(hass, stream).state == "idle"
    await act("camera", "av_stream", "turn_on")
    assert simulator.robot.vision.streaming
    assert await async_get_stream_source(hass, stream) == "rtsp://127.0.0.1:1935"
    await act("camera", "av_stream", "turn_off")
    assert not simulator.state()["streaming"]
    assert simulator.robot.system.services["camera"]
    assert state_of(hass, stream).state == "idle"


@pytest.mark.usefixtures("everything_enabled")
async def test_the_image_entity_has_the_shown_face(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any
) -> None:
    await hass.services.async_call(
        "select", "select_option", {ATTR_ENTITY_ID: "select.misty_face", "option": "Fear"}, blocking=True
    )

    def has_picture() -> bool:
        state = hass.states.get("image.misty_face_shown")
        return state is not None and state.state not in ("unknown", "unavailable")

    await eventually(has_picture)
    client = await hass_client()
    response = await client.get("/api/image_proxy/image.misty_face_shown")
    assert (await response.read()).startswith(b"\xff\xd8")
