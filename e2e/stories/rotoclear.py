"""Rotoclear C2: a control unit with two camera heads."""

from demo.client import Action
from simulators.kit.ports import free_port

from ..errors import Unexpected
from ..story import NewPassword, Outside, Scene, Story

CAMERA = "camera.rotoclear"
PAN = "number.rotoclear_head_1_horizontal_position"
VIEW = "select.rotoclear_head_1_view"
SAVE = "button.rotoclear_head_1_save_view"
SHOWN_HEAD = "select.rotoclear_shown_head"
# Long enough for a hold instead of a tap.
HELD_SECONDS = 0.8
STREAM_SECONDS = 30_000
PLAYS = "video => video.currentTime > 1"


async def hold_the_joystick(scene: Scene) -> None:
    """Tap the arrow over the picture, then hold it, which moves the view four times as far."""
    person = scene.person
    await scene.client.act(Action(name="select.select_option", entity_id=SHOWN_HEAD, data={"option": "first_head"}))
    await person.go("/demo-home/rotoclear")
    arrow = person.page.locator("hui-icon-element ha-icon[title=Right]")
    await arrow.click()
    await person.wait_for_state(PAN, "55.0")
    await arrow.hover()
    await person.page.mouse.down()
    await person.pause(HELD_SECONDS)
    await person.page.mouse.up()
    await person.wait_for_state(PAN, "75.0")


async def save_and_recall_a_view(scene: Scene) -> None:
    """Save the view, move it, and select the saved one."""
    person = scene.person
    await person.click_in_tile(SAVE, "ha-tile-icon")
    await person.page.wait_for_function(f"() => e2e.hass().states['{VIEW}'].attributes.options.length > 1")
    await person.page.locator("hui-icon-element ha-icon[title=Left]").click()
    await person.wait_for_state(PAN, "70.0")
    await person.click_in_tile(VIEW, "ha-control-select-menu")
    await person.pause(1.0)
    await person.look("views")
    await person.click_in_tile(VIEW, "ha-dropdown-item:last-of-type")
    await person.wait_for_state(PAN, "75.0")
    await person.pause(1.0)


async def play_the_stream(scene: Scene) -> None:
    """Switch on the RTSP server of the unit, and play its stream in Home Assistant."""
    person, unit = scene.person, scene.simulators["rotoclear"]
    await unit.command("change", rtspOn=True, rtspPort=free_port())
    await person.page.wait_for_function(f"() => e2e.hass().states['{CAMERA}'].attributes.supported_features === 2")
    await person.go(f"/demo-home/rotoclear?more-info-entity-id={CAMERA}")
    video = await person.page.locator("ha-more-info-dialog video").first.element_handle()
    await person.page.wait_for_function(PLAYS, arg=video, timeout=STREAM_SECONDS)
    if (viewers := (await unit.state())["simulator"]["rtsp_viewers"]) != 1:
        raise Unexpected(f"the unit has {viewers} RTSP connections")
    await unit.command("change", rtspOn=False)


STORIES = (
    Story(
        domain="rotoclear",
        wrong={"token": "not-the-token"},
        error="refused",
        light="light.rotoclear_head_1_light",
        switch="switch.rotoclear_head_1_disk_rotation",
        camera=CAMERA,
        outside=Outside(
            happens=lambda at: at["rotoclear"].command("change", cameraSwitch=True, light1=True),
            entity_id=SHOWN_HEAD,
            state="second_head",
            shows="Second head",
        ),
        own=(hold_the_joystick, save_and_recall_a_view, play_the_stream),
        new_password=NewPassword(
            refuse=lambda at: at["rotoclear"].command("change_token", token="new-token"),
            fields={"token": "new-token"},
        ),
        images={
            "add_refused": "rotoclear-wrong-token",
            "see_integration": "rotoclear-integration",
            "watch_camera": "rotoclear-camera",
        },
    ),
)
