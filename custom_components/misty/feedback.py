"""LED and face during a conversation."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from .api import Command


class Stage(StrEnum):
    """The stages of a conversation."""

    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class Look(NamedTuple):
    """The color of the LED, and the face, which every robot has."""

    color: tuple[int, int, int]
    face: str


LOOKS = {
    Stage.LISTENING: Look((0, 90, 255), "e_Surprise.jpg"),
    Stage.THINKING: Look((255, 140, 0), "e_ApprehensionConcerned.jpg"),
    Stage.SPEAKING: Look((0, 200, 60), "e_Joy.jpg"),
}
RESTING_FACE = Command("images/display", {"fileName": "e_DefaultContent.jpg"})


def is_face(arguments: Mapping[str, Any]) -> bool:
    """Return True if arguments of `images/display` show a stored image on the default layer."""
    return not any(value for name, value in arguments.items() if name.lower() in ("layer", "isurl"))


class Feedback:
    """Shows the stages of a conversation by LED and face, and restores both afterwards."""

    def __init__(self, send: Callable[[str, Mapping[str, Any]], None], *, is_enabled: bool) -> None:
        """Initialize with LED and face as after a restart; `send` sends a command in the background."""
        self._send = send
        self._is_enabled = is_enabled
        self._led = Command("led", {"red": 0, "green": 255, "blue": 0})
        self._face = RESTING_FACE
        self._is_showing = False

    def remember(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Store a command that changes LED or face, which cannot be queried."""
        if path in ("led", "led/transition"):
            self._led = Command(path, dict(arguments))
        elif path == "images/display" and not arguments.get("layer"):
            self._face = Command(path, dict(arguments))
        elif path == "display/settings":
            self._face = RESTING_FACE

    def show(self, stage: Stage) -> None:
        """Show a stage, if the option for it is on."""
        if not self._is_enabled:
            return
        self._is_showing = True
        (red, green, blue), face = LOOKS[stage]
        self._send("led", {"red": red, "green": green, "blue": blue})
        self._send("images/display", {"fileName": face})

    def end(self) -> None:
        """Restore LED and face."""
        if self._is_showing:
            self._is_showing = False
            self._send(*self._led)
            self._send(*self._face)
