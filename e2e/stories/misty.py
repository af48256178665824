"""Misty II: a robot, which has no password."""

from demo.client import Action

from ..story import Outside, Story

STORIES = (
    Story(
        domain="misty",
        wrong={"host": "127.0.0.1:9"},
        says="cannot be reached",
        light="light.misty_0123_chest_led",
        switch="switch.misty_0123_listen_for_key_phrase",
        camera="camera.misty_0123_camera",
        outside=Outside(
            happens=lambda at: at["misty"].command("bump", sensor="bfl"),
            entity_id="binary_sensor.misty_0123_hazard",
            state="on",
        ),
        moves=tuple(
            Action(name="select.select_option", entity_id="select.misty_0123_face", data={"option": face})
            for face in ("Anger", "Amazement")
        ),
        images={"use_outside": "misty-dashboard", "see_device": "misty-device"},
    ),
)
