"""The actions: their commands, errors and responses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.misty.actions import speech
from custom_components.misty.actions.commands import ROWS
from custom_components.misty.playback import async_play_to_end
from simulators.misty import MistySimulator
from tests.waiting import eventually

type Call = Callable[..., Any]


@pytest.fixture
def call(hass: HomeAssistant, device_id: str) -> Call:
    """Return a function that calls an action of the robot."""

    async def run(service: str, *, response: bool = False, context: Context | None = None, **data: Any) -> Any:
        return await hass.services.async_call(
            "misty", service, {"device_id": device_id, **data}, True, context, return_response=response
        )

    return run


# Valid data for each action that sends one command.
SIMPLE: dict[str, dict[str, Any]] = {
    "drive": {"linear_velocity": 20, "angular_velocity": 0},
    "drive_time": {"linear_velocity": 20, "angular_velocity": 0, "duration": 0.2},
    "drive_track": {"left_track_speed": 10, "right_track_speed": -10},
    "drive_arc": {"heading": 90, "radius": 0.5, "time_ms": 200},
    "drive_heading": {"heading": 0, "distance": 0.1, "time_ms": 200},
    "drive_to": {"destination": "12:8"},
    "follow_path": {"path": "1:2,3:4", "velocity": 0.5},
    "move_arms": {"left_arm_position": 10, "right_arm_position": -20, "left_arm_velocity": 50},
    "display_text": {"text": "Hello"},
    "display_video": {"file_name": "http://127.0.0.1/x.mp4", "is_url": True},
    "display_web_page": {"url": "http://127.0.0.1/"},
    "led_transition": dict.fromkeys(("red", "green", "blue", "red2", "green2", "blue2"), 9)
    | {"transition_type": "Blink", "time_ms": 100},
    "record_audio": {"file_name": "a.wav"},
    "stop_recording_audio": {},
    "record_video": {"duration": 1},
    "stop_recording_video": {},
    "stop_av_stream": {},
    "train_face": {"face_id": "Grace"},
    "forget_faces": {"face_id": "Ada"},
    "list_faces": {},
    "run_skill": {"skill": "HelloWorld"},
    "trigger_skill_event": {"skill": "HelloWorld", "event_name": "bell"},
    "send_serial": {"message": "go"},
    "get_map": {},
}


async def test_each_action_sends_its_command(call: Call, simulator: MistySimulator) -> None:
    assert {action.name for action in ROWS} - {"start_av_stream"} == set(SIMPLE)
    for action in ROWS:
        if action.name in SIMPLE:
            simulator.record.clear()
            answer = await call(action.name, response=action.answers, **SIMPLE[action.name])
            assert simulator.record.of("rest", method=action.method, path=action.path), action.name
            assert bool(answer) == action.answers


async def test_invalid_arguments_are_refused_before_anything_is_sent(call: Call, simulator: MistySimulator) -> None:
    """The error contains the name of the argument."""
    simulator.record.clear()
    for service, data, key, name in (
        ("drive", {"linear_velocity": 120, "angular_velocity": 0}, "range", "linear_velocity"),
        ("drive_time", {"linear_velocity": 10, "angular_velocity": 0}, "missing", "duration"),
        ("drive_to", {"destination": "the kitchen"}, "pattern", "destination"),
        ("record_video", {"width": 640}, "together", "width"),
        ("move_head", {"pitch": 90}, "range", "pitch"),
        ("take_picture", {"width": 641}, "choice", "width"),
        ("record_audio", {"file_name": "a.mp3"}, "pattern", "file_name"),
        ("send_command", {"method": "post", "endpoint": "nothing"}, "unknown_endpoint", "POST nothing"),
        ("send_command", {"method": "post", "endpoint": "led", "arguments": {"red": 1}}, "missing", "green"),
        # A template can make these texts and numbers, which are not valid in JSON.
        ("speak", {"text": "half a pair \ud83d"}, "type", "text"),
        ("trigger_skill_event", {"skill": "x", "event_name": "y", "payload": {"n": 2**64}}, "type", "payload"),
        ("drive_time", {"linear_velocity": float("nan"), "angular_velocity": 0}, "type", "linear_velocity"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(service, **data)
        assert caught.value.translation_key == f"argument_{key}", service
        assert caught.value.translation_placeholders is not None
        assert caught.value.translation_placeholders["name"] == name, service
    for duration in (float("inf"), float("nan"), 1e300):
        with pytest.raises(vol.Invalid):
            await call("drive_time", linear_velocity=1, angular_velocity=0, duration=duration)
    with pytest.raises(ServiceValidationError, match="12:8"):
        await call("drive_to", destination="the kitchen")
    with pytest.raises(ServiceValidationError) as caught:
        await call("display_image")
    assert caught.value.translation_key == "no_image"
    assert not simulator.record.of("rest", method="POST")


async def test_durations_are_in_seconds(call: Call, simulator: MistySimulator) -> None:
    """The fields of earlier versions, which were in milliseconds, still work."""
    speeds = {"linear_velocity": 20, "angular_velocity": 0}
    for data in ({"duration": 1.5}, {"time_ms": 1500}):
        simulator.record.clear()
        await call("drive_time", **speeds, **data)
        assert simulator.record.of("rest", path="drive/time")[0]["arguments"]["timeMs"] == 1500
    with pytest.raises(vol.Invalid):
        await call("drive_time", **speeds, duration=1, time_ms=1000)


async def test_media_can_be_an_object_of_the_selector(call: Call, simulator: MistySimulator) -> None:
    """In YAML, it is a text."""
    await call("play_audio", media_content_id={"media_content_id": "s_Joy.wav", "media_content_type": "audio/wav"})
    assert simulator.record.of("played", name="s_Joy.wav")
    with pytest.raises(vol.Invalid):
        await call("play_audio", media_content_id={"media_content_type": "audio/wav"})


async def test_a_hazard_refuses_only_movements_in_its_direction(call: Call, simulator: MistySimulator) -> None:
    """Driving forward is refused. Driving backward, turning and stopping are not."""
    await eventually(lambda: "HazardNotification" in simulator.state()["subscriptions"])
    simulator.command("distance", sensor="toffc", metres=0.1)
    await drive_until_refused(call, "drive", linear_velocity=10, angular_velocity=0)
    simulator.record.clear()
    with pytest.raises(HomeAssistantError) as caught:
        await call("drive", linear_velocity=10, angular_velocity=0)
    assert caught.value.translation_key == "hazard_ahead"
    assert caught.value.translation_placeholders == {"zones": "Front center hazard"}
    with pytest.raises(HomeAssistantError):
        await call(
            "send_command", method="POST", endpoint="drive", arguments={"LinearVelocity": 10, "angularVelocity": 0}
        )
    assert not simulator.record.of("rest", path="drive")
    await call("drive", linear_velocity=-10, angular_velocity=0)
    await call("drive", linear_velocity=0, angular_velocity=30)
    await call("stop", hold=True)
    await call("stop", all_motors=True)
    assert len(simulator.record.of("halted")) == 2
    simulator.command("distance", sensor="toffc", metres=1)
    simulator.command("bump", sensor="brl")
    error = await drive_until_refused(call, "drive_heading", heading=0, distance=1, time_ms=100, reverse=True)
    assert error.translation_key == "hazard_behind"


async def drive_until_refused(call: Call, service: str, **data: Any) -> HomeAssistantError:
    """Drive until it is refused, because the event of the hazard arrives later."""
    for _ in range(50):
        try:
            await call(service, **data)
        except HomeAssistantError as error:
            return error
    pytest.fail("driving is not refused")


async def test_speak_can_wait_for_the_end(call: Call, simulator: MistySimulator) -> None:
    """It raises an error if the speech is interrupted."""
    await call("speak", text="a & b", wait=True)
    assert simulator.robot.voice.queue == []
    await call("speak", text="long", wait=False, flush=True)
    simulator.robot.pace = 5
    simulator.robot.later(0.1, simulator.robot.voice.stop_speaking)
    with pytest.raises(HomeAssistantError) as caught:
        await call("speak", text="interrupted", wait=True)
    assert caught.value.translation_key == "speech_interrupted"


@pytest.mark.parametrize(
    "media",
    [
        "media-source://camera/camera.misty_camera",
        "media-source://image/camera.misty_camera",
        "/api/camera_proxy/camera.misty_camera",
        "/api/camera_proxy_stream/camera.misty_camera?width=10",
        "http://127.0.0.1:8123/api/image_proxy/camera.misty_camera",
        "HTTP://127.0.0.1:8123/api/image_proxy/camera.misty_camera",
        "/api/%63amera_proxy/camera.misty_camera",
        "/api/camera%5Fproxy/camera%2Emisty_camera",
    ],
)
async def test_a_user_shows_no_picture_of_an_entity_without_permission(
    call: Call, hass: HomeAssistant, hass_read_only_user: MockUser, simulator: MistySimulator, media: str
) -> None:
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    with pytest.raises(Unauthorized):
        await call("display_image", media_content_id=media, context=Context(user_id=hass_read_only_user.id))
    with pytest.raises(UnknownUser):
        await call("display_image", media_content_id=media, context=Context(user_id="removed"))
    assert not simulator.record.of("shown")


async def test_a_user_shows_the_picture_of_a_camera(
    call: Call, hass_read_only_user: MockUser, simulator: MistySimulator
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    await call("display_image", media_content_id="media-source://camera/camera.misty_camera", context=context)
    assert simulator.record.of("shown", content="home_assistant_camera.jpg")


async def test_images_and_sounds_can_be_stored_files_or_media(
    call: Call, hass: HomeAssistant, simulator: MistySimulator
) -> None:
    """Media are those of Home Assistant and allowed URLs."""
    await call("display_image", file_name="e_Joy.jpg")
    assert simulator.robot.display.face == "e_Joy.jpg"
    url = f"http://127.0.0.1:{simulator.port}/api/images?fileName=e_Love.jpg&base64=false"
    hass.config.allowlist_external_urls = {"http://127.0.0.1:1/", f"http://127.0.0.1:{simulator.port}/api/"}
    with pytest.raises(HomeAssistantError) as failed:
        await call("upload_asset", kind="image", file_name="x.jpg", media_content_id="http://127.0.0.1:1/x")
    assert failed.value.translation_key == "cannot_fetch"
    await call("display_image", media_content_id=url, layer="Visitor")
    fetched = await simulator.record.wait_for("fetched")
    assert (fetched["status"], fetched["type"]) == (200, "image/jpeg")
    await call("display_image", media_content_id="media-source://camera/camera.misty_camera")
    assert simulator.record.of("shown", content="home_assistant_camera.jpg")
    await call("display_settings")
    assert simulator.robot.display.layers == {}
    await call("play_audio", media_content_id="s_Joy.wav", volume=20, wait=True)
    assert simulator.robot.voice.volume == 20
    assert simulator.robot.voice.playing is None
    await call("play_audio", media_content_id="s_Joy.wav")
    assert simulator.record.of("played", name="s_Joy.wav")


@pytest.mark.usefixtures("everything_enabled")
async def test_a_picture_is_written_to_a_file_and_stored_on_the_robot(
    call: Call, hass: HomeAssistant, simulator: MistySimulator, tmp_path: Path
) -> None:
    """It also becomes the image entity of the last picture."""
    target = tmp_path / "picture.jpg"
    with pytest.raises(ServiceValidationError) as caught:
        await call("take_picture", path=str(target))
    assert caught.value.translation_key == "path_not_allowed"
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    answer = await call("take_picture", response=True, path=str(target), file_name="door", width=320, height=240)
    assert target.read_bytes().startswith(b"\xff\xd8")
    assert (answer["width"], answer["height"]) == (240, 320)
    assert "door.jpg" in simulator.robot.store.images.saved
    state = hass.states.get("image.misty_last_picture")
    assert state is not None
    assert state.state not in ("unknown", "unavailable")
    simulator.robot.system.services["camera"] = False
    with pytest.raises(HomeAssistantError, match="camera service"):
        await call("take_picture")


async def test_capture_speech_responds_with_the_recording(
    call: Call, hass: HomeAssistant, simulator: MistySimulator
) -> None:
    """Silence is not an error."""
    capture = hass.async_create_task(call("capture_speech", response=True, silence_duration=10))
    await simulator.record.wait_for("recording")
    simulator.command("talk", text="hello")
    answer = await capture
    assert answer == {
        "success": True,
        "text": None,
        "file_name": "capture_Dialogue.wav",
        "message": "Detected end of voice command.",
    }
    answer = await call("capture_speech", response=True, silence_duration=0.5)
    assert answer["success"] is False


async def test_the_repair_of_disabled_hazards_enables_them(
    call: Call, hass: HomeAssistant, simulator: MistySimulator, hass_client: Any
) -> None:
    from homeassistant.components.repairs import DOMAIN as REPAIRS
    from homeassistant.helpers import issue_registry as ir
    from homeassistant.setup import async_setup_component

    assert await async_setup_component(hass, REPAIRS, {})
    await call("set_hazards", bump_sensors={"bfr": False}, distance_thresholds={"toffc": 0.4, "tofdfl": 0})
    assert simulator.robot.body.bump_on.get("bfr") is False
    assert simulator.robot.body.threshold["toffc"] == 0.4
    issues = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == "misty"]
    assert [issue.translation_key for issue in issues] == ["hazards_off"]
    client = await hass_client()
    flow = await (
        await client.post("/api/repairs/issues/fix", json={"handler": "misty", "issue_id": issues[0].issue_id})
    ).json()
    assert flow["step_id"] == "confirm"
    done = await (await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})).json()
    assert done["type"] == "create_entry"
    assert simulator.robot.body.bump_on.get("bfr") is True
    assert not [issue for issue in ir.async_get(hass).issues.values() if issue.domain == "misty"]


async def test_upload_asset_from_a_file_or_from_media(
    call: Call, hass: HomeAssistant, simulator: MistySimulator, tmp_path: Path
) -> None:
    """Paths and URLs must be allowed, and files have a size limit."""
    file = tmp_path / "bell.wav"
    file.write_bytes(simulator.robot.store.content(simulator.robot.store.audio, "s_Joy.wav"))
    for data, key in (
        ({"path": str(file)}, "path_not_allowed"),
        ({}, "no_source"),
        ({"media_content_id": "http://127.0.0.1:1/x"}, "url_not_allowed"),
    ):
        with pytest.raises(HomeAssistantError) as caught:
            await call("upload_asset", kind="audio", file_name="bell.wav", **data)
        assert caught.value.translation_key == key
        assert "127.0.0.1" not in str(caught.value)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    await call("upload_asset", kind="audio", file_name="bell.wav", path=str(file), immediately_apply=True)
    assert simulator.robot.store.audio.saved["bell.wav"] == file.read_bytes()
    assert simulator.record.of("played", name="bell.wav")
    url = f"http://127.0.0.1:{simulator.port}/api/images?fileName=e_Love.jpg&base64=false"
    hass.config.allowlist_external_urls = {"http://127.0.0.1:1/", f"http://127.0.0.1:{simulator.port}/api/"}
    with pytest.raises(HomeAssistantError) as failed:
        await call("upload_asset", kind="image", file_name="x.jpg", media_content_id="http://127.0.0.1:1/x")
    assert failed.value.translation_key == "cannot_fetch"
    await call("upload_asset", kind="image", file_name="love.jpg", media_content_id=url)
    assert "love.jpg" in simulator.robot.store.images.saved
    (tmp_path / "big.wav").write_bytes(b"x" * (6 * 1024 * 1024 + 1))
    for path, key in ((tmp_path / "big.wav", "too_large"), (tmp_path / "none.wav", "cannot_read")):
        with pytest.raises(ServiceValidationError) as refused:
            await call("upload_asset", kind="audio", file_name="x.wav", path=str(path))
        assert refused.value.translation_key == key


async def test_send_command_responds_with_files_as_base64(call: Call) -> None:
    answer = await call(
        "send_command",
        response=True,
        method="get",
        endpoint="/cameras/rgb",
        arguments={"Width": 320, "Height": 240},
    )
    assert answer["result"]["content_type"] == "image/jpeg"
    assert answer["result"]["base64"].startswith("/9j/")


async def test_an_unknown_and_an_unloaded_robot_have_different_errors(
    hass: HomeAssistant, loaded: MockConfigEntry, call: Call
) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call("misty", "stop", {"device_id": "unknown"}, blocking=True)
    assert caught.value.translation_key == "unknown_device"
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    with pytest.raises(ServiceValidationError) as caught:
        await call("stop")
    assert caught.value.translation_key == "not_loaded"


async def test_each_failure_has_its_own_text(
    call: Call, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failures are a refusal, an unknown command, a missing answer and a lost connection."""
    from custom_components.misty.api import client as client_module

    with pytest.raises(HomeAssistantError) as caught:
        await call("run_skill", skill="nothing")
    assert caught.value.translation_key == "refused"
    simulator.robot.edition = "basic"
    with pytest.raises(HomeAssistantError) as caught:
        await call("get_map", response=True)
    assert caught.value.translation_key == "unknown_command"
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.1)
    simulator.set_fault("silent")
    with pytest.raises(HomeAssistantError) as caught:
        await call("send_serial", message="x")
    assert caught.value.translation_key == "no_answer"
    await simulator.stop()
    with pytest.raises(HomeAssistantError) as caught:
        await call("send_serial", message="x")
    assert caught.value.translation_key == "not_connected"


async def test_waiting_for_the_end_of_a_sound_has_a_timeout(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    device_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The robot does not report the end."""
    simulator.robot.pace = 100
    await async_play_to_end(loaded.runtime_data, "s_Joy.wav", seconds=0.1)
    monkeypatch.setattr(speech, "SPEECH_SECONDS", 0.1)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(
            "misty", "speak", {"device_id": device_id, "text": "x", "wait": True}, blocking=True
        )
    assert caught.value.translation_key == "no_event"
