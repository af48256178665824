"""Rotoclear C2."""

from ..story import NewPassword, Outside, Story

STORIES = (
    Story(
        domain="rotoclear",
        wrong={"token": "not-the-token"},
        says="refused",
        light="light.rotoclear_head_1_light",
        switch="switch.rotoclear_head_1_disk_rotation",
        camera="camera.rotoclear",
        outside=Outside(
            happens=lambda at: at["rotoclear"].command("change", cameraSwitch=True, light1=True),
            entity_id="select.rotoclear_shown_head",
            state="second_head",
            shows="Second head",
        ),
        new_password=NewPassword(
            refuse=lambda at: at["rotoclear"].command("change_token", token="new-token"),
            fields={"token": "new-token"},
        ),
        images={
            "add_refused": "rotoclear-wrong-token",
            "see_integration": "rotoclear-integration",
            "use_light_on": "rotoclear-dashboard",
            "watch_camera": "rotoclear-camera",
        },
    ),
)
