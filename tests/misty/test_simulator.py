"""The simulator follows docs/protocol/misty.md. Each test cites the headings."""

import inspect
import io
import json
from typing import Any

import aiohttp
from PIL import Image
import pytest

from simulators.misty import MistySimulator
from tests.waiting import eventually

from .bare_clients import Listener, Robot


async def test_answers_have_an_envelope_and_a_status(robot: Robot) -> None:
    """Source: docs/protocol/misty.md#requests, docs/protocol/misty.md#answers, docs/protocol/misty.md#status-codes."""
    assert await robot("POST", "led", RED=1, grEEn=2, blue=3) == (200, {"result": True, "status": "Success"})
    status, answer = await robot("POST", "drive/arc", reverse=None)
    assert status == 400
    assert answer == {"error": "The request lacks: Heading, Radius, TimeMs.", "status": "Failed"}
    assert (await robot("POST", "nothing"))[0] == 404
    transition = dict.fromkeys(("red", "green", "blue", "red2", "green2", "blue2"), 1)
    assert (await robot("POST", "led/transition", **transition, transitionType="breathe", timeMs=9))[0] == 400
    assert (await robot("POST", "led/transition", **transition, transitionType="Breathe", timeMs=9))[0] == 200
    assert (await robot("POST", "led/transition", **transition, transitionType="Breathe", timeMs=3))[0] == 400


async def test_other_origins_are_allowed(robot: Robot) -> None:
    """Source: docs/protocol/misty.md#cross-origin-requests."""
    async with robot.session.options(f"{robot.base}/api/led") as response:
        assert response.status == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_face_that_is_learned_again_is_listed_once(robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#faces, docs/protocol/misty.md#rules-of-our-simulator."""
    await robot("POST", "faces/training/start", faceId="Ada")
    await eventually(lambda: simulator.robot.vision.training is None)
    assert await robot.result("faces") == ["Ada", "Linus"]


async def test_the_control_port_runs_commands(simulator: MistySimulator, session: Any) -> None:
    """The JSON has the name of the command in `name`, so that no command may have such a parameter."""
    port = await simulator.start_control()

    async def post(**command: Any) -> int:
        async with session.post(f"http://127.0.0.1:{port}/command", json=command) as response:
            return int(response.status)

    assert await post(name="face", label="Ada") == 200
    assert await post(name="object", description="cup") == 200
    assert (simulator.robot.vision.face, simulator.robot.vision.object) == ("Ada", "cup")
    commands = [getattr(MistySimulator, name) for name in dir(MistySimulator) if name.startswith("do_")]
    assert not [command for command in commands if "name" in inspect.signature(command).parameters]


async def test_deprecated_version_of_the_websocket(events: Listener, robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#event-frames."""
    await events.subscribe("BumpSensor")
    await robot("POST", "websocket/version", version="Deprecated")
    simulator.command("bump", sensor="brl")
    frame = await events.next()
    assert frame["type"] == "BumpSensor"
    assert frame["message"]["sensorName"] == "Bump_RearLeft"


async def test_help_lists_the_commands_of_the_edition(robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#help, docs/protocol/misty.md#editions."""
    answer = await robot.result("help")
    assert set(answer) == {"get", "post", "delete", "put"}
    arms = next(row for row in answer["post"] if row["endpoint"] == "arms")
    assert "System.Double" in arms["apiCommand"]["arguments"]["position"]["getValueType"]
    assert arms["apiCommand"]["name"] == "MoveArm"
    names = {(method, row["endpoint"]): row["apiCommand"]["name"] for method in answer for row in answer[method]}
    assert names["get", "audio"] == "GetAudioFile"
    assert names["post", "head"] == "MoveHead"
    assert names["post", "audio/play"] == "PlayAudio"
    assert len(set(names.values())) > 200, "too many commands have the same name"
    simulator.robot.edition = "basic"
    assert not [row for row in (await robot.result("help"))["get"] if row["endpoint"].startswith("slam")]
    assert (await robot("GET", "slam/status"))[0] == 404
    assert "SlamStatus" not in {row["class"] for row in await robot.result("websockets")}


async def test_faces_are_recognized_only_after_the_start(
    events: Listener, robot: Robot, simulator: MistySimulator
) -> None:
    """Source: docs/protocol/misty.md#when-events-come."""
    await events.subscribe("FaceRecognition", DebounceMs=0)
    simulator.command("face", label="Ada")
    assert await events.silent()
    await robot("POST", "faces/recognition/start")
    assert (await events.next())["message"]["label"] == "Ada"
    await robot("POST", "faces/recognition/stop")


async def test_recording_and_av_streaming_end_listening_for_the_key_phrase(
    robot: Robot, simulator: MistySimulator
) -> None:
    """Source: docs/protocol/misty.md#key-phrase, docs/protocol/misty.md#av-streaming."""
    await robot("POST", "audio/keyphrase/start", captureSpeech=False)
    assert simulator.command("key_phrase")
    assert not simulator.command("key_phrase"), "the robot still listens after the key phrase"
    await robot("POST", "audio/keyphrase/start")
    await robot("POST", "audio/record/start", fileName="a.wav")
    assert not simulator.command("key_phrase"), "the robot still listens after a recording has started"
    await robot("POST", "audio/record/stop")
    await robot("POST", "services/avstreaming/enable")
    assert simulator.robot.system.services["camera"] is False
    assert (await robot("GET", "cameras/rgb"))[0] == 400
    await robot("POST", "avstreaming/start", url="rtspd:1935")
    status, answer = await robot("POST", "audio/keyphrase/start")
    assert (status, answer["status"]) == (400, "Failed")


async def test_sounds_and_speech_report_their_end(events: Listener, robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#playing, docs/protocol/misty.md#speaking."""
    simulator.robot.pace = 1.0
    await events.subscribe("AudioPlayComplete", DebounceMs=0)
    await robot("POST", "audio/play", fileName="s_Joy.wav")
    await robot("POST", "audio/pause")
    assert await events.silent(0.8), "a pause is reported as the end"
    await robot("POST", "audio/play", fileName="s_Joy.wav")
    await robot("POST", "audio/play", fileName="s_Awe.wav")
    assert (await events.next())["message"]["metaData"] == {"name": "s_Joy.wav"}
    await robot("POST", "tts/speak", text="hello there", utteranceId="u")
    await robot("POST", "audio/stop")
    assert (await events.next())["message"]["metaData"] == {"name": "s_Awe.wav"}
    assert simulator.robot.voice.queue, "stopping the sound has stopped the speech"
    await events.subscribe("TextToSpeechComplete", "tts", DebounceMs=0)
    await robot("POST", "tts/stop")
    assert (await events.next())["message"] == {"error": True, "interrupted": True, "utteranceId": "u"}


async def test_head_and_drive_commands_move_the_robot(
    events: Listener, robot: Robot, simulator: MistySimulator
) -> None:
    """Source: docs/protocol/misty.md#driving, docs/protocol/misty.md#head."""
    assert (await robot("POST", "head", pitch=0, velocity=1, duration=1))[0] == 500
    assert (await robot("POST", "head", pitch=40, velocity=50))[0] == 400
    simulator.set_fault("clamp")
    assert (await robot("POST", "head", pitch=40, velocity=50))[0] == 200
    assert simulator.robot.body.target["ahp"] == 26
    await robot("POST", "head", yaw=5, units="position", velocity=100)
    assert simulator.robot.body.target["ahy"] == 81
    await events.subscribe("LocomotionCommand", DebounceMs=0)
    await robot("POST", "drive/time", linearVelocity=10, angularVelocity=0, timeMs=99)
    assert await events.silent()
    await robot("POST", "drive", linearVelocity=0, angularVelocity=50)
    assert (await events.next())["message"]["angularVelocity"] == 50
    await eventually(lambda: simulator.robot.body.heading > 5)
    await robot("POST", "halt")
    assert (await events.next())["message"]["angularVelocity"] == 0


async def test_a_hazard_and_the_scruff_stop_the_robot(
    events: Listener, robot: Robot, simulator: MistySimulator
) -> None:
    """Source: docs/protocol/misty.md#hazards-in-the-way, docs/protocol/misty.md#scruff,
    docs/protocol/misty.md#hazard-settings.
    """
    await events.subscribe("HazardNotification", DebounceMs=0)
    await robot("POST", "drive", linearVelocity=20, angularVelocity=0)
    simulator.command("distance", sensor="toffc", metres=0.1)
    message = (await events.next())["message"]
    assert {"inHazard": True, "sensorName": "Front center hazard"} in message["driveStopped"]
    assert simulator.robot.body.linear == 0
    await robot("POST", "drive", linearVelocity=20, angularVelocity=0)
    assert simulator.robot.body.linear == 0
    simulator.command("distance", sensor="toffc", metres=1.0)
    assert not [row for row in (await events.next())["message"]["driveStopped"] if row["inHazard"]]
    simulator.command("touch", position="Scruff")
    assert (await robot("POST", "led", red=9, green=9, blue=9))[0] == 200
    assert simulator.robot.display.led != (9, 9, 9)
    simulator.command("touch", position="Scruff", touched=False)
    await robot("POST", "hazard/updatebasesettings", disableBumpSensors=True)
    simulator.command("bump", sensor="bfr")
    assert not simulator.robot.body.blocked(10)
    simulator.robot.system.boot()
    assert simulator.robot.body.blocked(10), "the restart does not reset the hazards"


async def test_update_and_empty_battery_switch_the_robot_off(
    robot: Robot, simulator: MistySimulator, session: Any
) -> None:
    """Source: docs/protocol/misty.md#power-events, docs/protocol/misty.md#life-of-the-robot."""
    simulator.command("battery", charge=None)
    battery = await robot.result("battery")
    assert battery["chargePercent"] is None
    assert battery["current"] < 0
    simulator.command("serial", message="x")
    simulator.command("update", seconds=0.2)
    assert (await robot("POST", "led", red=1, green=1, blue=1))[0] == 503
    assert (await robot("POST", "drive/stop"))[0] == 200
    assert simulator.robot.display.visible_led() == (255, 255, 255)
    await simulator.record.wait_for("updated")
    with pytest.raises(aiohttp.ClientError):
        await robot("GET", "device")
    await eventually(lambda: simulator.robot.system.is_on)
    assert await robot.result("serial") == []
    simulator.command("battery", voltage=6.9)
    with pytest.raises(aiohttp.ClientError):
        await robot("GET", "device")


async def test_values_are_unknown_during_the_boot(session: aiohttp.ClientSession) -> None:
    """Source: docs/protocol/misty.md#boot."""
    simulator = MistySimulator(boot_seconds=0.3)
    await simulator.start()
    robot = Robot(simulator, session)
    assert (await robot.result("battery"))["state"] == "Unknown"
    await eventually(lambda: simulator.robot.system.run_state == "Running")
    assert (await robot.result("battery"))["state"] == "Discharging"
    await simulator.stop()


async def test_charging_overrides_the_led(simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#led."""
    simulator.command("battery", is_charging=True)
    assert simulator.robot.display.visible_led() == (255, 140, 0)
    simulator.robot.display.notification_leds = False
    assert simulator.robot.display.visible_led() == simulator.robot.display.led


async def test_pictures_are_stored_listed_and_deleted(robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#pictures, docs/protocol/misty.md#images."""
    status, picture = await robot("GET", "cameras/rgb", width=320, height=240, fileName="a")
    assert status == 200
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (240, 320)
    first = simulator.robot.store.images.saved["a.jpg"]
    simulator.robot.display.led = (255, 0, 255)
    await robot("GET", "cameras/rgb", width=320, height=240, fileName="a")
    assert simulator.robot.store.images.saved["a.jpg"] == first
    await robot("GET", "cameras/rgb", width=320, height=240, fileName="a", overwriteExisting=True)
    assert simulator.robot.store.images.saved["a.jpg"] != first
    assert (await robot("DELETE", "images", fileName="e_Joy.jpg"))[0] == 400
    assert (await robot("DELETE", "images", fileName="a.jpg"))[0] == 200
    assert (await robot("POST", "images", fileName="a.txt", data="aGk="))[0] == 400
    listed = {row["name"]: row for row in await robot.result("images/list")}
    assert listed["e_Joy.jpg"] == {"height": 272, "name": "e_Joy.jpg", "systemAsset": True, "width": 480}
    form = aiohttp.FormData({"OverwriteExisting": "true"})
    form.add_field("File", first, filename="up.jpg")
    async with robot.session.post(f"{robot.base}/api/images", data=form) as response:
        assert (await response.json())["result"] == [
            {"height": 320, "name": "up.jpg", "userAddedAsset": True, "width": 240}
        ]


async def test_the_picture_of_the_camera_shows_the_state_of_the_robot(robot: Robot, simulator: MistySimulator) -> None:
    pictures = set()
    changes: tuple[Any, ...] = (
        lambda: None,
        lambda: setattr(simulator.robot.display, "led", (255, 0, 0)),
        lambda: simulator.robot.display.show_image("e_Rage.jpg"),
        lambda: [joints.update(ahr=20.0) for joints in (simulator.robot.body.position, simulator.robot.body.target)],
        lambda: [joints.update(ala=60.0) for joints in (simulator.robot.body.position, simulator.robot.body.target)],
        lambda: simulator.robot.display.show("text", "Hello", "layer"),
        lambda: setattr(simulator.robot.display, "flashlight", True),
    )
    for change in changes:
        change()
        pictures.add((await robot("GET", "cameras/rgb", width=640, height=480))[1])
    assert len(pictures) == 7


async def test_skills_report_start_and_stop(events: Listener, robot: Robot) -> None:
    """Source: docs/protocol/misty.md#skills, docs/protocol/misty.md#skill-events."""
    await events.subscribe("SkillSystemStateChange", DebounceMs=0)
    await robot("POST", "skills/start", skill="HelloWorld")
    assert (await events.next())["message"]["action"] == "Started"
    assert [row["name"] for row in await robot.result("skills/running")] == ["HelloWorld"]
    await robot("POST", "skills/cancel")
    assert (await events.next())["message"]["action"] == "Stopped"


async def test_commands_with_two_paths_accept_both(robot: Robot) -> None:
    """Source: docs/protocol/misty.md#path-aliases."""
    for path in ("video/record/start", "videos/recordings/start", "text/clear", "text/error/clear"):
        assert (await robot("POST", path))[0] == 200
    await robot("POST", "videos/recordings/stop")
    assert await robot.result("videos/recordings/list") == ["misty_video"]
    await robot("POST", "video/rename", oldName="misty_video", newName="party")
    assert await robot.result("videos/recordings/list") == ["party"]


async def test_faults_of_the_simulator(events: Listener, robot: Robot, simulator: MistySimulator) -> None:
    """Source: docs/protocol/misty.md#rules-of-our-simulator."""
    simulator.set_fault("low_battery")
    assert (await robot("POST", "flashlight", on=True))[1]["status"] == "Success"
    assert not simulator.robot.display.flashlight
    simulator.set_fault("low_battery", False)
    await events.subscribe("BumpSensor", DebounceMs=0)
    simulator.set_fault("malformed")
    simulator.command("bump", sensor="bfr")
    message = await events.websocket.receive()
    with pytest.raises(ValueError):
        json.loads(message.data)
    with pytest.raises(ValueError):
        simulator.set_fault("unknown")


async def test_every_get_command_is_answered(robot: Robot, simulator: MistySimulator) -> None:
    """These are all commands without required parameters."""
    from simulators.misty.catalogue import COMMANDS

    for (method, path), command in COMMANDS.items():
        if method == "GET" and not command.required:
            status, _ = await robot(method, path)
            assert status == 200 or path == "videos/recordings", path
    assert simulator.state()["run_state"] == "Running"
