"""LED and face while the robot listens, thinks and speaks, and what they showed before that."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from .api import Command


class Stage(StrEnum):
    """How far a conversation is."""

    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class Look(NamedTuple):
    """The colour of the LED, and the face; these faces come with every robot."""

    color: tuple[int, int, int]
    face: str


LOOKS = {
    Stage.LISTENING: Look((0, 90, 255), "e_Surprise.jpg"),
    Stage.THINKING: Look((255, 140, 0), "e_ApprehensionConcerned.jpg"),
    Stage.SPEAKING: Look((0, 200, 60), "e_Joy.jpg"),
}
RESTING_FACE = Command("images/display", {"fileName": "e_DefaultContent.jpg"})


def is_face(arguments: Mapping[str, Any]) -> bool:
    """Return True if an image that is shown is the face: a stored one, and on no layer of its own."""
    return not any(value for name, value in arguments.items() if name.lower() in ("layer", "isurl"))


class Feedback:
    """What the robot shows of a conversation."""

    def __init__(self, send: Callable[[str, Mapping[str, Any]], None], *, is_enabled: bool) -> None:
        """Initialize with a robot that looks as after its start; `send` sends a command in the background."""
        self._send = send
        self._is_enabled = is_enabled
        self._led = Command("led", {"red": 0, "green": 255, "blue": 0})
        self._face = RESTING_FACE
        self._is_showing = False

    def remember(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Note a command that changed what is shown: the robot cannot be asked afterwards."""
        if path in ("led", "led/transition"):
            self._led = Command(path, dict(arguments))
        elif path == "images/display" and not arguments.get("layer"):
            self._face = Command(path, dict(arguments))
        elif path == "display/settings":
            self._face = RESTING_FACE

    def show(self, stage: Stage) -> None:
        """Show a stage, unless the options say otherwise."""
        if not self._is_enabled:
            return
        self._is_showing = True
        (red, green, blue), face = LOOKS[stage]
        self._send("led", {"red": red, "green": green, "blue": blue})
        self._send("images/display", {"fileName": face})

    def end(self) -> None:
        """Show again what was there before."""
        if self._is_showing:
            self._is_showing = False
            self._send(*self._led)
            self._send(*self._face)
