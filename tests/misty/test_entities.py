"""Entities: their actions change the robot, and its messages change their states."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache
from syrupy.assertion import SnapshotAssertion

from custom_components.misty.feedback import Stage
from custom_components.misty.switch import ASSUMED, SWITCHES
from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

from .acting import Act

# The page of a device has separate lists for these.
SEPARATE = ("assist_satellite", "event", "notify")


@pytest.mark.usefixtures("everything_enabled")
async def test_entities(hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    """The registry has exactly these entities."""
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


async def test_few_entities_are_enabled_by_default(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Entities that change often or are rarely used are disabled."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    enabled = [entity for entity in entities if entity.disabled_by is None]
    assert 20 <= len(enabled) <= 40
    main = [entity for entity in enabled if entity.entity_category is None and entity.domain not in SEPARATE]
    assert len(main) <= 12, sorted(entity.entity_id for entity in main)
    assert len(entities) > 130


async def test_led_has_color_brightness_and_effects(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
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
    ("before", "attributes"),
    [("Joy", {"file_name": "e_Joy.jpg"}), ("e_Joy.jpg", {})],
    ids=("current format", "format of 2026.11"),
)
async def test_states_that_cannot_be_read_are_restored_and_sent(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, before: str, attributes: dict[str, str]
) -> None:
    """These are LED, flashlight, face and blinking."""
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


async def test_nothing_is_sent_at_the_setup_without_restored_states(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    assert state_of(hass, "light.misty_chest_led").state == "unknown"
    assert not simulator.record.of("rest", method="POST")


async def test_led_and_face_are_sent_again_after_a_restart_of_the_robot(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """They are also restored after a conversation."""
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


async def test_actions_of_the_robot_change_the_states_of_led_and_face(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, device_id: str
) -> None:

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


@pytest.mark.usefixtures("everything_enabled")
async def test_every_switch_sends_its_commands(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, entity_of: Callable[..., str]
) -> None:
    """Its state is the last command."""
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
async def test_av_streaming_and_camera_exclude_each_other(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """The robot switches the other service off."""
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
    """The robot stops them when it restarts."""
    await act("switch", "face_recognition", "turn_on")
    simulator.command("face", label="Ada")
    await reaches("sensor.misty_last_person", "Ada")
    simulator.command("reboot", seconds=0.5)
    await eventually(lambda: not simulator.robot.vision.running)
    await eventually(lambda: "face recognition" in simulator.robot.vision.running, 20)


@pytest.mark.usefixtures("everything_enabled")
async def test_buttons_send_their_commands(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
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
async def test_the_robot_can_be_stopped_while_it_updates(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """Other commands are refused with an error."""
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
async def test_numbers_move_joints_and_set_settings(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act
) -> None:
    """The state of a joint is the position that the robot reports."""
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


async def test_an_update_is_offered_and_installed(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, act: Act, reaches: Callable[..., Any]
) -> None:
    """The robot does not report the version number of the new software."""
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


@pytest.mark.usefixtures("everything_enabled")
async def test_skills_have_switches(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, reaches: Callable[..., Any]
) -> None:
    """The switches are added, renamed and removed without a reload."""
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
    simulator.robot.skills.installed["new-guid"] = "Waltz"
    simulator.robot.skills.report("new-guid", "Added")
    await eventually(lambda: "Waltz" in state_of(hass, "switch.misty_skill_dance").name)
    simulator.robot.skills.installed.pop(guid)
    simulator.robot.skills.report("new-guid", "Deleted")
    await eventually(lambda: hass.states.get(switch) is None)
    assert er.async_get(hass).async_get(switch) is None


@pytest.mark.usefixtures("everything_enabled")
async def test_distances_are_unknown_with_an_error_status(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """A status of 200 or more is an error."""
    await eventually(lambda: state_of(hass, "sensor.misty_ground_distance_front_left").state == "0.04", 6)
    simulator.command("distance", sensor="toffc", metres=0.5, status=101)
    await eventually(lambda: state_of(hass, "sensor.misty_distance_front_center").state == "0.5", 6)
    assert state_of(hass, "sensor.misty_distance_front_center").attributes["status"] == 101
    simulator.command("distance", sensor="toffc", metres=8.19, status=207)
    await eventually(lambda: state_of(hass, "sensor.misty_distance_front_center").state == "unknown", 6)


async def test_a_message_writes_only_its_entity(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    written: list[str] = []
    await eventually(lambda: "BumpSensor" in simulator.state()["subscriptions"])
    hass.bus.async_listen("state_changed", lambda event: written.append(event.data["entity_id"]))
    simulator.robot.body.bump_on["brr"] = False
    simulator.command("bump", sensor="brr")
    await eventually(lambda: bool(written))
    await hass.async_block_till_done()
    assert written == ["event.misty_bump"]
