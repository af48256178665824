"""Misty II: a robot without credentials."""

from demo.client import Action

from ..errors import Unexpected
from ..story import Outside, Scene, Story, device_of

BUMPER = "bfl"
HAZARD = "binary_sensor.misty_0123_hazard"
ASSISTANT = "select.misty_0123_assistant"
FACE_SEEN = "event.misty_0123_face_seen"
MAP = "image.misty_0123_map"
LISTENING = "switch.misty_0123_listen_for_key_phrase"
RECORDED_SECONDS = 1.5
DRIVEN_SECONDS = 8.0


async def play_a_recording(scene: Scene) -> None:
    """Record a sound, find it in the media browser, and play it."""
    person = scene.person
    robot = {"device_id": await device_of(scene, MAP)}
    await scene.client.act(Action(name="misty.record_audio", data={**robot, "file_name": "hello.wav"}))
    await person.pause(RECORDED_SECONDS)
    await scene.client.act(Action(name="misty.stop_recording_audio", data=robot))
    await person.go("/media-browser/browser")
    for name in ("Misty II", "Misty 0123", "Sounds", "hello"):
        await person.pause(1.5)
        await person.look(name.lower().replace(" ", "_"))
        await person.page.get_by_text(name, exact=True).locator("visible=true").last.click()
    # The length of the sound, in the bar of the player.
    await person.read("00:01")


async def follow_the_map(scene: Scene) -> None:
    """Start mapping and drive, and check that the map on the dashboard changes."""
    person = scene.person
    robot = {"device_id": await device_of(scene, MAP)}
    await scene.simulators["misty"].command("bump", sensor=BUMPER, pressed=False)
    await person.wait_for_state(HAZARD, "off")
    begin = {**robot, "method": "POST", "endpoint": "slam/map/start"}
    await scene.client.act(Action(name="misty.send_command", data=begin))
    await person.go("/demo-home/misty")
    await person.pause(3.0)
    await person.look("map_before")
    before = await person.state(MAP)
    drive = {**robot, "linear_velocity": 60, "angular_velocity": 15}
    await scene.client.act(Action(name="misty.drive", data=drive))
    await person.pause(DRIVEN_SECONDS)
    await scene.client.act(Action(name="misty.stop", data=robot))
    await person.pause(6.0)
    if await person.state(MAP) == before:
        raise Unexpected("the map does not follow the robot")


async def see_who_was_recognized(scene: Scene) -> None:
    """Send a face event, and check that Activity has the name."""
    person = scene.person
    await person.go(f"/logbook?entity_id={FACE_SEEN}")
    await scene.simulators["misty"].command("event", type="FaceRecognition", message={"label": "Grace"})
    await person.read("Grace")
    await person.pause(1.0)


async def choose_an_assistant(scene: Scene) -> None:
    """Select another assistant in the dialog of the entity."""
    person = scene.person
    await person.go(f"/demo-home/misty?more-info-entity-id={ASSISTANT}")
    await person.page.locator("state-card-select ha-control-select-menu").click()
    await person.pause(1.0)
    await person.look("assistants")
    await person.page.locator("ha-dropdown-item").filter(has_text="Deutsch").locator("visible=true").click()
    await person.wait_for_state(ASSISTANT, "Deutsch")


STORIES = (
    Story(
        domain="misty",
        wrong={"host": "127.0.0.1:9"},
        error="cannot be reached",
        light="light.misty_0123_chest_led",
        switch=LISTENING,
        camera="camera.misty_0123_camera",
        outside=Outside(
            happens=lambda at: at["misty"].command("bump", sensor=BUMPER),
            entity_id=HAZARD,
            state="on",
        ),
        moves=tuple(
            Action(name="select.select_option", entity_id="select.misty_0123_face", data={"option": face})
            for face in ("Anger", "Amazement")
        ),
        own=(play_a_recording, follow_the_map, see_who_was_recognized, choose_an_assistant),
        images={"see_device": "misty-device"},
    ),
)
