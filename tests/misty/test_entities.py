"""What people switch, press, choose and play, seen at the robot."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache
from syrupy.assertion import SnapshotAssertion

from custom_components.misty import camera
from custom_components.misty.feedback import Stage
from custom_components.misty.switch import ASSUMED, SWITCHES
from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

type Act = Callable[..., Any]

# A device's page has lists of their own for these.
APART = ("assist_satellite", "event", "notify")


@pytest.fixture
def act(hass: HomeAssistant, entity_of: Callable[[str, str], str]) -> Act:
    """Return a way to call an action of an entity by platform and key."""

    async def call(platform: str, key: str, service: str, **data: Any) -> None:
        await hass.services.async_call(
            platform, service, {ATTR_ENTITY_ID: entity_of(platform, key), **data}, blocking=True
        )

    return call


@pytest.mark.usefixtures("everything_enabled")
async def test_every_entity(hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    """The registry holds exactly these entities, by unique id, name, class and category."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    rows = [
        (
            entity.entity_id,
            entity.unique_id,
            entity.original_name,
            entity.original_device_class,
            entity.entity_category,
            entity.unit_of_measurement,
        )
        for entity in sorted(entities, key=lambda entity: entity.entity_id)
    ]
    assert rows == snapshot


async def test_enabled_by_default(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """What a person needs is there at once, the noisy and rare is not."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    enabled = [entity for entity in entities if entity.disabled_by is None]
    assert 20 <= len(enabled) <= 40
    main = [entity for entity in enabled if entity.entity_category is None and entity.domain not in APART]
    assert len(main) <= 12, sorted(entity.entity_id for entity in main)
    assert len(entities) > 130


async def test_led(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act) -> None:
    """Colour, brightness and effects become what the robot takes."""
    await act("light", "led", "turn_on", rgb_color=[200, 100, 0], brightness=128)
    assert simulator.robot.display.led == (100, 50, 0)
    await act("light", "led", "turn_on", effect="breathe", brightness=255)
    assert simulator.robot.display.transition == {
        "type": "Breathe",
        "from": (200, 100, 0),
        "to": (0, 0, 0),
        "timeMs": 1500,
    }
    await act("light", "led", "turn_on", effect="fade_in")
    assert simulator.robot.display.led == (200, 100, 0)
    await act("light", "led", "turn_on", effect="off", rgb_color=[1, 2, 3])
    assert simulator.state()["transition"] is None
    await act("light", "led", "turn_off")
    assert simulator.robot.display.led == (0, 0, 0)
    state = state_of(hass, "light.misty_chest_led")
    assert state.state == "off"
    assert state.attributes["assumed_state"] is True
    await act("light", "flashlight", "turn_on")
    assert simulator.robot.display.flashlight
    await act("light", "flashlight", "turn_off")
    assert not simulator.robot.display.flashlight


@pytest.mark.parametrize(
    ("before", "attributes"), [("Joy", {"file_name": "e_Joy.jpg"}), ("e_Joy.jpg", {})], ids=("today", "2026.11")
)
async def test_what_cannot_be_read_back_is_restored(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, before: str, attributes: dict[str, str]
) -> None:
    """LED, lamp, face and blinking keep what was sent before the restart, and the robot shows just that."""
    mock_restore_cache(
        hass,
        [
            State("light.misty_chest_led", "on", {"rgb_color": (5, 6, 7), "brightness": 50, "effect": "blink"}),
            State("light.misty_flashlight", "on"),
            State("select.misty_face", before, attributes),
            State("switch.misty_blinking", "off"),
        ],
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "light.misty_chest_led").attributes["rgb_color"] == (5, 6, 7)
    assert state_of(hass, "light.misty_chest_led").attributes["effect"] == "blink"
    assert state_of(hass, "light.misty_flashlight").state == "on"
    assert state_of(hass, "select.misty_face").state == "Joy"
    assert state_of(hass, "switch.misty_blinking").state == "off"
    await eventually(lambda: not simulator.state()["blinking"])
    await eventually(lambda: simulator.state()["face"] == "e_Joy.jpg")
    await eventually(lambda: simulator.state()["flashlight"])
    await eventually(lambda: simulator.state()["transition"] is not None)
    assert simulator.state()["transition"]["from"] == (1, 1, 1)


async def test_nothing_is_sent_where_nothing_is_known(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """A robot that was never commanded keeps its looks."""
    assert state_of(hass, "light.misty_chest_led").state == "unknown"
    assert not simulator.record.of("rest", method="POST")


async def test_looks_after_a_restart_of_the_robot(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """A robot that has restarted is made to show what Home Assistant says that it shows, also after a conversation."""
    await act("light", "led", "turn_on", rgb_color=[200, 0, 0])
    await act("light", "flashlight", "turn_on")
    await act("switch", "blinking", "turn_off")
    await act("select", "face", "select_option", option="Love")
    simulator.record.clear()
    simulator.command("reboot", seconds=0.5)
    await simulator.record.wait_for("led", seconds=20, color=(200, 0, 0))
    await simulator.record.wait_for("shown", seconds=20, content="e_Love.jpg")
    await eventually(lambda: not simulator.robot.display.blinking, 20)
    await eventually(lambda: simulator.robot.display.flashlight, 20)
    assert simulator.robot.display.led == (200, 0, 0)
    feedback = loaded.runtime_data.feedback
    feedback.show(Stage.LISTENING)
    feedback.end()
    await eventually(lambda: simulator.robot.display.led == (200, 0, 0))


async def test_led_and_face_follow_actions(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, device_id: str
) -> None:
    """What actions do to LED and screen is seen at the entities."""

    async def call(service: str, **data: Any) -> None:
        await hass.services.async_call("misty", service, {"device_id": device_id, **data}, blocking=True)

    colors = {"red": 0, "green": 128, "blue": 0, "red2": 0, "green2": 0, "blue2": 0}
    await call("led_transition", **colors, transition_type="Breathe", duration=1)
    attributes = state_of(hass, "light.misty_chest_led").attributes
    assert (attributes["rgb_color"], attributes["brightness"], attributes["effect"]) == ((0, 255, 0), 128, "breathe")
    await call("send_command", method="POST", endpoint="led", arguments={"Red": 0, "Green": 0, "Blue": 0})
    assert state_of(hass, "light.misty_chest_led").state == "off"
    await call("display_image", file_name="e_Joy.jpg")
    assert state_of(hass, "select.misty_face").state == "Joy"
    await call("display_image", file_name="e_Love.jpg", layer="Corner")
    assert state_of(hass, "select.misty_face").state == "Joy"
    await call("display_settings")
    assert state_of(hass, "select.misty_face").state == "Default content"


async def test_face_and_image(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """All images of the robot can be chosen, under names for people."""
    state = state_of(hass, "select.misty_face")
    assert len(state.attributes["options"]) == 45
    assert {"Joy goofy 2", "Sleeping ZZZ", "Default content"} <= set(state.attributes["options"])
    await act("select", "face", "select_option", option="Love")
    assert simulator.robot.display.face == "e_Love.jpg"
    state = state_of(hass, "select.misty_face")
    assert (state.state, state.attributes["file_name"]) == ("Love", "e_Love.jpg")


async def test_images_of_one_title_keep_their_names(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """An own picture that is called like one of the robot's is not mistaken for it."""
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


@pytest.mark.usefixtures("everything_enabled")
async def test_every_switch(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, entity_of: Callable[..., str]
) -> None:
    """Each switch sends its command for on and for off, and shows what it did."""
    for row in (*SWITCHES, *ASSUMED):
        if row.key in ("avstreaming_service", "camera_service", "audio_service"):
            continue
        entity_id = entity_of("switch", row.key)
        for service, (path, _), wanted in (("turn_on", row.on, "on"), ("turn_off", row.off, "off")):
            simulator.record.clear()
            await act("switch", row.key, service)
            assert simulator.record.of("rest", method="POST", path=path), row.key
            assert state_of(hass, entity_id).state == wanted, row.key


@pytest.mark.usefixtures("everything_enabled")
async def test_services_exclude_each_other(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """AV streaming takes the camera's place and gives it back; the repair issue follows."""
    await act("switch", "avstreaming_service", "turn_on")
    assert state_of(hass, "switch.misty_camera_service").state == "off"
    assert state_of(hass, "camera.misty_camera").state == "unavailable"
    assert state_of(hass, "binary_sensor.misty_camera_service").state == "off"
    await act("switch", "camera_service", "turn_on")
    assert state_of(hass, "switch.misty_av_streaming_service").state == "off"
    assert state_of(hass, "camera.misty_camera").state != "unavailable"


@pytest.mark.usefixtures("everything_enabled")
async def test_detectors_are_started_again_after_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """The robot forgets them; a person does not have to."""
    await act("switch", "face_recognition", "turn_on")
    simulator.command("face", label="Ada")
    await reaches("sensor.misty_last_person", "Ada")
    simulator.command("reboot", seconds=0.5)
    await eventually(lambda: not simulator.robot.vision.running)
    await eventually(lambda: "face recognition" in simulator.robot.vision.running, 20)


@pytest.mark.usefixtures("everything_enabled")
async def test_buttons(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act) -> None:
    """Each button is one command."""
    simulator.robot.body.position["ahp"] = simulator.robot.body.target["ahp"] = 20.0
    await act("button", "center_head", "press")
    assert simulator.robot.body.target["ahp"] == 0
    simulator.robot.display.show("text", "hi", "x")
    await act("button", "reset_display", "press")
    assert simulator.robot.display.text == ""
    for key, path in (
        ("stop_driving", "drive/stop"),
        ("halt", "halt"),
        ("stop_audio", "audio/stop"),
        ("stop_speaking", "tts/stop"),
        ("clear_error_text", "text/error/clear"),
    ):
        await act("button", key, "press")
        assert simulator.record.of("rest", path=path)
    await act("button", "restart", "press")
    assert simulator.record.of("reboot", core=True, sensory=True)


@pytest.mark.usefixtures("everything_enabled")
async def test_stop_goes_through_while_updating(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """Everything else is refused with a clear error."""
    await reaches("sensor.misty_run_state", "running")
    simulator.command("update", seconds=5)
    await reaches("sensor.misty_run_state", "updating")
    simulator.record.clear()
    with pytest.raises(HomeAssistantError) as caught:
        await act("button", "center_head", "press")
    assert caught.value.translation_key == "updating"
    await act("button", "stop_driving", "press")
    await act("button", "halt", "press")
    assert [entry["why"] for entry in simulator.record.of("halted")] == ["drive/stop", "halt"]


@pytest.mark.usefixtures("everything_enabled")
async def test_numbers_follow_the_robot(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """A joint moves and reports; a setting is kept."""
    await act("number", "joint_ahy", "set_value", value=-40)
    await act("number", "joint_ala", "set_value", value=60)
    assert simulator.robot.body.target["ahy"] == -40
    await eventually(lambda: state_of(hass, "number.misty_head_yaw").state == "-40.0", 6)
    await eventually(lambda: state_of(hass, "number.misty_left_arm").state == "60.0", 6)
    await act("number", "volume", "set_value", value=30)
    assert simulator.robot.voice.volume == 30
    assert state_of(hass, "media_player.misty_speaker").attributes["volume_level"] == 0.3
    await act("number", "blink_openeyemaxms", "set_value", value=5000)
    assert simulator.robot.display.blink_times["openEyeMaxMs"] == 5000
    await act("select", "log_level", "select_option", option="debug")
    assert simulator.robot.system.log_levels["local"] == "Debug"
    assert state_of(hass, "select.misty_log_level").state == "debug"


async def test_player(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """Stored sounds play, pause, continue and end; the robot reports the end."""
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
    assert state_of(hass, player).state == "playing", "the end of the interrupted one is not the end"
    await reaches(player, "idle")
    await act("media_player", "speaker", "volume_set", volume_level=0.4)
    await act("media_player", "speaker", "volume_up")
    assert simulator.robot.voice.volume == 50
    with pytest.raises(HomeAssistantError, match="There is no sound"):
        await act("media_player", "speaker", "play_media", media_content_type="music", media_content_id="no.wav")
    assert state_of(hass, player).state == "idle"


async def test_browse(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: Any, simulator: MistySimulator
) -> None:
    """The stored sounds are listed with Home Assistant's media."""
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


async def test_notify(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act) -> None:
    """A message is spoken or shown; markup in plain text is harmless, SSML stays."""
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
async def test_screen_text(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act) -> None:
    """A text comes and goes."""
    await act("text", "screen_text", "set_value", value="Hello")
    assert simulator.robot.display.text == "Hello"
    await act("text", "screen_text", "set_value", value="")
    assert simulator.robot.display.text == ""


async def test_update(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """Newer software is offered without a version number, and installed on request."""
    assert state_of(hass, "update.misty_robot_software").state == "off"
    simulator.command("update_available")
    await loaded.runtime_data.async_refresh_slow()
    assert state_of(hass, "update.misty_robot_software").state == "on"
    simulator.robot.system.update_available = False
    with pytest.raises(HomeAssistantError) as caught:
        await act("update", "software", "install")
    assert caught.value.translation_key == "no_update"
    simulator.command("update_available")
    await act("update", "software", "install")
    await simulator.record.wait_for("updated")


async def test_camera_shares_pictures(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two viewers get one picture; an old one is replaced; the picture shows the LED."""
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
async def test_av_stream(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act) -> None:
    """The stream has an address only while it runs."""
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
async def test_skills(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """A skill has a switch as long as it is on the robot, without a reload."""
    switch = "switch.misty_skill_helloworld"
    await eventually(lambda: "SkillSystemStateChange" in simulator.state()["subscriptions"])
    await hass.services.async_call("switch", "turn_on", {ATTR_ENTITY_ID: switch}, blocking=True)
    await reaches(switch, "on")
    await hass.services.async_call("switch", "turn_off", {ATTR_ENTITY_ID: switch}, blocking=True)
    await reaches(switch, "off")
    guid = simulator.robot.skills.find("HelloWorld")
    simulator.robot.skills.installed["new-guid"] = "Dance"
    simulator.robot.skills.report("new-guid", "Added")
    await eventually(lambda: hass.states.get("switch.misty_skill_dance") is not None)
    simulator.robot.skills.installed.pop(guid)
    simulator.robot.skills.report("new-guid", "Deleted")
    await eventually(lambda: hass.states.get(switch) is None)
    assert er.async_get(hass).async_get(switch) is None


@pytest.mark.usefixtures("everything_enabled")
async def test_distances(hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator) -> None:
    """Every one of the eight reports; a status of 200 and more makes a distance unknown."""
    await eventually(lambda: state_of(hass, "sensor.misty_ground_distance_front_left").state == "0.04", 6)
    simulator.command("distance", sensor="toffc", metres=0.5, status=101)
    await eventually(lambda: state_of(hass, "sensor.misty_distance_front_center").state == "0.5", 6)
    assert state_of(hass, "sensor.misty_distance_front_center").attributes["status"] == 101
    simulator.command("distance", sensor="toffc", metres=8.19, status=207)
    await eventually(lambda: state_of(hass, "sensor.misty_distance_front_center").state == "unknown", 6)


async def test_one_event_writes_one_entity(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """A bump costs what that one entity costs."""
    written: list[str] = []
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    hass.bus.async_listen("state_changed", lambda event: written.append(event.data["entity_id"]))
    simulator.robot.body.bump_on["brr"] = False
    simulator.command("bump", sensor="brr")
    await eventually(lambda: bool(written))
    await hass.async_block_till_done()
    assert written == ["event.misty_bump"]


@pytest.mark.usefixtures("everything_enabled")
async def test_face_image(hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any) -> None:
    """The face that is shown can be looked at."""
    await hass.services.async_call(
        "select", "select_option", {ATTR_ENTITY_ID: "select.misty_face", "option": "Fear"}, blocking=True
    )

    def is_there() -> bool:
        state = hass.states.get("image.misty_face_shown")
        return state is not None and state.state not in ("unknown", "unavailable")

    await eventually(is_there)
    client = await hass_client()
    response = await client.get("/api/image_proxy/image.misty_face_shown")
    assert (await response.read()).startswith(b"\xff\xd8")
